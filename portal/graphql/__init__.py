"""The GraphQL endpoint: view, limits, scalars, pagination."""
