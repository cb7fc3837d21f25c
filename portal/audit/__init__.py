"""One record per operation and per denial."""
