"""The parent's side of rendering: starts the limited process, asks it, and says what went wrong."""

import contextlib
import json
import os
import select
import signal
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from django.conf import settings

WALL_SECONDS = 15
OUTPUT_BYTES = 4 * 1024 * 1024
FIRST_UID = 61_000
"""Above the uids of people and services, below the special ones; one of its own for each process."""

BOOTSTRAP = "import sys; sys.path.insert(0, sys.argv[1]); from scaffolder.renderer.child import main; main()"
LIMITS = {
    "memory": "it needed more memory than a template may have",
    "output": "it gave more than a template may give",
    "depth": "it is nested too deeply",
    "cpu": "it took longer than a template may take",
}


class RenderError(Exception):
    """A template is wrong: the message names file or key, line, expression and reason."""

    code = "TEMPLATE_ERROR"


class RenderLimit(RenderError):
    """A template was stopped by a limit; the process that rendered it is gone."""

    code = "TEMPLATE_LIMIT"


FileReader = Callable[[str], str | None]
"""Gives the text of a file that a template names, None where there is none."""


@dataclass(frozen=True, slots=True)
class TextSyntax:
    """How a file is written: `{{ }}` for cookiecutter's, and what happens to white space."""

    variable_start: str = "${{"
    trim_blocks: bool = False
    lstrip_blocks: bool = False


class Renderer:
    """Renders for one step, in one process that starts with the first request and ends with the step."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def render_value(self, template: Any, context: dict[str, Any], *, where: str) -> Any:
        """`template` (any JSON value) with all texts in it rendered once. `where` names it in errors."""
        if not has_expression(template):
            return template
        return self._ask({"kind": "value", "template": template, "context": context}, where)

    def render_text(
        self,
        template: str,
        context: dict[str, Any],
        *,
        where: str,
        syntax: TextSyntax = TextSyntax(),
        files: FileReader | None = None,
    ) -> str:
        """A file's text, rendered; `files` reads what it extends, includes or imports.

        Raises RenderError and RenderLimit.
        """
        if not has_expression(template, syntax.variable_start):
            return template
        request = {"kind": "text", "template": template, "context": context, **asdict(syntax)}
        return str(self._ask(request, where, files))

    def close(self) -> None:
        """End the process, whatever it does; safe to call again."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for stream in (self._process.stdin, self._process.stdout):
                if stream is not None:
                    with contextlib.suppress(OSError):
                        stream.close()
            self._process = None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _ask(self, request: dict[str, Any], where: str, files: FileReader | None = None) -> Any:
        answer = self._exchange(request, where)
        while "needs" in answer:
            name = answer["needs"]
            answer = self._exchange({**request, "files": {name: files(name) if files else None}}, where)
        if "limit" in answer:
            self.close()
            raise RenderLimit(f"{where}: template limit: {LIMITS[answer['limit']]}.")
        if "error" in answer:
            raise RenderError(_describe(answer["error"], where))
        return answer["value"]

    def _exchange(self, request: dict[str, Any], where: str) -> dict[str, Any]:
        process = self._process or self._start()
        try:
            _write_frame(process, request)
            answer: dict[str, Any] = _read_frame(process)
        except (OSError, EOFError):
            raise RenderLimit(f"{where}: template limit: {self._cause_of_death()}.") from None
        return answer

    def _start(self) -> subprocess.Popen[bytes]:
        self._folder = tempfile.TemporaryDirectory(prefix="portal-render-")
        project = Path(__file__).resolve().parent.parent.parent
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-B", "-c", BOOTSTRAP, str(project)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            cwd=self._folder.name,
            start_new_session=True,
        )
        limits = {
            "memory_bytes": settings.RENDER_MEMORY_MIB * 1024 * 1024,
            "cpu_seconds": settings.RENDER_CPU_SECONDS,
            "total_cpu_seconds": 120,
            "output_bytes": OUTPUT_BYTES,
            "uid": FIRST_UID + os.getpid() % 1000,
        }
        _write_frame(self._process, limits)
        return self._process

    def _cause_of_death(self) -> str:
        process = self._process
        if process is None:
            return "the process is gone"
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(1)
        code = process.returncode
        self.close()
        if code in (None, -signal.SIGPROF, -signal.SIGXCPU):
            return LIMITS["cpu"]
        if code in (-signal.SIGKILL, -signal.SIGSEGV, -signal.SIGABRT):
            return LIMITS["memory"]
        return f"the process that renders ended with {code}"


def has_expression(value: Any, variable_start: str = "${{") -> bool:
    """Whether anything in a JSON value would be rendered."""
    if isinstance(value, str):
        return variable_start in value or "{%" in value or "{#" in value
    if isinstance(value, dict):
        return any(has_expression(item, variable_start) for item in value.values())
    return isinstance(value, list) and any(has_expression(item, variable_start) for item in value)


def _describe(error: dict[str, Any], where: str) -> str:
    place = ".".join([where, *error["path"]])
    return f"{place}, line {error['line']}, {error['expression']}: {error['message']}."


def _write_frame(process: subprocess.Popen[bytes], value: Any) -> None:
    assert process.stdin is not None
    body = json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
    process.stdin.write(struct.pack(">I", len(body)) + body)
    process.stdin.flush()


def _read_frame(process: subprocess.Popen[bytes]) -> Any:
    deadline = time.monotonic() + WALL_SECONDS
    (length,) = struct.unpack(">I", _read(process, 4, deadline))
    return json.loads(_read(process, length, deadline))


def _read(process: subprocess.Popen[bytes], length: int, deadline: float) -> bytes:
    assert process.stdout is not None
    descriptor, parts = process.stdout.fileno(), b""
    while len(parts) < length:
        ready, _, _ = select.select([descriptor], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            raise EOFError
        part = os.read(descriptor, length - len(parts))
        if not part:
            raise EOFError
        parts += part
    return parts
