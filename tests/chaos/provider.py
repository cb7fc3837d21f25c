"""A provider that lies down in the worst moment: it keeps a ledger of every call and can kill who asks."""

import json
import os
import signal
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Call:
    """What somebody asked for, in the order it was done."""

    verb: str
    name: str
    key: str


@dataclass
class Provider:
    """Things by name, each with the key of whoever made it. `ledger` has what was really done."""

    things: dict[str, str] = field(default_factory=dict)
    ledger: list[Call] = field(default_factory=list)
    assassinations: int = 0
    """So many times: do what is asked, kill the asking process with SIGKILL, say nothing."""
    refused_deletions: int = 0
    is_idempotent: bool = True
    """Whether a second call with the key of the first is nothing new to it."""
    pause: float = 0.0
    """Seconds between doing and answering."""
    repeated: list[str] = field(default_factory=list)
    """The keys with which something was asked for that was there already."""

    def __post_init__(self) -> None:
        self.lock = threading.Lock()

    def __enter__(self) -> "Provider":
        handler = type("Bound", (Handler,), {"provider": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=[0.05], daemon=True).start()
        return self

    def __exit__(self, *_: Any) -> None:
        self.server.shutdown()
        self.server.server_close()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server.server_port}"

    def created(self, name: str | None = None) -> list[Call]:
        return [call for call in list(self.ledger) if call.verb == "create" and name in (None, call.name)]

    def create(self, name: str, key: str) -> int:
        with self.lock:
            if name in self.things and (self.is_idempotent or self.things[name] != key):
                self.repeated.append(key)
                return 200 if self.things[name] == key else 409
            self.things[name] = key
            self.ledger.append(Call("create", name, key))
            return 201

    def delete(self, name: str, key: str) -> int:
        with self.lock:
            if self.refused_deletions > 0:
                self.refused_deletions -= 1
                return 500
            if self.things.get(name) == key:
                del self.things[name]
                self.ledger.append(Call("delete", name, key))
            return 204

    def is_to_kill(self) -> bool:
        with self.lock:
            self.assassinations -= 1
            return self.assassinations >= 0


class Handler(BaseHTTPRequestHandler):
    """`/things/<name>`: GET tells the key, POST creates, DELETE deletes what has that key."""

    provider: Provider
    protocol_version = "HTTP/1.0"

    def do_GET(self) -> None:
        key = self.provider.things.get(self._name())
        self._answer(404 if key is None else 200, {"key": key})

    def do_POST(self) -> None:
        status = self.provider.create(self._name(), self.headers["X-Key"])
        if self.provider.is_to_kill():
            os.kill(int(self.headers["X-Pid"]), signal.SIGKILL)
            self.close_connection = True
            return
        time.sleep(self.provider.pause)
        self._answer(status, {})

    def do_DELETE(self) -> None:
        self._answer(self.provider.delete(self._name(), self.headers["X-Key"]), {})

    def _name(self) -> str:
        return self.path.rpartition("/")[2]

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        pass
