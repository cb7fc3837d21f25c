"""This portal as in production: `portal up` on a PostgreSQL of its own; sign-in, permissions, guard on."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.servers import Target, answers, database, running, wait_until

ROOT = Path(__file__).resolve().parent.parent
ACCOUNT, PASSWORD = "bench", "quiet-engine-27-bench"
OURS = ("DATABASE_URL", "PORTAL_", "DJANGO_SETTINGS_MODULE")


@contextmanager
def portal(folder: Path, *, port: int, files_port: int) -> Iterator[Target]:
    """Started, with an administrator's API token; files of the bench may be fetched and trusted, no more."""
    folder.mkdir(parents=True, exist_ok=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    log = folder / "portal.log"
    with database(folder / "database") as (postgres, database_pid):
        environment |= {
            "DATABASE_URL": postgres.url,
            "PORTAL_HOME": str(folder / "home"),
            "PORTAL_OUTBOUND_PRIVATE": f"127.0.0.1:{files_port}",
            "PORTAL_OUTBOUND_MAX_BYTES": str(64 * 2**20),
            "PORTAL_OUTBOUND_PER_MINUTE": "100000",
        }
        (folder / "home").mkdir(exist_ok=True)
        command = [sys.executable, "-m", "portal", "up", "--no-demo", "--port", str(port)]
        url = f"http://127.0.0.1:{port}"
        with running(command, environment, log, cwd=ROOT) as process:
            wait_until(answers(f"{url}/readyz"), 300, process, log)
            token = _token(environment)
            yield Target("portal", url, token, process.pid, database_pid, postgres, "granian")


def _token(environment: dict[str, str]) -> str:
    """An ordinary API token of an administrator."""

    def say(*words: str) -> str:
        command = [sys.executable, "-m", "portal", *words]
        done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode and "already" not in done.stderr:
            raise SystemExit(f"portal {' '.join(words)}: {done.stderr or done.stdout}")
        return done.stdout

    say("account", "create", ACCOUNT, "--password", PASSWORD, "--admin")
    scopes = ("--scope", "read", "--scope", "catalog:write", "--scope", "scaffolder:run")
    printed = say("token", "create", "bench", "--account", ACCOUNT, *scopes)
    return max(printed.split(), key=len)
