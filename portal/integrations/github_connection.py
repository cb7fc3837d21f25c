"""How PyGithub leaves the portal: through the one outbound client, asking for lists only if they changed."""

import hashlib
import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from django.core.cache import cache

from portal.integrations.errors import IntegrationError
from portal.integrations.http import Answer, request

MAX_BYTES = 20 * 1024 * 1024
SECONDS = 30
REMEMBERED_BYTES = 256 * 1024
REMEMBERED_SECONDS = 7 * 24 * 3600
KEPT_HEADERS = ("etag", "link", "content-type")


@dataclass(frozen=True, slots=True)
class Remembered:
    """An answer of 200 as the cache holds it; `body` is compressed."""

    headers: Mapping[str, str]
    body: bytes


class _Answer:
    """What PyGithub reads of an answer."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self._body = body

    def getheaders(self) -> Any:
        return self.headers.items()

    def read(self) -> str:
        return self._body.decode("utf-8", "replace")


class Connection:
    """One of PyGithub's connections, made of the portal's outbound client."""

    scheme = "https"

    def __init__(self, host: str, port: int | None = None, *_: Any, **__: Any) -> None:
        name = f"[{host}]" if ":" in host else host
        self.origin = f"{self.scheme}://{name}" + (f":{port}" if port else "")
        self._send: Callable[[], _Answer] | None = None

    def request(
        self, verb: str, url: str, input: str | None, headers: dict[str, str], stream: bool = False
    ) -> None:
        body = (input or "").encode()
        self._send = lambda: _ask(verb, f"{self.origin}{url}", headers, body)

    def getresponse(self) -> _Answer:
        if self._send is None:
            raise IntegrationError("Nothing was asked of GitHub.")
        return self._send()

    def close(self) -> None:
        """The connections belong to the outbound client."""


class PlainConnection(Connection):
    scheme = "http"


def _ask(verb: str, url: str, headers: Mapping[str, str], body: bytes) -> _Answer:
    """Ask with the etag of what is remembered; GitHub does not count answers of 304 against its limit."""
    key = _key(url, headers)
    known: Remembered | None = cache.get(key) if verb == "GET" else None
    conditions = {"If-None-Match": known.headers["etag"]} if known else {}
    answer = request(
        verb,
        url,
        headers={**headers, **conditions},
        body=body,
        max_bytes=MAX_BYTES,
        seconds=SECONDS,
        use_credentials=False,
    )
    if answer.status == 304 and known:
        return _Answer(200, known.headers, zlib.decompress(known.body))
    if answer.status == 202:  # PyGithub would ask again for ever
        raise IntegrationError("GitHub is still preparing its answer. It is asked again later.")
    if verb == "GET":
        _remember(key, answer)
    return _Answer(answer.status, answer.headers, answer.body)


def _key(url: str, headers: Mapping[str, str]) -> str:
    """Of an address as one credential sees it: etags differ by credential too."""
    authorization = next((text for name, text in headers.items() if name.lower() == "authorization"), "")
    return f"github:{hashlib.sha256(f'{authorization} {url}'.encode()).hexdigest()}"


def _remember(key: str, answer: Answer) -> None:
    """Lists come again and again; of a file that changed the same is never asked twice.

    A last page that is full is not remembered: its etag stays when another page follows it.
    """
    if answer.status != 200 or "etag" not in answer.headers or not answer.body.startswith(b"["):
        return
    size = re.search(r"[?&]per_page=(\d+)", answer.url)
    is_last = 'rel="next"' not in answer.headers.get("link", "")
    if is_last and (size is None or len(orjson.loads(answer.body)) >= int(size[1])):
        return
    body = zlib.compress(answer.body)
    if len(body) <= REMEMBERED_BYTES:
        headers = {name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers}
        cache.set(key, Remembered(headers, body), timeout=REMEMBERED_SECONDS)
