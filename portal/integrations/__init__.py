"""Adapters: the only importers of client libraries."""
