"""`portal doctor`: what is there, what is missing and how to get it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from portal.stack import frontend
from portal.stack.errors import StackError
from portal.stack.home import CHECKOUT, Home, is_running, read_state, running_environment
from portal.stack.ports import check_port
from portal.stack.postgres import wheel_programs
from portal.stack.valkey import wheel_program

OLDEST_PYTHON = (3, 11)
ROOM = 1024**3


@dataclass(frozen=True)
class Finding:
    """One thing looked at; `remedy` is empty when all is well."""

    what: str
    found: str
    remedy: str = ""


def examine(home: Home, host: str, port: int, streams_port: int) -> Iterator[Finding]:
    """Look at everything `portal up` needs, in the order in which it needs it."""
    yield _python()
    yield _git()
    yield from _guarded("web page", _page)
    yield from _guarded("folder", partial(_folder, home))
    running = is_running(home)
    if running:
        state = read_state(home)
        yield Finding("portal", f"is running at {state['base_url']}" if state else "is starting")
    else:
        for number, option in ((port, "--port"), (streams_port or port + 1, "--streams-port")):
            yield from _guarded(f"port {number}", partial(_port, host, number, option))
    yield from _servers({**os.environ, **running_environment(home)})


def _guarded(what: str, look: Callable[[], Finding]) -> Iterator[Finding]:
    try:
        yield look()
    except StackError as error:
        found, _, remedy = str(error).rpartition(": ")
        yield Finding(what, found, remedy)


def _python() -> Finding:
    found = f"{sys.version.split()[0]} at {sys.executable}"
    fit = sys.version_info >= OLDEST_PYTHON
    return Finding("Python", found, "" if fit else "install Python 3.11 or newer")


def _git() -> Finding:
    remedy = "install git (Debian: apt install git): repositories are created, served and cloned with it"
    git = shutil.which("git")
    if git is None:
        return Finding("git", "not in PATH", remedy)
    version = _output(git, "--version").removeprefix("git version ")
    backend = os.path.join(_output(git, "--exec-path"), "git-http-backend")  # noqa: PTH118 (as git says it)
    if not os.access(backend, os.X_OK):
        return Finding("git", f"{version} without git-http-backend", remedy)
    return Finding("git", f"{version}, with git-http-backend")


def _page() -> Finding:
    if frontend.is_built():
        return Finding("web page", "built")
    node = frontend.find_node()
    return Finding("web page", f"will be built with Node {node.version} ({node.origin})")


def _folder(home: Home) -> Finding:
    home.prepare()
    free = shutil.disk_usage(home.root).free
    found = f"{home.root} ({free / 1024**3:.1f} GB free)"
    return Finding("folder", found, "" if free > ROOM else "make room: 1 GB is needed")


def _port(host: str, port: int, option: str) -> Finding:
    check_port(host, port, option)
    return Finding(f"port {port}", f"free on {host}")


def _servers(environment: dict[str, str]) -> Iterator[Finding]:
    """The database and the broker: reached where they are said or running, else whether they could start."""
    if environment.get("DATABASE_URL"):
        command = [sys.executable, "-m", "portal.stack.prepare", "--check"]
        quiet = {**environment, "PORTAL_LOG_LEVEL": "ERROR"}
        done = subprocess.run(command, env=quiet, cwd=CHECKOUT, capture_output=True, text=True, check=False)
        said = done.stdout.splitlines()
        if done.returncode:
            why = said[-1] if said else (done.stderr.strip() or "the check ended").splitlines()[-1]
            yield Finding("settings", why, "correct it; docs/settings.md lists them all")
            return
        for line in said:
            what, _, found = line.partition(": ")
            found, _, remedy = found.partition("; ")
            yield Finding(what, found, remedy)
        return
    for what, variable, look in (
        ("database", "DATABASE_URL", wheel_programs),
        ("broker", "PORTAL_BROKER_URL", wheel_program),
    ):
        if environment.get(variable):
            yield Finding(what, f"{variable} is set; it is tried when the portal starts")
        else:
            yield from _guarded(what, partial(_embedded, what, look))


def _embedded(what: str, program: Callable[[], Path]) -> Finding:
    return Finding(what, f"embedded, {program()}")


def _output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=20).stdout.strip()


def report(findings: Iterator[Finding], show: Callable[[str], None]) -> int:
    """Show one line per finding; the number of those that need something."""
    missing = 0
    for finding in findings:
        missing += bool(finding.remedy)
        mark = "✗" if finding.remedy else "✓"
        show(f"{mark} {finding.what:<12} {finding.found}")
        if finding.remedy:
            show(f"  {'':<12} → {finding.remedy}")
    return missing
