"""Conditions on parts of the values that entities have under a key, whatever the key is."""

from django.db.models import BooleanField, F, Func, Q, Value

from catalog.terms import fold


def term_begins(key: str, text: str) -> Q:
    """Entities with a value under a folded `key` that begins with a folded `text`."""
    return _term_like(key, f"{escape_like(text)}%")


def term_contains(key: str, text: str) -> Q:
    """Entities with a value under a folded `key` that holds `text`; a scan of those that have the key."""
    return _term_like(key, f"%{escape_like(fold(text))}%")


class _HasTermLike(Func):
    """Whether one of an array of terms is like a pattern."""

    template = "EXISTS (SELECT 1 FROM unnest(%(expressions)s)"
    arg_joiner = ") term WHERE term LIKE "
    output_field = BooleanField()
    conditional = True


def _term_like(key: str, pattern: str) -> Q:
    if "\x00" in pattern:
        return Q(pk__in=[])
    return Q(terms__contains=[key]) & Q(_HasTermLike(F("terms"), Value(f"{escape_like(key)}={pattern}")))


def escape_like(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
