"""Backstage's scaffolder API: /api/scaffolder/v2."""
