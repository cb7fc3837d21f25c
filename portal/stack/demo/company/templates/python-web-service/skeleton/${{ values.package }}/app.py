"""The HTTP API without HTTP: a request goes in, an answer comes out."""

import json
import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from .metrics import Metrics
from .store import Store

MAX_BODY_BYTES = 64 * 1024
MAX_NAME_LENGTH = 100
MAX_NOTE_LENGTH = 2000
PAGE_SIZE = 100

log = logging.getLogger("${{ values.package }}.requests")


@dataclass(frozen=True)
class Request:
    """What a handler needs to know of a request; `match` is the match of its route's pattern."""

    method: str
    path: str
    body: bytes
    match: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """`body` is JSON, except for str, which is plain text, and None, which is nothing."""

    status: HTTPStatus
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


class Problem(Exception):
    """Becomes an answer with `code` and a sentence for people."""

    def __init__(self, status: HTTPStatus, code: str, message: str, **headers: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.headers = status, code, message, headers


Handler = Callable[[Request], Answer]


class Api:
    """Routes, and what they do. `draining` turns readiness off before the service stops."""

    def __init__(self, store: Store, metrics: Metrics) -> None:
        self.store = store
        self.metrics = metrics
        self.draining = False
        self._routes: list[tuple[str, re.Pattern[str], dict[str, Handler]]] = []
        self._add("/healthz", GET=lambda _: Answer(HTTPStatus.OK, {"status": "ok"}))
        self._add("/readyz", GET=self._ready)
        self._add("/metrics", GET=lambda _: Answer(HTTPStatus.OK, self.metrics.render()))
        self._add("/items", GET=self._list_items, POST=self._create_item)
        self._add("/items/{id}", GET=self._get_item, DELETE=self._delete_item)

    def answer(self, request: Request) -> Answer:
        """Never raises: a fault of ours becomes a 500 and a log line with the traceback."""
        started = time.perf_counter()
        route = "unknown"
        try:
            route, handler, match = self._find(request)
            answer = handler(Request(request.method, request.path, request.body, match))
        except Problem as problem:
            answer = problem_answer(problem)
        except Exception:
            log.exception("failed", extra={"method": request.method, "path": request.path})
            answer = problem_answer(
                Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "INTERNAL", "This is our fault; the log says more.")
            )
        seconds = time.perf_counter() - started
        self.metrics.observe(request.method, route, answer.status, seconds)
        log.info(
            "answered",
            extra={
                "method": request.method,
                "path": request.path,
                "status": int(answer.status),
                "milliseconds": round(seconds * 1000, 2),
            },
        )
        return answer

    def _add(self, route: str, **handlers: Handler) -> None:
        pattern = re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", route))
        self._routes.append((route, pattern, handlers))

    def _find(self, request: Request) -> tuple[str, Handler, dict[str, str]]:
        for route, pattern, handlers in self._routes:
            match = pattern.fullmatch(request.path)
            if match is None:
                continue
            method = "GET" if request.method == "HEAD" else request.method
            if method not in handlers:
                allow = ", ".join(handlers)
                raise Problem(
                    HTTPStatus.METHOD_NOT_ALLOWED,
                    "METHOD_NOT_ALLOWED",
                    f"{route} answers {allow}.",
                    Allow=allow,
                )
            return route, handlers[method], match.groupdict()
        raise Problem(HTTPStatus.NOT_FOUND, "NOT_FOUND", f"There is nothing at {request.path}.")

    def _ready(self, _: Request) -> Answer:
        if self.draining:
            return Answer(HTTPStatus.SERVICE_UNAVAILABLE, {"status": "stopping"})
        self.store.count()
        return Answer(HTTPStatus.OK, {"status": "ready"})

    def _list_items(self, _: Request) -> Answer:
        return Answer(HTTPStatus.OK, {"items": self.store.latest(PAGE_SIZE), "total": self.store.count()})

    def _create_item(self, request: Request) -> Answer:
        fields = _read_object(request.body)
        unknown = sorted(fields.keys() - {"name", "note"})
        if unknown:
            raise Problem(
                HTTPStatus.UNPROCESSABLE_ENTITY, "UNKNOWN_FIELD", f"Not a field: {', '.join(unknown)}."
            )
        name = _text(fields, "name", MAX_NAME_LENGTH)
        if not name:
            raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "NAME_MISSING", "An item needs a name.")
        item = self.store.add(name, _text(fields, "note", MAX_NOTE_LENGTH))
        return Answer(HTTPStatus.CREATED, item, {"Location": f"/items/{item['id']}"})

    def _get_item(self, request: Request) -> Answer:
        item = self.store.get(request.match["id"])
        if item is None:
            raise _no_item(request)
        return Answer(HTTPStatus.OK, item)

    def _delete_item(self, request: Request) -> Answer:
        if not self.store.remove(request.match["id"]):
            raise _no_item(request)
        return Answer(HTTPStatus.NO_CONTENT)


def problem_answer(problem: Problem) -> Answer:
    body = {"error": {"code": problem.code, "message": problem.message}}
    return Answer(problem.status, body, problem.headers)


def _no_item(request: Request) -> Problem:
    return Problem(HTTPStatus.NOT_FOUND, "ITEM_NOT_FOUND", f"There is no item {request.match['id']}.")


def _read_object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise Problem(HTTPStatus.BAD_REQUEST, "NOT_JSON", "The body is not JSON.") from None
    if not isinstance(value, dict):
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "NOT_AN_OBJECT", "The body should be a JSON object.")
    return value


def _text(fields: dict[str, Any], name: str, most: int) -> str:
    value = fields.get(name, "")
    if not isinstance(value, str) or len(value) > most:
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "NOT_A_TEXT",
            f"{name} should be a text of at most {most} characters.",
        )
    return value.strip()
