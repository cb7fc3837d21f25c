"""The catalog under /api/catalog, in the wire format that Backstage's clients speak."""
