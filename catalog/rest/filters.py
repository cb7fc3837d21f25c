"""What Backstage's clients ask for, as a query: `filter` parameters and predicates.

The semantics are those of Backstage 1.55: catalog-backend `service/request/parseEntityFilterParams` and
`applyPredicateEntityFilterToQuery`, and the package `filter-predicates`.
"""

from collections.abc import Sequence
from typing import Any

from catalog.entities.terms import fold
from catalog.kinds import all_kinds
from catalog.query.entity_query import Condition, EntityQuery
from portal.rest.errors import PortalError
from portal.rest.views import bad_request

MAX_DEPTH = 10
MAX_CONDITIONS = 200
MAX_TEXT = 100_000
NONE_OF_THEM = EntityQuery(where=(Condition("kind", exists=False),))


def query_of_filters(filters: Sequence[str]) -> EntityQuery:
    """The query of repeated `filter` parameters: any of them; commas inside one mean all of it."""
    if sum(map(len, filters)) > MAX_TEXT or sum(text.count(",") + 1 for text in filters) > MAX_CONDITIONS:
        raise too_large()
    sets = [query for query in (_query_of_filter(text) for text in filters) if query is not None]
    if not sets:
        return EntityQuery()
    return sets[0] if len(sets) == 1 else EntityQuery(any_of=tuple(sets))


def _query_of_filter(text: str) -> EntityQuery | None:
    values: dict[str, list[str]] = {}
    for statement in filter(None, (part.strip() for part in text.split(","))):
        key, equals, value = statement.partition("=")
        if not key.strip():
            raise bad_request(
                f"Invalid filter, '{statement}' is not a valid statement "
                "(expected a string on the form a=b or a= or a)",
                "filter",
            )
        found = values.setdefault(key.strip(), [])
        if equals:
            found.append(value.strip())
    if not values:
        return None
    kinds = values["kind"] if "kind" in values and _are_kinds(values["kind"]) else []
    rest = {key: found for key, found in values.items() if key != "kind" or not kinds}
    return EntityQuery(kind=tuple(kinds), where=tuple(_condition(key, found) for key, found in rest.items()))


def _condition(key: str, values: Sequence[str]) -> Condition:
    return Condition(key, values=tuple(values)) if values else Condition(key, exists=True)


def _are_kinds(values: Sequence[str]) -> bool:
    """Whether these are names of kinds: those have a column, and an index with the name."""
    return bool(values) and all(fold(value) in all_kinds() for value in values)


def query_of_predicate(predicate: Any) -> EntityQuery:
    """The query of a predicate (`{"kind": "Component"}`, `$all`, `$any`, `$not`, `$in`, `$exists`, …)."""
    return _Reader().query(predicate, 0)


def too_large() -> PortalError:
    return bad_request(f"The filter has more than {MAX_CONDITIONS} conditions.", code="FILTER_TOO_LARGE")


def too_deep() -> PortalError:
    return bad_request(f"The predicate is nested more than {MAX_DEPTH} levels deep.", "query")


class _Reader:
    """Reads one predicate and counts its conditions."""

    def __init__(self) -> None:
        self.conditions = 0

    def query(self, predicate: Any, depth: int) -> EntityQuery:
        if depth > MAX_DEPTH:
            raise too_deep()
        if not isinstance(predicate, dict):
            raise bad_request("Query must be an object", "query")
        operators = [key for key in predicate if key.startswith("$")]
        if not operators:
            parts = tuple(self.field(key, value) for key, value in predicate.items())
            return parts[0] if len(parts) == 1 else EntityQuery(all_of=parts)
        if len(predicate) > 1:
            raise bad_request(f"Invalid query: {operators[0]} must be the only key of its object", "query")
        return self.operator(operators[0], predicate[operators[0]], depth)

    def operator(self, operator: str, value: Any, depth: int) -> EntityQuery:
        if operator == "$not":
            return EntityQuery(none_of=(self.query(value, depth + 1),))
        if operator not in ("$all", "$any") or not isinstance(value, list):
            raise bad_request(f"Invalid query: {operator[:50]!r} is not used like this", "query")
        parts = tuple(self.query(part, depth + 1) for part in value)
        if operator == "$all":
            return EntityQuery(all_of=parts)
        return EntityQuery(any_of=parts) if parts else NONE_OF_THEM

    def field(self, key: str, value: Any) -> EntityQuery:
        self.conditions += len(value.get("$in") or "1") if isinstance(value, dict) else 1
        if self.conditions > MAX_CONDITIONS:
            raise too_large()
        condition = _condition_of(key, value)
        if fold(key) == "kind" and condition.values and _are_kinds(condition.values):
            return EntityQuery(kind=condition.values)
        return EntityQuery(where=(condition,))


def _condition_of(key: str, value: Any) -> Condition:
    if not isinstance(value, dict):
        return Condition(key, values=(_text(key, value),))
    if len(value) != 1:
        raise unknown_operator(key, value)
    operator, operand = next(iter(value.items()))
    if operator == "$exists" and isinstance(operand, bool):
        return Condition(key, exists=operand)
    if operator == "$in" and isinstance(operand, list):
        return Condition(key, values=tuple(_text(key, item) for item in operand))
    if operator == "$hasPrefix" and isinstance(operand, str):
        return Condition(key, prefix=operand)
    if operator == "$contains" and isinstance(operand, dict):
        return _related(key, operand)
    if operator == "$contains":
        return Condition(key, values=(_text(key, operand),))
    raise unknown_operator(key, value)


def _related(key: str, wanted: dict[str, Any]) -> Condition:
    """`{"relations": {"$contains": {"type": "ownedBy", "targetRef": "…" or {"$in": […]}}}}`."""
    if key.lower() != "relations":
        raise bad_request(f'Object form of $contains is not supported for field "{key.lower()}"', "query")
    parts = {name.lower(): value for name, value in wanted.items()}
    kind = parts.pop("type", None)
    if not isinstance(kind, str) or not kind:
        raise bad_request('The $contains operator for "relations" requires a "type" string property', "query")
    if not parts:
        return Condition(f"relations.{kind}", exists=True)
    target = parts.pop("targetref", None)
    if isinstance(target, dict) and len(target) == 1:
        target = target.get("$in")
    targets = [target] if isinstance(target, str) else target
    if parts or not isinstance(targets, list) or not targets:
        raise bad_request(
            'Unsupported value in $contains for "relations": expected a string or { "$in": [strings] }',
            "query",
        )
    return Condition(f"relations.{kind}", values=tuple(_text(key, each) for each in targets))


def _text(key: str, value: Any) -> str:
    """A primitive as it is indexed; anything else is refused."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    raise unknown_operator(key, value)


def unknown_operator(key: str, value: Any) -> PortalError:
    return bad_request(
        f'Invalid filter predicate value for field "{key[:100]}": expected a primitive value, $exists, $in, '
        f"$hasPrefix, or $contains operator, but got {type(value).__name__}",
        "query",
    )
