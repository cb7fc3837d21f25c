"""A PostgreSQL of a test's own, and a portal that runs on it."""

import hashlib
import hmac
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import psycopg

from portal.stack.home import Home
from portal.stack.postgres import EmbeddedPostgres, embedded_postgres
from tests.servers import PATIENT, free_ports

ROOT = Path(__file__).resolve().parents[3]
WORD = "quiet-engine-27-faults"
HOOK_SECRET = "canary-of-a-hook"


class Cluster:
    """A PostgreSQL of the test's own, which it may stop as it likes."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        home = Home(folder)
        home.prepare()
        self.postgres: EmbeddedPostgres = embedded_postgres(home, durable=durable)
        self.postgres.initialise()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        service, owner = self.postgres.service(), {}
        if self.postgres.user:
            owner = {"user": self.postgres.user, "group": self.postgres.group, "extra_groups": []}
        self.process = subprocess.Popen(
            service.command, env=dict(service.environment), stderr=subprocess.DEVNULL,
            cwd=self.postgres.folder, **owner,
        )  # fmt: skip
        wait_until(self.postgres.is_ready)

    def stop(self) -> None:
        """At once, as `pg_ctl stop -m immediate` does: connections are cut, nothing is written down."""
        if self.process:
            self.process.send_signal(3)
            self.process.wait(120)

    def execute(self, statement: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.postgres.url, autocommit=True) as connection:
            cursor = connection.execute(statement)  # type: ignore[call-overload]
            return list(cursor.fetchall()) if cursor.description else []


class Portal:
    """A running portal on that database, with an administrator's token."""

    git_url = ""

    def __init__(self, cluster: Cluster, folder: Path, **settings: str) -> None:
        self.port, self.streams = free_ports(2)
        kept = {
            name: text for name, text in os.environ.items() if not name.startswith(("PORTAL_", "DJANGO_"))
        }
        self.environment = kept | {"DATABASE_URL": cluster.postgres.url, "PORTAL_HOME": str(folder / "home")}
        self.environment |= PATIENT | settings
        self.log = (folder / "portal.log").open("w+")
        ports = ("--port", str(self.port), "--streams-port", str(self.streams))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "portal", "up", "--no-demo", *ports],
            env=self.environment, cwd=ROOT, stdout=self.log, stderr=self.log,
        )  # fmt: skip
        wait_until(lambda: self.get("/readyz")[0] == 200, 900)
        self.run("account", "create", "faults", "--password", WORD, "--admin")
        scopes = ("--scope", "read", "--scope", "catalog:write", "--scope", "scaffolder:run")
        said = self.run("token", "create", "faults", "--account", "faults", *scopes).stdout
        self.token = max(said.split(), key=len)

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "portal", *words]

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            self.command(*words), env=self.environment, cwd=ROOT, capture_output=True, text=True, check=False
        )

    def get(self, path: str) -> tuple[int, dict[str, str], bytes]:
        """Status (0 where nobody answers), headers and body."""
        return self._ask(urllib.request.Request(f"http://127.0.0.1:{self.port}{path}"))

    def post(
        self, path: str, body: Any, headers: Mapping[str, str] | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        """The same for JSON that is sent; bytes are sent as they are."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        address = f"http://127.0.0.1:{self.port}{path}"
        sent = {"Content-Type": "application/json", **(headers or {})}
        return self._ask(urllib.request.Request(address, data, sent))

    def push(self, repository: str, key: str) -> tuple[int, dict[str, str], bytes]:
        """A signed webhook that tells of a push to `owner/name` of the git host."""
        raw = json.dumps({"repository": {"html_url": f"{self.git_url}/{repository}"}}).encode()
        digest = hmac.new(HOOK_SECRET.encode(), raw, hashlib.sha256).hexdigest()
        headers = {"X-Hub-Signature-256": f"sha256={digest}", "X-GitHub-Delivery": key}
        return self.post("/api/hooks/github", raw, headers)

    def _ask(self, request: urllib.request.Request) -> tuple[int, dict[str, str], bytes]:
        if not request.has_header("X-hub-signature-256"):
            request.add_header("Authorization", f"Bearer {getattr(self, 'token', '')}")
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return answer.status, lower(answer.headers), answer.read()
        except urllib.error.HTTPError as error:
            return error.code, lower(error.headers), error.read()
        except OSError:
            return 0, {}, b""

    def count(self) -> int:
        return len(json.loads(self.get("/api/catalog/entities?filter=kind=component&limit=5000")[2]))


def lower(headers: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def wait_until(condition: Callable[[], bool], seconds: float = 180) -> None:
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, "it did not come about in time"
        time.sleep(0.05)
