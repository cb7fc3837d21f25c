"""Where plugins add to the portal itself."""
