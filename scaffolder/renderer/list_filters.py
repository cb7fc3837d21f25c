"""The filters of lists."""

from collections.abc import Callable
from functools import cmp_to_key
from typing import Any

from scaffolder.renderer.methods import attribute_of
from scaffolder.renderer.tests import TESTS
from scaffolder.renderer.values import Missing, TemplateFault, as_number, as_text, counted, order, truthy


def items_of(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    if isinstance(value, str):
        return list(value)
    if value is None:
        return []
    if isinstance(value, Missing):
        raise value.fail()
    raise TemplateFault(f"{as_text(value)[:100]!r} is not a list")


def entries(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [{"key": key, "value": item} for key, item in value.items()]
    return items_of(value)


def batch(items: Any, size: Any, fill: Any = None) -> list[list[Any]]:
    step = _count(size)
    found = items_of(items)
    rows = [found[start : start + step] for start in range(0, len(found), step)]
    if rows and truthy(fill):
        rows[-1] += [fill] * (step - len(rows[-1]))
    return rows


def _count(size: Any) -> int:
    number = counted(as_number(size), size)
    if number < 1:
        raise TemplateFault(f"{as_text(size)} is not a number of items")
    return int(number)


def dictsort(value: Any, case_sensitive: Any = False, by: Any = "key") -> list[list[Any]]:
    if not isinstance(value, dict):
        raise TemplateFault("dictsort needs an object")
    if by not in ("key", "value"):
        raise TemplateFault("dictsort sorts by key or by value")
    pairs = [[key, item] for key, item in value.items()]
    return _sorted(pairs, case_sensitive, lambda pair: pair[by == "value"])


def _sorted(
    items: list[Any], case_sensitive: Any, key: Callable[[Any], Any], *, reverse: bool = False
) -> list[Any]:
    def compare(left: Any, right: Any) -> int:
        one, other = key(left), key(right)
        if not truthy(case_sensitive):
            one, other = (value.lower() if isinstance(value, str) else value for value in (one, other))
        return order(one, other) or 0

    return sorted(items, key=cmp_to_key(compare), reverse=reverse)


def sort(value: Any, reverse: Any = False, case_sensitive: Any = False, attribute: Any = None) -> list[Any]:
    path = [] if attribute is None else as_text(attribute).split(".")
    return _sorted(items_of(value), case_sensitive, lambda item: at_path(item, path), reverse=truthy(reverse))


def at_path(item: Any, path: list[str]) -> Any:
    for part in path:
        item = attribute_of(item, part)
    return item


def groupby(items: Any, attribute: Any) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = {}
    for item in items_of(items):
        groups.setdefault(as_text(at_path(item, as_text(attribute).split("."))), []).append(item)
    return groups


def join(items: Any, separator: Any = "", attribute: Any = None) -> str:
    path = [as_text(attribute)] if truthy(attribute) else []
    return as_text(separator).join(as_text(at_path(item, path)) for item in items_of(items))


def length(value: Any) -> int:
    return len(value) if isinstance(value, str | list | dict) else 0


def select(value: Any, test: Any = "truthy", other: Any = None, *, wanted: bool) -> list[Any]:
    if as_text(test) not in TESTS:
        raise TemplateFault(f"No test named {as_text(test)!r}")
    others = () if other is None else (other,)
    return [item for item in items_of(value) if TESTS[as_text(test)](item, *others) is wanted]


def select_attribute(items: Any, attribute: Any, *, wanted: bool) -> list[Any]:
    return [item for item in items_of(items) if truthy(attribute_of(item, attribute)) is wanted]


def slices(items: Any, slices: Any, fill: Any = None) -> list[list[Any]]:
    found, count = items_of(items), _count(slices)
    length, extra = divmod(len(found), count)
    columns, start = [], 0
    for place in range(count):
        end = start + length + (place < extra)
        columns.append(found[start:end] + ([fill] if truthy(fill) and place >= extra else []))
        start = end
    return columns


def total(items: Any, attribute: Any = None, start: Any = 0) -> float:
    path = [as_text(attribute)] if truthy(attribute) else []
    numbers = [at_path(item, path) for item in items_of(items)]
    return counted(as_number(start) + sum(as_number(number) for number in numbers), *numbers, start)


def reverse(value: Any) -> Any:
    return value[::-1] if isinstance(value, str) else items_of(value)[::-1]


def first(value: Any) -> Any:
    return attribute_of(value, 0)


def last(value: Any) -> Any:
    return attribute_of(value, max(len(value) - 1, 0) if isinstance(value, str | list) else 0)
