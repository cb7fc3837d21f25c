"""The software catalog: kinds, sources, ingestion, relations, queries, search."""
