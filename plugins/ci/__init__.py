"""Builds of components: runs of GitHub Actions, and what any other system reports, with their history."""
