"""Real servers on loopback that tests call: each keeps what it was asked."""

import itertools
import os
import random
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

PATIENT = {
    "PORTAL_GRAPHQL_DEADLINE_SECONDS": "60",
    "PORTAL_STATEMENT_TIMEOUT_MS": "60000",
    "PORTAL_PLUGIN_DEADLINE_MS": "15000",
    "PORTAL_OUTBOUND_SECONDS": "60",
    "PORTAL_CATALOG_JOB_SECONDS": "60",
    "PORTAL_DRY_RUN_SECONDS": "60",
}
"""For a portal that a test starts: its deadlines end what hangs, not what waits for a busy machine."""


def free_ports(count: int) -> list[int]:
    """Ports of 127.0.0.1 that nobody uses at the moment, and that nobody is given until a server has them.

    They are below those that the system gives to whoever opens a connection, and each process that runs tests
    looks for them in a range of its own.
    """
    found: list[int] = []
    while len(found) < count:
        port = next(_ports)
        with socket.socket() as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tried.bind(("127.0.0.1", port))
            except OSError:
                continue
        found.append(port)
    return found


def _own_ports() -> Iterator[int]:
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 16
    first = 16_000 + 1_000 * worker
    start = random.randrange(1_000)  # beside another run of the tests on this machine
    return (first + (start + step) % 1_000 for step in itertools.count())


_ports = _own_ports()


@dataclass
class Seen:
    """A request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class HttpServer:
    """`routes` maps a path (without its query) to a function of the request that returns
    (status, headers, body), or to `(status, headers, body)`; `raw` to one that writes to the socket itself.
    Everything else is 404."""

    routes: dict[str, Any] = field(default_factory=dict)
    raw: dict[str, Callable[[Any], None]] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)

    def __enter__(self) -> "HttpServer":
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                seen = Seen(self.command, self.path, headers, body)
                outer.seen.append(seen)
                path = self.path.partition("?")[0]
                if path in outer.raw:
                    self.close_connection = True
                    outer.raw[path](self)
                    return
                route = outer.routes.get(path, (404, {}, b"nothing here"))
                status, sent, content = route(seen) if callable(route) else route
                self.send_response(status)
                for name, value in sent.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = answer

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=[0.05], daemon=True).start()
        return self

    def __exit__(self, *_: Any) -> None:
        self.server.shutdown()
        self.server.server_close()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server.server_port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"


class GitServer(HttpServer):
    """Bare repositories below a folder, served by `git http-backend`; `token` is asked for where set."""

    def __init__(self, root: Path) -> None:
        super().__init__()
        self.root = root
        self.token = ""
        self.status = 0

    def __enter__(self) -> "GitServer":
        super().__enter__()
        self.routes = _Everything(self._serve)  # type: ignore[assignment]
        return self

    def repository(self, name: str) -> "Repository":
        return Repository(self.root / "work" / name, self.root / f"{name}.git", f"{self.url}/{name}.git")

    def _serve(self, seen: Seen) -> tuple[int, dict[str, str], bytes]:
        if self.status:
            return self.status, {}, b"no"
        if self.token and self.token not in seen.headers.get("authorization", ""):
            return 401, {"WWW-Authenticate": "Basic"}, b""
        path, _, query = seen.path.partition("?")
        environment = {
            "PATH": os.environ["PATH"], "GIT_PROJECT_ROOT": str(self.root), "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": path, "QUERY_STRING": query, "REQUEST_METHOD": seen.method,
            "CONTENT_TYPE": seen.headers.get("content-type", ""), "CONTENT_LENGTH": str(len(seen.body)),
            "HTTP_CONTENT_ENCODING": seen.headers.get("content-encoding", ""),
            "GIT_PROTOCOL": seen.headers.get("git-protocol", ""), "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*",
        }  # fmt: skip
        done = subprocess.run(
            ["git", "http-backend"], input=seen.body, env=environment, capture_output=True, check=True
        )
        head, _, body = done.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        status = int(headers.pop("Status", "200").split()[0])
        return status, headers, body


class _Everything(dict[str, Any]):
    """Routes of which every path is the same."""

    def __init__(self, route: Any) -> None:
        super().__init__()
        self.route = route

    def get(self, key: str, default: Any = None) -> Any:
        return super().get(key, self.route)


class Repository:
    """A bare repository and a working copy to make commits in."""

    def __init__(self, work: Path, bare: Path, url: str) -> None:
        self.work, self.bare, self.url = work, bare, url
        work.mkdir(parents=True)
        self.git("init", "--quiet", "--initial-branch=main")
        subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", bare], check=True)

    def git(self, *arguments: str) -> str:
        identity = [
            "-c",
            "user.name=Test",
            "-c",
            "user.email=test@example.com",
            "-c",
            "core.hooksPath=/dev/null",
        ]
        done = subprocess.run(
            ["git", *identity, *arguments], cwd=self.work, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    def commit(self, files: dict[str, str | None], branch: str = "main") -> str:
        """Write (or with None remove) files, commit, push; the commit's hash."""
        for name, text in files.items():
            path = self.work / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                path.unlink()
            else:
                path.write_text(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "Change")
        self.git("push", "--quiet", str(self.bare), f"HEAD:refs/heads/{branch}")
        return self.git("rev-parse", "HEAD")
