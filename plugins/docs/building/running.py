"""The worker's side of a build: lays the files out, runs the limited process, reads what it made."""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings

from ..errors import DocsError
from ..exporting import Export

MODULE = "plugins.docs.building.child"
BOOTSTRAP = (
    "import sys, importlib; sys.path.insert(0, sys.argv[1]); importlib.import_module(sys.argv[2]).main()"
)
MAX_RESULT = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one building process: seconds of processor and of the clock, bytes of memory."""

    cpu_seconds: int = 60
    seconds: int = 120
    memory_bytes: int = 768 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class BuiltPage:
    """A page as MkDocs made it, not cleaned. `url` is relative to the site."""

    path: str
    url: str
    title: str
    html: str
    contents: list[dict[str, Any]]
    meta: dict[str, str]
    edit_url: str
    sections: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BuiltSite:
    """Pages in the order of the navigation, then those that are not in it. Nothing of it is cleaned.

    `not_isolated` says why the process could reach the network, "" where it could not.
    """

    pages: list[BuiltPage]
    search: dict[str, Any]
    notes: list[str] = field(default_factory=list)
    not_isolated: str = ""
    seconds: float = 0.0


def build_site(export: Export, site_name: str, limits: Limits) -> BuiltSite:
    """Raises DocsError where MkDocs cannot build it, or a limit ended it."""
    started = time.monotonic()
    job = {"config": {"site_name": site_name, **export.config}}
    site = run_limited(
        MODULE, job, limits, "Building the documentation", lambda folder: _lay_out(export, folder)
    )
    if "error" in site:
        raise DocsError(f"MkDocs cannot build it: {str(site['error'])[:500]}")
    return _site(site, time.monotonic() - started)


def run_limited(
    module: str,
    job: dict[str, Any],
    limits: Limits,
    doing: str,
    lay_out: Callable[[Path], None] | None = None,
) -> dict[str, Any]:
    """What `main` of a module makes of a job, in a limited process of its own that has a folder for it.

    `doing` says what took too much where a limit ended it. Raises DocsError.
    """
    folder = Path(tempfile.mkdtemp(prefix="portal-docs-"))
    bounds = {
        "cpu_seconds": limits.cpu_seconds,
        "memory_bytes": limits.memory_bytes,
        "file_bytes": MAX_RESULT,
    }
    try:
        folder.chmod(0o755)
        (folder / "out").mkdir()
        if lay_out:
            lay_out(folder)
        _run(module, {**job, "folder": str(folder), "limits": bounds}, limits, doing)
        answer: dict[str, Any] = json.loads((folder / "out" / "result.json").read_bytes()[: MAX_RESULT + 1])
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if "limit" in answer:
        raise DocsError(_too_much(doing, "memory"))
    return answer


def _lay_out(export: Export, folder: Path) -> None:
    """Pages with their text; of other files only the names, which is all that MkDocs needs of them."""
    docs = folder / "docs"
    docs.mkdir()
    for files, is_page in ((export.pages, True), (export.assets, False)):
        for name, content in files.items():
            path = docs / name
            if not path.resolve().is_relative_to(docs.resolve()):
                raise DocsError(f"{name[:200]!r} is no path inside of the documentation.")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if is_page else b"")


def _run(module: str, job: dict[str, Any], limits: Limits, doing: str) -> None:
    process = subprocess.Popen(
        [sys.executable, "-I", "-B", "-c", BOOTSTRAP, str(settings.BASE_DIR), module],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={"LC_ALL": "C.UTF-8", "PATH": os.defpath},
        cwd="/",
        start_new_session=True,
    )
    # Only the process itself can give up its rights, but these hold from its first instruction.
    resource.prlimit(process.pid, resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds))
    try:
        _, words = process.communicate(json.dumps(job).encode(), timeout=limits.seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise DocsError(_too_much(doing, "time")) from None
    if process.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        raise DocsError(_too_much(doing, "time"))
    if process.returncode == 0:
        return
    last = (words.decode("utf-8", "replace").strip().splitlines() or [""])[-1]
    if "MemoryError" in last:
        raise DocsError(_too_much(doing, "memory"))
    error = DocsError(f"{doing} did not work: the process for it failed.")
    error.add_note(last[:500])
    raise error


def _too_much(doing: str, what: str) -> str:
    return f"{doing} takes more {what} than it may. Is there a part that is very long, or nested deeply?"


def _site(site: dict[str, Any], seconds: float) -> BuiltSite:
    pages = {page["path"]: page for page in site["pages"]}
    sections = {entry["path"]: entry["sections"] for entry in site["order"] if "path" in entry}
    order = [path for path in sections if path in pages]
    order += [path for path in pages if path not in sections]
    return BuiltSite(
        [BuiltPage(**pages[path], sections=tuple(sections.get(path, ()))) for path in order],
        site["search"],
        [str(note) for note in site["notes"]],
        str(site["network"]),
        round(seconds, 2),
    )
