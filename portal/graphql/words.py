"""Fields of words: those that are always there, levels, and addresses that are harmless."""

from typing import Any

import graphene

from portal.extension.markdown import is_safe_url

LEVELS = "ok, warning, error or unknown"


def words(description: str | None = None) -> Any:
    """A text that is always there."""
    return graphene.String(required=True, description=description)


def harmless(url: str | None) -> str | None:
    """An address that may become a link; None for any other."""
    return url if url and is_safe_url(url) else None
