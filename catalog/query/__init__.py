"""Asking the catalog: filters, order, facets, search, ownership, and what is remembered of answers."""
