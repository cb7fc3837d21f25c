"""Log lines: text or JSON, each with its request id, none with a credential in it."""

import json
import logging
import re
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

from portal.rest.request_ids import current_request_id

BLANK = "[hidden]"

# A header or key, then what separates it from its value; the value is blanked to the end of the line for
# headers (they may hold several parts), to the next separator for keys.
HEADERS = re.compile(
    r"(?i)\b((?:proxy-)?authorization|(?:set-)?cookie|x-csrftoken)(['\"]?\s*[:=]\s*)[^\r\n]+",
)
KEYS = re.compile(
    r"(?i)((?:password|passwd|secret(?:_?key)?|token|api_?key|sessionid|csrftoken)['\"]?\s*[:=]\s*)"
    r"(\"[^\"]*\"|'[^']*'|[^\s,;&}\])]+)",
)
TOKENS = re.compile(r"\bptl_([a-z0-9]{8})_[A-Za-z0-9]+")
BEARERS = re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}")
ADDRESSES = re.compile(r"(://[^\s:/@]*):[^\s/@]+@")

_hide: ContextVar[Callable[[str], str] | None] = ContextVar("hide", default=None)


@contextmanager
def hiding(hide: Callable[[str], str]) -> Iterator[None]:
    """For as long as it lasts, what this thread logs goes through `hide` as well."""
    before = _hide.set(hide)
    try:
        yield
    finally:
        _hide.reset(before)


def scrub(text: str) -> str:
    """The text without credentials: headers, keys with telling names, our tokens, passwords in addresses."""
    text = HEADERS.sub(rf"\1\2{BLANK}", text)
    text = TOKENS.sub(rf"ptl_\1_{BLANK}", text)
    text = BEARERS.sub(rf"\1 {BLANK}", text)
    text = ADDRESSES.sub(rf"\1:{BLANK}@", text)
    text = KEYS.sub(rf"\1{BLANK}", text)
    hide = _hide.get()
    return hide(text) if hide else text


class LineFormatter(logging.Formatter):
    """One line for people: time, level, logger, request id, message; a traceback below it."""

    def format(self, record: logging.LogRecord) -> str:
        request_id = current_request_id() or "-"
        text = f"{_instant(record)} {record.levelname} {record.name} {request_id} {record.getMessage()}"
        trace = _trace(record)
        return scrub(f"{text}\n{trace}" if trace else text)


class JsonFormatter(logging.Formatter):
    """One JSON object a line, for a log collector."""

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "at": _instant(record),
            "level": record.levelname,
            "logger": record.name,
            "message": scrub(record.getMessage()),
        }
        if current_request_id():
            entry["requestId"] = current_request_id()
        trace = _trace(record)
        if trace:
            entry["trace"] = scrub(trace)
        return json.dumps(entry, ensure_ascii=False)


def _instant(record: logging.LogRecord) -> str:
    instant = datetime.fromtimestamp(record.created, UTC)
    return instant.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _trace(record: logging.LogRecord) -> str:
    """The traceback; none for what Django refuses at the door: anybody could fill the log with them."""
    if not record.exc_info or record.name.startswith("django.security"):
        return ""
    return "".join(traceback.format_exception(*record.exc_info)).rstrip()
