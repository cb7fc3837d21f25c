"""Entities over time: aliases, renames, and reorganisations that do many at once."""
