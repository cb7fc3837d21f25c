"""What the catalog gives to plugins, and what it runs of theirs."""
