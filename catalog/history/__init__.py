"""What happened to the catalog: every change is kept with who made it, and can be asked for and followed."""
