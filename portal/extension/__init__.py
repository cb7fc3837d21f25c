"""How anything is added from outside; knows nothing above it."""
