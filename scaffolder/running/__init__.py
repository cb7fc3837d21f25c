"""Tasks: claimed under a lease, run step by step in a workspace, planned, cancelled, undone."""
