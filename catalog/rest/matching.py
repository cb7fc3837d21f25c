"""Predicates on plain values, for the short lists that are not entities (package `filter-predicates`)."""

from collections.abc import Mapping
from typing import Any

from catalog.entities.terms import fold, scalar_text
from catalog.rest.filters import too_deep, unknown_operator
from portal.rest.views import bad_request

MAX_DEPTH = 10


def matches(item: Mapping[str, str], predicate: Any, depth: int = 0) -> bool:
    """Whether a predicate fits an item; keys and values in any case.

    Raises PortalError (400) for what is no predicate.
    """
    if depth > MAX_DEPTH:
        raise too_deep()
    if not isinstance(predicate, dict):
        raise unknown_operator("query", predicate)
    operator = next((key for key in predicate if key.startswith("$")), None)
    if operator is None:
        fits = [_fits(item, key, wanted) for key, wanted in predicate.items()]
        return all(fits)
    value = predicate[operator]
    if len(predicate) == 1 and operator == "$not":
        return not matches(item, value, depth + 1)
    if len(predicate) > 1 or operator not in ("$all", "$any") or not isinstance(value, list):
        raise unknown_operator(operator, value)
    results = [matches(item, part, depth + 1) for part in value]
    return all(results) if operator == "$all" else any(results)


def _fits(item: Mapping[str, str], key: str, wanted: Any) -> bool:
    found = next((fold(value) for name, value in item.items() if fold(name) == fold(key)), None)
    if found is None:
        known = ", ".join(item)
        raise bad_request(f"Invalid filter predicate, {key[:100]!r} is none of {known}", "query")
    if not isinstance(wanted, dict):
        return found == _text(key, wanted)
    operator, operand = next(iter(wanted.items())) if len(wanted) == 1 else ("", None)
    if operator == "$exists" and isinstance(operand, bool):
        return operand
    if operator == "$in" and isinstance(operand, list):
        return found in [_text(key, each) for each in operand]
    if operator == "$hasPrefix" and isinstance(operand, str):
        return found.startswith(fold(operand))
    if operator == "$contains":
        _text(key, operand)
        return False
    raise unknown_operator(key, wanted)


def _text(key: str, value: Any) -> str:
    if value is None or isinstance(value, dict | list):
        raise unknown_operator(key, value)
    return fold(scalar_text(value) or "")
