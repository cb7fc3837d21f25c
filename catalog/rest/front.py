"""Answers known already, sent before Django makes a request of what came: a fourth of the work.

`catalog.rest.memory` finds an answer that was given before and says here what it found it by. When the same
words come again, all that may differ is in the database: the token, its account, the catalog's state. They
are asked for in the same statement as there, and as long as its row is the same, so is the answer. All else,
and every other row, is Django's to decide. Who reads what in a namespace is no part of the row, so answers
that depend on grants are found by the long way.
"""

import hashlib
import secrets
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import Error, connection
from django.utils import timezone

from catalog.query.cached import STATE_AND_GRANTS, WITHOUT_DOCUMENTS, Standing
from catalog.query.plugin_documents import announcements
from catalog.rest.memory import LEARN, READS, Found, Kept, Key, MemoryMiddleware
from portal.accounts.credentials import PREFIX, Row, holds_until, token_rows
from portal.database.together import Together
from portal.rest.proxies import FORWARDED
from portal.rest.request_ids import HEADER, new_request_id

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]

WORDS = (
    "PATH_INFO", "QUERY_STRING", "HTTP_AUTHORIZATION", "HTTP_HOST", "HTTP_ACCEPT_ENCODING", "REMOTE_ADDR",
    "SCRIPT_NAME", "SERVER_NAME", "SERVER_PORT", "wsgi.url_scheme", *FORWARDED,
)  # fmt: skip
"""All of a GET that its answer, or whether there is one, may depend on."""

MOST = 16_384
"""So many questions are known (some 300 B each); then it begins anew."""


@dataclass(frozen=True, slots=True)
class Holder:
    """What the database said of a good token, its account and the catalog, as far as answers depend on it."""

    prefix: str
    row: Row
    until: datetime
    standing: Standing


@dataclass(frozen=True, slots=True)
class Known:
    """Where the answer is, and what plugins announced of their documents where that matters."""

    holder: Holder
    key: Key
    announced: Hashable


class Front:
    """The WSGI application in front of Django's. Tokens are in its memory as keyed hashes only."""

    def __init__(self, django: Application) -> None:
        self._django = django
        self._secret = secrets.token_bytes(32)
        self._known: dict[bytes, Known] = {}
        self._holders: dict[tuple[str, int], Holder] = {}
        self._rows = Together(_rows)

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        if not _is_plain_read(environ):
            return self._django(environ, start_response)
        question = self._question(environ)
        known = self._known.get(question)
        kept = self._present(known) if known else None
        if kept is None:
            environ[LEARN] = partial(self._learn, question)
            return self._django(environ, start_response)
        start_response("200 OK", [*kept.headers.items(), (HEADER, new_request_id())])
        return kept.pieces()

    def _present(self, known: Known) -> Kept | None:
        """The answer, if it still is one."""
        holder = known.holder
        if timezone.now() >= holder.until:
            return None
        try:
            row = self._rows(holder.prefix)
        except Error:
            return None
        if row is None or row[: len(holder.row)] != holder.row:
            return None
        if known.announced and known.announced != announcements(holder.standing):
            return None
        return MemoryMiddleware.recall(known.key)

    def _question(self, environ: Environ) -> bytes:
        words = repr([environ.get(name) for name in WORDS])
        return hashlib.blake2b(words.encode(), digest_size=16, key=self._secret).digest()

    def _learn(self, question: bytes, found: Found) -> None:
        if found.standing.by_grants:
            return
        if len(self._known) >= MOST:
            self._known.clear()
            self._holders.clear()
        row = found.row if found.announced else found.row[WITHOUT_DOCUMENTS]
        whose = (row[PREFIX], len(row))
        holder = self._holders.get(whose)
        if holder is None or holder.row != row:
            holder = Holder(row[PREFIX], row, holds_until(row), found.standing)
            self._holders[whose] = holder
        self._known[question] = Known(holder, found.key, found.announced)


def _is_plain_read(environ: Environ) -> bool:
    return (
        environ["REQUEST_METHOD"] == "GET"
        and environ["PATH_INFO"].startswith(READS)
        and "HTTP_AUTHORIZATION" in environ
        and "HTTP_IF_NONE_MATCH" not in environ
        and environ.get("CONTENT_LENGTH") in (None, "", "0")
    )


def _rows(prefixes: Iterable[str]) -> dict[str, Row]:
    connection.close_if_unusable_or_obsolete()
    return token_rows(prefixes, beside=STATE_AND_GRANTS)
