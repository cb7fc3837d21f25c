"""A keep-alive HTTP/1.1 connection that costs the client little: one protocol object, bodies not parsed."""

import asyncio
import gzip
import json
from typing import Any
from urllib.parse import urlsplit


class Connection(asyncio.Protocol):
    """Sends one request at a time; the future holds the status once the last byte of the answer came."""

    def __init__(self) -> None:
        self.waiting: asyncio.Future[int] | None = None
        self.keep = False
        self.transport: asyncio.WriteTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self.transport = transport
        self._reset()

    def _reset(self) -> None:
        self.pending = bytearray()
        self.in_body = self.chunked = self.zipped = False
        self.status = self.left = self.size = self.state = 0
        self.body: list[bytes] = []

    def connection_lost(self, exc: Exception | None) -> None:
        if self.waiting and not self.waiting.done():
            self.waiting.set_exception(ConnectionError(str(exc or "closed")))

    def send(self, request: bytes, *, keep: bool) -> "asyncio.Future[int]":
        """`keep` keeps the answer's body for `text`."""
        self._reset()
        self.keep = keep
        self.waiting = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return self.waiting

    def data_received(self, data: bytes) -> None:
        self.pending += data
        if not self.in_body and not self._read_head():
            return
        if self.chunked:
            self._read_chunks()
        else:
            self._take(len(self.pending))
            if self.size >= self.left:
                self._finish()

    def _read_head(self) -> bool:
        end = self.pending.find(b"\r\n\r\n")
        if end < 0:
            return False
        head = bytes(self.pending[:end]).lower()
        del self.pending[: end + 4]
        self.in_body = True
        self.status = int(head[9:12])
        self.chunked = b"transfer-encoding: chunked" in head
        self.zipped = b"content-encoding: gzip" in head
        at = head.find(b"\r\ncontent-length:")
        self.left = int(head[at + 17 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if self.status in (204, 304):
            self.left, self.chunked = 0, False
        return True

    def _read_chunks(self) -> None:
        while True:
            if self.state == 0:  # the line with the chunk's size
                end = self.pending.find(b"\r\n")
                if end < 0:
                    return
                self.left = int(bytes(self.pending[:end]).split(b";")[0], 16)
                del self.pending[: end + 2]
                self.state = 1 if self.left else 3
            elif self.state == 1:  # the chunk
                count = min(self.left, len(self.pending))
                self._take(count)
                self.left -= count
                if self.left:
                    return
                self.state = 2
            elif len(self.pending) < 2:
                return
            else:  # the line end after a chunk, or the empty line after the last
                del self.pending[:2]
                if self.state == 3:
                    return self._finish()
                self.state = 0

    def _take(self, count: int) -> None:
        self.size += count
        if self.keep:
            self.body.append(bytes(self.pending[:count]))
        del self.pending[:count]

    def _finish(self) -> None:
        waiting, self.waiting = self.waiting, None
        if waiting and not waiting.done():
            waiting.set_result(self.status)

    def text(self) -> bytes:
        body = b"".join(self.body)
        return gzip.decompress(body) if self.zipped else body


class Client:
    """Writes requests for one target."""

    def __init__(self, url: str, token: str, *, zipped: bool = False) -> None:
        parts = urlsplit(url)
        self.host, self.port = parts.hostname, parts.port
        lines = [f"Host: {parts.netloc}", "Accept: application/json", f"Authorization: Bearer {token}"]
        self.headers = "\r\n".join([*lines, *(["Accept-Encoding: gzip"] if zipped else [])])

    async def connect(self) -> Connection:
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(Connection, self.host, self.port)
        return connection

    def encode(self, method: str, path: str, body: Any = None) -> bytes:
        content = b"" if body is None else json.dumps(body).encode()
        typed = "" if body is None else "\r\nContent-Type: application/json"
        length = f"{typed}\r\nContent-Length: {len(content)}" if body is not None else ""
        return f"{method} {path} HTTP/1.1\r\n{self.headers}{length}\r\n\r\n".encode() + content
