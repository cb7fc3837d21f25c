"""What the portal tells people: one row for each of them, until they have read it and a while longer."""
