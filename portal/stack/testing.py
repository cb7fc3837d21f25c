"""`make check`, `make test`, `make test-system`: what they run, and the PostgreSQL they run it on."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from portal.stack import frontend
from portal.stack.errors import StackError
from portal.stack.home import CHECKOUT, Home
from portal.stack.postgres import embedded_postgres
from portal.stack.processes import Supervisor

WORKERS = "2"
READY_SECONDS = 30
CHECKS = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy",),
    ("lint-imports",),
)
FRONTEND_CHECKS = ("lint", "typecheck", "codegen:check")


def check() -> int:
    """Every check, all of them even when one fails; the number of those that failed."""
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    tools = Path(sys.executable).parent
    commands = [[str(tools / name), *rest] for name, *rest in CHECKS]
    commands.append(
        [
            sys.executable,
            "-W",
            "ignore::RuntimeWarning",
            "manage.py",
            "makemigrations",
            "--check",
            "--dry-run",
        ]
    )
    failed = [" ".join(command) for command in commands if _run(command, environment)]
    if (CHECKOUT / "frontend" / "package.json").exists():
        node = frontend.find_node()
        frontend.fetch_packages(node, Supervisor(), frontend.FRONTEND)
        for script in FRONTEND_CHECKS:
            service = frontend.script_step(node, script)
            if _run(service.command, service.environment):
                failed.append(f"npm run {script}")
    for name in failed:
        _say(f"FAILED: {name}")
    _say(f"check: {'failed' if failed else 'passed'}")
    return len(failed)


def test(marks: str, arguments: list[str], *, parallel: bool) -> int:
    """Run pytest on DATABASE_URL, or on an embedded PostgreSQL of its own that is thrown away."""
    supervisor = Supervisor()
    home = Home(CHECKOUT / ".portal" / "test")
    home.prepare()
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT), "PORTAL_HOME": str(home.root)}
    try:
        if not environment.get("DATABASE_URL"):
            postgres = embedded_postgres(home, durable=False)
            postgres.initialise()
            supervisor.start(postgres.service())
            supervisor.wait_until(postgres.is_ready, READY_SECONDS, "The embedded PostgreSQL")
            environment["DATABASE_URL"] = postgres.url
        workers = ["-n", WORKERS] if parallel else []
        return _run([sys.executable, "-m", "pytest", "-m", marks, *workers, *arguments], environment)
    finally:
        supervisor.stop()


def _run(command: list[str] | tuple[str, ...], environment: Mapping[str, str]) -> int:
    _say(f"$ {' '.join(part.rpartition('/')[2] for part in command)}")
    folder = CHECKOUT / "frontend" if "npm-cli.js" in " ".join(command) else CHECKOUT
    return subprocess.run(command, env=dict(environment), cwd=folder, check=False).returncode


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main(what: str, arguments: list[str]) -> int:
    """0 when everything passed."""
    try:
        if what == "check":
            return min(check(), 1)
        if what == "test":
            return test("not system and not soak", arguments, parallel=True)
        frontend.fetch_packages(frontend.find_node(), Supervisor(), frontend.CLIENTS)
        return test("system and not soak", arguments, parallel=False)
    except StackError as error:
        sys.stderr.write(f"Error: {error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
