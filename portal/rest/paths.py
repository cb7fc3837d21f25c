"""Which paths are for programs and which are pages: the one place that tells them apart."""

API_PREFIXES = ("/api", "/graphql", "/events", "/git", "/static", "/_allauth", "/healthz", "/readyz")
"""Everything else is a page of the web interface."""


def is_under(path: str, prefix: str) -> bool:
    """`/api` and `/api/x` are under `/api`; `/apis` is not."""
    return path == prefix or path.startswith(prefix + "/")


def is_api_path(path: str) -> bool:
    return any(is_under(path, prefix) for prefix in API_PREFIXES)
