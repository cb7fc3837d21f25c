"""`POST /api/permission/authorize`: what a Backstage permission client asks before it shows a button.

As Backstage 1.55: permission-backend `service/router`. Each app says what its permissions mean; the answer is
that of the rules which the app's services ask again when something is really done.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.http.response import HttpResponseBase
from rest_framework.request import Request

from portal.accounts.principal import Principal
from portal.accounts.viewer import viewer_of
from portal.rest.views import View, bad_request, json_answer, json_body, rest_view

DOCUMENT = Path(__file__).with_name("permission_openapi.yaml")
MAX_QUESTIONS = 1000
RESULTS = {True: "ALLOW", False: "DENY"}

Basic = Callable[[Principal], bool]
"""A permission that is about no single thing: whether somebody has it."""


@dataclass(frozen=True, slots=True)
class OfResources:
    """A permission about single things: of which refs, all at once, somebody has it."""

    allowed: Callable[[Principal, Sequence[str]], Collection[str]]


Decisions = Mapping[str, Basic | OfResources]


@dataclass(frozen=True, slots=True)
class _Question:
    id: str
    permission: str
    ref: str | tuple[str, ...] | None
    """One ref, or several that are answered by a list; None for a basic permission."""

    @property
    def refs(self) -> tuple[str, ...]:
        return (self.ref,) if isinstance(self.ref, str) else self.ref or ()


def authorizing(decisions: Decisions) -> View:
    """The view that answers for these permissions; nobody has one that is not among them."""

    def authorize(request: Request) -> HttpResponseBase:
        viewer = viewer_of(request)
        questions = _read(json_body(request), decisions)
        asked: dict[str, list[str]] = defaultdict(list)
        for question in questions:
            asked[question.permission] += question.refs
        granted = {name: _granted(decisions.get(name), viewer, refs) for name, refs in asked.items()}
        answers = [{"id": each.id, "result": _result(each, granted[each.permission])} for each in questions]
        return json_answer({"items": answers})

    return rest_view(POST=authorize)


def _granted(decision: Basic | OfResources | None, viewer: Principal, refs: Sequence[str]) -> Any:
    """True or False for all, or the refs that are allowed."""
    if decision is None:
        return False
    return decision.allowed(viewer, refs) if isinstance(decision, OfResources) else decision(viewer)


def _result(question: _Question, granted: Any) -> str | list[str]:
    results = [RESULTS[granted if isinstance(granted, bool) else ref in granted] for ref in question.refs]
    if isinstance(question.ref, tuple):
        return results
    return results[0] if results else RESULTS[bool(granted)]


def _read(body: dict[str, Any], decisions: Decisions) -> list[_Question]:
    items = body.get("items")
    if not isinstance(items, list):
        raise bad_request("Write {items: [{id, permission, resourceRef}]}", "items")
    questions = [_question(item, decisions) for item in items]
    if sum(max(1, len(each.refs)) for each in questions) > MAX_QUESTIONS:
        raise bad_request(f"Ask at most {MAX_QUESTIONS} questions at once", "items")
    return questions


def _question(item: Any, decisions: Decisions) -> _Question:
    permission = item.get("permission") if isinstance(item, dict) else None
    if not isinstance(permission, dict) or not isinstance(item.get("id"), str):
        raise bad_request("Each item has an id, a text of yours, and a permission", "items")
    name, kind, ref = permission.get("name"), permission.get("type"), item.get("resourceRef")
    if not isinstance(name, str) or kind not in ("basic", "resource"):
        raise bad_request("A permission has a name and the type basic or resource", "items")
    if isinstance(ref, list) and all(isinstance(each, str) for each in ref):
        ref = tuple(ref)
    if not isinstance(ref, str | tuple | None):
        raise bad_request("A resourceRef is a text, or a list of texts", "items")
    if ref is None and (kind == "resource" or isinstance(decisions.get(name), OfResources)):
        raise bad_request(
            "Resource permissions require a resourceRef to be set when calling the authorize endpoint "
            f"directly: {name[:100]}",
            "items",
        )
    return _Question(item["id"], name, ref if kind == "resource" else None)
