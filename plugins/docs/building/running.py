"""The worker's side of a build: lays the files out, runs the limited process, reads what it made."""

import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from django.conf import settings

from ..errors import DocsError
from ..exporting import Export

MODULE = "plugins.docs.building.child"
BOOTSTRAP = (
    "import sys; sys.path.insert(0, sys.argv[1]); from plugins.docs.building.mother import main; main()"
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


class LimitedProcesses:
    """Runs what a module makes of a job in a process for that job alone, which can do little.

    They are forked from one that has the module loaded, which runs from the first job until the context ends.
    """

    def __init__(self, module: str) -> None:
        self._module = module
        self._mother: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def run(
        self,
        job: dict[str, Any],
        limits: Limits,
        doing: str,
        *,
        kind: str = "",
        lay_out: Callable[[Path], None] | None = None,
    ) -> dict[str, Any]:
        """The result of a job. `lay_out` puts files into its folder; `kind` is what the module warms up for.

        `doing` says what took too much where a limit ended it. Raises DocsError.
        """
        folder = Path(tempfile.mkdtemp(prefix="portal-docs-"))
        try:
            folder.chmod(0o755)
            (folder / "out").mkdir()
            (folder / "job.json").write_text(json.dumps(job), "utf-8")
            if lay_out:
                lay_out(folder)
            code = self._ask(folder, kind, limits, doing)
            _check(code, folder, doing)
            answer: dict[str, Any] = json.loads(
                (folder / "out" / "result.json").read_bytes()[: MAX_RESULT + 1]
            )
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        if "limit" in answer:
            raise DocsError(_too_much(doing, "memory"))
        return answer

    def _ask(self, folder: Path, kind: str, limits: Limits, doing: str) -> int:
        bounds = {
            "cpu_seconds": limits.cpu_seconds,
            "memory_bytes": limits.memory_bytes,
            "file_bytes": MAX_RESULT,
        }
        order = json.dumps({"folder": str(folder), "kind": kind, "limits": bounds})
        mother = self._started()
        assert mother.stdin is not None
        assert mother.stdout is not None
        answer = b""
        with contextlib.suppress(BrokenPipeError):
            mother.stdin.write(f"{order}\n".encode())
            mother.stdin.flush()
            if not select.select([mother.stdout], [], [], limits.seconds)[0]:
                self._end()
                raise DocsError(_too_much(doing, "time"))
            answer = mother.stdout.readline()
        if not answer:
            self._end()
            raise DocsError(f"{doing} did not work: the process for it was ended from outside.")
        return int(json.loads(answer)["code"])

    def _started(self) -> subprocess.Popen[bytes]:
        if self._mother is None:
            self._mother = subprocess.Popen(
                [sys.executable, "-I", "-B", "-c", BOOTSTRAP, str(settings.BASE_DIR), self._module],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={"LC_ALL": "C.UTF-8", "PATH": os.defpath},
                cwd="/",
                start_new_session=True,
            )
        return self._mother

    def _end(self) -> None:
        """With all it has forked."""
        if self._mother is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._mother.pid, signal.SIGKILL)
            self._mother.communicate()
            self._mother = None


def build_site(export: Export, site_name: str, limits: Limits, processes: LimitedProcesses) -> BuiltSite:
    """Raises DocsError where MkDocs cannot build it, or a limit ended it."""
    started = time.monotonic()
    job = {"config": {"site_name": site_name, **export.config}}
    doing = "Building the documentation"
    site = processes.run(job, limits, doing, lay_out=lambda folder: _lay_out(export, folder))
    if "error" in site:
        raise DocsError(f"MkDocs cannot build it: {str(site['error'])[:500]}")
    return _site(site, time.monotonic() - started)


def _lay_out(export: Export, folder: Path) -> None:
    """Pages with their text; of other files only the names, which is all that MkDocs needs of them."""
    docs = folder / "docs"
    docs.mkdir()
    (folder / "theme").mkdir()
    (folder / "theme" / "main.html").touch()
    for files, is_page in ((export.pages, True), (export.assets, False)):
        for name, content in files.items():
            path = docs / name
            if not path.resolve().is_relative_to(docs.resolve()):
                raise DocsError(f"{name[:200]!r} is no path inside of the documentation.")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if is_page else b"")


def _check(code: int, folder: Path, doing: str) -> None:
    """Raises DocsError unless the process ended well."""
    if code == 0:
        return
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        raise DocsError(_too_much(doing, "time"))
    words = (folder / "words").read_bytes() if (folder / "words").exists() else b""
    last = (words[-2000:].decode("utf-8", "replace").strip().splitlines() or [""])[-1]
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
        str(site["not_isolated"]),
        round(seconds, 2),
    )
