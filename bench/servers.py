"""What is measured: a portal under its address, with the processes its CPU and memory are read from."""

import http.server
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from portal.stack.home import Home
from portal.stack.postgres import EmbeddedPostgres, embedded_postgres

# PostgreSQL's own default; the same for both, with fsync on.
SHARED_BUFFERS = "128MB"


@dataclass(frozen=True)
class Target:
    """A running portal: where it answers, with which token, and who works for it."""

    label: str
    url: str
    token: str
    server: int
    database: int
    postgres: EmbeddedPostgres
    web: str = ""
    """What the command lines of the processes that serve the web have in them; all, where nothing is said."""

    @property
    def processes(self) -> dict[str, int]:
        return {"server": self.server, "database": self.database}


@contextmanager
def running(
    command: list[str], environment: dict[str, str], log: Path, **more: Any
) -> Iterator[subprocess.Popen[bytes]]:
    """A process in a session of its own, its output in `log`, ended with us."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output, **more
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def database(folder: Path) -> Iterator[tuple[EmbeddedPostgres, int]]:
    """A PostgreSQL cluster of its own in `folder`, kept for the next run; with its process id."""
    home = Home(folder)
    home.prepare()
    postgres = embedded_postgres(home)
    postgres.initialise()
    service = postgres.service()
    command = [*service.command, "-c", f"shared_buffers={SHARED_BUFFERS}"]
    owner = {"user": postgres.user, "group": postgres.group, "extra_groups": []} if postgres.user else {}
    log = folder / "database.log"
    with running(command, dict(service.environment), log, cwd=postgres.folder, **owner) as process:
        wait_until(postgres.is_ready, 30, process, log)
        yield postgres, process.pid


def databases_mb(postgres: EmbeddedPostgres) -> float:
    """Size of every database of the cluster that is not PostgreSQL's own."""
    query = (
        "SELECT coalesce(sum(pg_database_size(datname)), 0) FROM pg_database "
        "WHERE datname NOT IN ('postgres', 'template0', 'template1')"
    )
    import psycopg

    with psycopg.connect(host=str(postgres.sockets), user="portal", dbname="postgres") as connection:
        row = connection.execute(query).fetchone()
    assert row
    return float(row[0]) / 1e6


def answers(url: str) -> Callable[[], bool]:
    def ask() -> bool:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError):
            return False

    return ask


def wait_until(
    ready: Callable[[], bool], seconds: float, process: subprocess.Popen[bytes], log: Path
) -> float:
    """Seconds it took; ends the run with the end of the log when it does not come."""
    began = time.monotonic()
    while not ready():
        late = time.monotonic() - began > seconds
        if late or process.poll() is not None:
            said = log.read_text(errors="replace").splitlines()[-20:]
            raise SystemExit(f"{log.name}: {'too late' if late else 'ended'}:\n" + "\n".join(said))
        time.sleep(0.05)
    return time.monotonic() - began


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None:
        pass


@contextmanager
def file_server(folder: Path, port: int) -> Iterator[str]:
    """The descriptor files over HTTP on 127.0.0.1, for both portals to read."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.shutdown()
