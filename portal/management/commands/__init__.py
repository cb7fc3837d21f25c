"""Commands of `manage.py` that the portal does in its own way."""
