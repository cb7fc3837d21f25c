"""The filters of templates: those of Nunjucks, with its results, and Backstage's."""

import math
import re
import secrets
from collections.abc import Callable
from typing import Any

from scaffolder.renderer import list_filters as lists
from scaffolder.renderer import text_filters as texts
from scaffolder.renderer.references import parse_entity_ref, parse_repo_url, pick, project_slug
from scaffolder.renderer.values import as_number, as_text, counted, dump, is_nothing, truthy, whole

LEADING_NUMBER = re.compile(r"\s*([+-]?(?:\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+))")


def _default(value: Any, other: Any = "", falsy: Any = False) -> Any:
    if is_nothing(value):
        return other
    return other if truthy(falsy) and not truthy(value) else value


def _round(value: Any, precision: Any = 0, method: Any = "common") -> float:
    factor = 10 ** int(as_number(precision))
    number = counted(as_number(value), value) * factor
    if method == "ceil":
        return whole(math.ceil(number) / factor)
    return whole(math.floor(number if method == "floor" else number + 0.5) / factor)


def _float(value: Any, default: Any = None) -> Any:
    found = LEADING_NUMBER.match(as_text(value))
    return whole(float(found[1])) if found else default


def _int(value: Any, default: Any = None, base: Any = 10) -> Any:
    radix, text = int(as_number(base)), as_text(value).strip()
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"[:radix]
    found = re.match(rf"([+-]?)(?:0[xX](?=[0-9a-fA-F]))?([{digits}]+)", text, re.IGNORECASE)
    return int(found[1] + found[2], radix) if found else default


FILTERS: dict[str, Callable[..., Any]] = {
    "abs": lambda value: abs(counted(as_number(value), value)),
    "batch": lists.batch,
    "capitalize": texts.capitalize,
    "center": texts.center,
    "d": _default,
    "default": _default,
    "dictsort": lists.dictsort,
    "dump": dump,
    "e": texts.escape,
    "escape": texts.escape,
    "first": lists.first,
    "float": _float,
    "forceescape": texts.escape,
    "groupby": lists.groupby,
    "indent": texts.indent,
    "int": _int,
    "join": lists.join,
    "jsonify": dump,
    "last": lists.last,
    "length": lists.length,
    "list": lists.entries,
    "lower": lambda value: texts.text_of(value).lower(),
    "nl2br": lambda value: re.sub(r"\r\n|\n", "<br />\n", texts.text_of(value)),
    "parseEntityRef": parse_entity_ref,
    "parseRepoUrl": parse_repo_url,
    "pick": pick,
    "projectSlug": project_slug,
    "random": lambda value: secrets.choice(lists.items_of(value)),
    "reject": lambda value, *test: lists.select(value, *test, wanted=False),
    "rejectattr": lambda value, attribute: lists.select_attribute(value, attribute, wanted=False),
    "replace": texts.replace,
    "reverse": lists.reverse,
    "round": _round,
    "safe": lambda value: value,
    "select": lambda value, *test: lists.select(value, *test, wanted=True),
    "selectattr": lambda value, attribute: lists.select_attribute(value, attribute, wanted=True),
    "slice": lists.slices,
    "sort": lists.sort,
    "string": as_text,
    "striptags": texts.striptags,
    "sum": lists.total,
    "title": lambda value: " ".join(texts.capitalize(word) for word in texts.text_of(value).split(" ")),
    "trim": lambda value: texts.text_of(value).strip(),
    "truncate": texts.truncate,
    "upper": lambda value: texts.text_of(value).upper(),
    "urlencode": texts.urlencode,
    "urlize": texts.urlize,
    "wordcount": lambda value: len(texts.WORD.findall(texts.text_of(value))) or None,
}
