"""Template rendering in a limited process of its own, without database, settings or secrets."""
