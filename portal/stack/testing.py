"""`make check`, `make test`, `make test-system`: what they run, and the PostgreSQL they run it on."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from portal.stack import frontend
from portal.stack.errors import StackError
from portal.stack.home import CHECKOUT, Home
from portal.stack.postgres import embedded_postgres
from portal.stack.processes import Service, Supervisor

WORKERS = {"test": "3", "system": "2"}
"""Tests wait about half of their time, for databases and processes; those with a browser do not."""
READY_SECONDS = 120
CHECKS = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy",),
    ("lint-imports",),
)
MIGRATIONS_CHECK = ("manage.py", "makemigrations", "--check", "--dry-run")
FRONTEND_CHECKS = ("lint", "typecheck", "codegen:check")


def check() -> int:
    """Every check, all of them even when one fails; the number of those that failed."""
    tools = Path(sys.executable).parent
    commands = [[str(tools / name), *rest] for name, *rest in CHECKS]
    commands.append([sys.executable, "-W", "ignore::RuntimeWarning", *MIGRATIONS_CHECK])
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    ours = [Service(_in_short(command), tuple(command), environment, folder=CHECKOUT) for command in commands]
    node = frontend.find_node()
    frontend.fetch_packages(node, Supervisor(), frontend.FRONTEND)
    of_the_page = [
        replace(frontend.script_step(node, script), name=f"npm run {script}") for script in FRONTEND_CHECKS
    ]
    with ThreadPoolExecutor(2) as both:
        failed = [name for names in both.map(_failed, (ours, of_the_page)) for name in names]
    for name in failed:
        _say(f"FAILED: {name}")
    _say(f"check: {'failed' if failed else 'passed'}")
    return len(failed)


def _failed(services: list[Service]) -> list[str]:
    """Run one after the other, each telling at its end what it said; the names of those that failed."""
    failed = []
    for service in services:
        done = subprocess.run(
            service.command, env=dict(service.environment), cwd=service.folder, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        _say(f"$ {service.name}\n{done.stdout}".rstrip())
        if done.returncode:
            failed.append(service.name)
    return failed


def test(marks: str, arguments: list[str], *, dist: str, workers: str) -> int:
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
        command = [sys.executable, "-m", "pytest", "-m", marks, "-n", workers, "--dist", dist, *arguments]
        _say(f"$ {_in_short(command)}")
        return subprocess.run(command, env=environment, cwd=CHECKOUT, check=False).returncode
    finally:
        supervisor.stop()


def _in_short(command: list[str]) -> str:
    return " ".join(part.rpartition("/")[2] for part in command)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main(what: str, arguments: list[str]) -> int:
    """0 when everything passed."""
    try:
        if what == "check":
            return min(check(), 1)
        if what == "test":
            return test("not system and not soak", arguments, dist="load", workers=WORKERS[what])
        node = frontend.find_node()
        for folder in (frontend.FRONTEND, frontend.CLIENTS):
            frontend.fetch_packages(node, Supervisor(), folder)
        if not frontend.is_built():
            frontend.build(node, Supervisor())
        return test("system and not soak", arguments, dist="loadfile", workers=WORKERS["system"])
    except StackError as error:
        sys.stderr.write(f"Error: {error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
