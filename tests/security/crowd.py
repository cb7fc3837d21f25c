"""Many clients of one server at once: connections that are kept, and streams that stay open."""

import asyncio
import json
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, and how many seconds it took."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float


@dataclass(frozen=True, slots=True)
class Server:
    """A server on this machine, and the token with which it is asked."""

    port: int
    token: str

    def posted(self, path: str, query: str, **variables: Any) -> bytes:
        """A request with a GraphQL operation, as bytes."""
        body = json.dumps({"query": query, "variables": variables}).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nAuthorization: Bearer {self.token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    def asked(self, path: str) -> bytes:
        """A request to read, as bytes."""
        host = f"127.0.0.1:{self.port}"
        head = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {self.token}\r\n\r\n"
        return head.encode()

    async def ask_often(self, request: Callable[[], bytes | None]) -> list[Answer]:
        """The answers to requests over one connection, one after the other, until there are no more."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        answers = []
        while data := request():
            began = time.monotonic()
            writer.write(data)
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:])}
            body = await reader.readexactly(int(headers["content-length"]))
            answers.append(Answer(int(head[0].split()[1]), headers, body, time.monotonic() - began))
        writer.close()
        return answers


async def ask_together(server: Server, requests: list[bytes], *, clients: int) -> list[Answer]:
    """All the answers; each client sends what nobody has sent yet as soon as it has its last answer."""
    left = iter(requests)
    each = [server.ask_often(lambda: next(left, None)) for _ in range(clients)]
    return [answer for answers in await asyncio.gather(*each) for answer in answers]


@dataclass
class Follower:
    """A stream that is read on: the results it was told, and when it was told or shown that it lives."""

    results: list[dict[str, Any]] = field(default_factory=list)
    told: list[float] = field(default_factory=list)
    beats: list[float] = field(default_factory=list)

    async def follow(self, server: Server, query: str) -> asyncio.Task[None]:
        """Returns when the server has answered; the task goes on reading."""
        reader, self.writer = await asyncio.open_connection("127.0.0.1", server.port)
        self.writer.write(server.posted("/events/graphql", query))
        head = await reader.readuntil(b"\r\n\r\n")
        assert b" 200 " in head, head
        return asyncio.create_task(self._read(reader))

    async def _read(self, reader: asyncio.StreamReader) -> None:
        async for line in reader:
            if line.startswith(b"data: {"):
                self.results.append(json.loads(line[6:])["data"])
                self.told.append(time.monotonic())
            elif line.startswith(b":"):
                self.beats.append(time.monotonic())


def follow_and_never_read(server: Server, query: str, **variables: Any) -> socket.socket:
    """A stream to a client that does not take what it is sent, and has little room for it."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    client.connect(("127.0.0.1", server.port))
    client.sendall(server.posted("/events/graphql", query, **variables))
    return client


def slowest_but_one_in_a_hundred(answers: list[Answer]) -> float:
    """Seconds, the 99th percentile."""
    return sorted(answer.seconds for answer in answers)[int(len(answers) * 0.99)]
