"""The hosts that examples of actions call: an API that answers everything, and where the others are."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from tests.scaffolder.github_api import FakeGitHub
from tests.scaffolder.gitlab_api import FakeGitLab


class Api(str):
    """The address of an API; `seen` are the methods that it was asked with."""

    seen: list[str]


@pytest.fixture
def api(settings: Any) -> Iterator[Api]:
    """A server that answers every request with its method, its key and its body."""
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
            said = {"method": self.command, "key": self.headers.get("idempotency-key"), "body": body}
            seen.append(self.command)
            answer = json.dumps({**said, "count": len(seen)}).encode()
            self.send_response(500 if self.path == "/broken" else 200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_POST = do_PUT = do_DELETE = do_GET

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    settings.OUTBOUND_PRIVATE = [*settings.OUTBOUND_PRIVATE, f"127.0.0.1:{server.server_port}"]
    Thread(target=server.serve_forever, daemon=True).start()
    address = Api(f"http://127.0.0.1:{server.server_port}")
    address.seen = seen
    yield address
    server.shutdown()


def at_hosts_here(value: Any, api: str, github: FakeGitHub, gitlab: FakeGitLab) -> Any:
    """What an example says, with the addresses of a test's own hosts."""
    text = json.dumps(value).replace("http://api.test", api).replace("https://github.com", github.url)
    text = text.replace("https://gitlab.com", gitlab.url).replace("gitlab.com?", f"{gitlab.host}?")
    return json.loads(text.replace("github.com?", f"{github.host}?"))
