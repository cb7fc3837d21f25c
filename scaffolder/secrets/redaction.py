"""Keeps secrets out of what a task says: logs, errors, outputs, plans. In doubt the whole text is blanked."""

import html
import json
import logging
import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import quote, quote_plus, urlsplit

from portal.encryption import Undecryptable
from portal.env import secrets_read
from portal.logs import hiding
from scaffolder.models import Task
from scaffolder.secrets.vault import Vault

logger = logging.getLogger(__name__)

BLANK = "[hidden]"
UNSURE = "[hidden: it may hold a secret]"
SHORTEST = 4
"""A secret shorter than this cannot be told from ordinary text: a text that holds it is blanked whole."""
LONG_ENOUGH = 16
"""Of a secret of this length, half of it in a row (or 32 characters) blanks the whole text."""


LONGEST_PIECE = 32
OWN_SHORTEST = 8


class Redactor:
    """Blanks some secrets, in the ways they are usually written: as they are, escaped, quoted, in base64."""

    def __init__(self, values: Iterable[str]) -> None:
        known = {part for value in values for part in _parts(value) if part}
        self._short = [value.lower() for value in known if len(value) < SHORTEST]
        spellings = {spelling for value in known for spelling in _spellings(value)}
        ordered = sorted((text for text in spellings if len(text) >= SHORTEST), key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, ordered)), re.IGNORECASE) if ordered else None
        self._halves = [half for value in known if len(value) >= LONG_ENOUGH for half in _halves(value)]

    def text(self, text: str) -> str:
        if self._pattern is not None:
            text = self._pattern.sub(BLANK, text)
        folded = text.lower()
        if any(part in folded for part in (*self._short, *self._halves)):
            return UNSURE
        return text

    def json(self, value: Any) -> Any:
        """A JSON value with every text and key in it redacted."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self.text(str(key)): self.json(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.json(item) for item in value]
        if isinstance(value, int | float) and not isinstance(value, bool):
            return value if self.text(str(value)) == str(value) else UNSURE
        return value


def redacted(task: Task, text: str) -> str:
    """A text that the task may say."""
    return str(_closed(task, lambda redactor: redactor.text(text)))


def redacted_json(task: Task, value: Any) -> Any:
    """A JSON value that the task may give."""
    return _closed(task, lambda redactor: redactor.json(value))


def _closed(task: Task, work: Callable[[Redactor], Any]) -> Any:
    """What goes wrong in here must not let a secret out, so everything is blanked then."""
    try:
        return work(_redactor(bytes(task.secrets)))
    except Exception as error:  # noqa: BLE001 - whatever it is
        with hiding(str):  # the log would ask here again
            logger.warning("A text of task %s was blanked: %s", task.uid, type(error).__name__)
        return UNSURE


@lru_cache(maxsize=16)
def _redactor(sealed: bytes) -> Redactor:
    """Raises Undecryptable: then nobody knows what is secret."""
    try:
        vault = Vault.of(Task(secrets=sealed))
    except (ValueError, TypeError) as error:
        raise Undecryptable("The secrets of the task are damaged.") from error
    return Redactor([*vault.values(), *_own_secrets()])


def _own_secrets() -> Iterator[str]:
    """The portal's own: of an address only the password is one."""
    for value in secrets_read():
        secret = (urlsplit(value).password or "") if "://" in value else value
        if len(secret) >= OWN_SHORTEST:
            yield secret


def _parts(value: str) -> Iterator[str]:
    """A secret, and each longer line of one that has several: they are logged one by one."""
    yield value
    yield value.strip()
    lines = value.splitlines()
    if len(lines) > 1:
        yield from (line.strip() for line in lines if len(line.strip()) >= 8)


def _spellings(value: str) -> Iterator[str]:
    yield value
    yield quote(value, safe="")
    yield quote(value)
    yield quote_plus(value)
    yield html.escape(value)
    for ascii_only in (True, False):
        yield json.dumps(value, ensure_ascii=ascii_only)[1:-1]
    data = value.encode("utf-8", "replace")
    yield data.hex()
    if len(data) >= 6:
        yield from _in_base64(data)


def _in_base64(data: bytes) -> Iterator[str]:
    """The part that the secret alone decides, wherever in the encoded bytes it begins."""
    for offset in range(3):
        encoded = b64encode(b"\0" * offset + data).decode().rstrip("=")
        inner = encoded[-(-offset * 4 // 3) : len(encoded) - (1 if (offset + len(data)) % 3 else 0)]
        yield inner
        yield inner.replace("+", "-").replace("/", "_")


def _halves(value: str) -> Iterator[str]:
    length = min(len(value) // 2, LONGEST_PIECE)
    folded = value.lower()
    return (folded[start : start + length] for start in range(len(folded) - length + 1))
