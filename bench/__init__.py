"""Measures the portal beside stock Backstage: same catalog, same database settings, one interleaved run."""
