"""What plugins fetched from outside: one row for each target, with its age and its state."""
