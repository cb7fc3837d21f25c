"""The limited process itself: reads requests from standard input, renders, answers on standard output.

A frame is four bytes of length (big endian) and JSON. Imports the standard library only.
"""

import json
import os
import re
import resource
import signal
import struct
from typing import Any, BinaryIO

from scaffolder.renderer.language import Language
from scaffolder.renderer.lexer import Syntax
from scaffolder.renderer.values import TemplateFault

EXPRESSION = re.compile(r"\$\{\{.*?\}\}|\{%.*?%\}")
MAX_REQUEST_BYTES = 16 * 1024 * 1024
MAX_DEPTH = 2500
"""Of Python's frames: about a hundred macros or brackets inside each other."""


class RenderFailure(Exception):
    """A mistake in a template: what, in which line and expression, at which key of the input."""

    def __init__(self, message: str, *, line: int, expression: str, path: tuple[str, ...]) -> None:
        super().__init__(message)
        self.answer = {"message": message, "line": line, "expression": expression, "path": list(path)}


class FileNeeded(Exception):
    """A template names another file, which only the other side has."""


class Session:
    """Renders for one task: one language per set of options, and the files that a step's templates named."""

    def __init__(self) -> None:
        self.languages: dict[Syntax, Language] = {}
        self.files: dict[str, str | None] = {}

    def answer(self, request: dict[str, Any]) -> Any:
        if request.get("start_over"):
            self.languages.clear()
            self.files.clear()
        self.files |= request.get("files") or {}
        syntax = Syntax(
            variable_start=request.get("variable_start") or "${{",
            trim_blocks=bool(request.get("trim_blocks")),
            lstrip_blocks=bool(request.get("lstrip_blocks")),
        )
        language = self.languages.setdefault(syntax, Language(syntax, self.file))
        if request["kind"] == "text":
            return render_text(language, request["template"], request["context"])
        return render_value(language, request["template"], request["context"], ())

    def file(self, name: str) -> str:
        if name not in self.files:
            raise FileNeeded(name)
        source = self.files[name]
        if source is None:
            raise FileNotFoundError(name)
        return source


def render_value(language: Language, value: Any, context: dict[str, Any], path: tuple[str, ...]) -> Any:
    """A value with every text in it rendered, once; a text that is one expression gives that one's value."""
    if isinstance(value, dict):
        return {key: render_value(language, item, context, (*path, key)) for key, item in value.items()}
    if isinstance(value, list):
        return [
            render_value(language, item, context, (*path, str(place))) for place, item in enumerate(value)
        ]
    if not isinstance(value, str) or not ("${{" in value or "{%" in value or "{#" in value):
        return value
    try:
        return language.value(value, context)
    except (TemplateFault, RecursionError) as error:
        raise failure(error, value, path) from None


def render_text(language: Language, source: str, context: dict[str, Any]) -> str:
    try:
        return language.render(source, context)
    except (TemplateFault, RecursionError) as error:
        raise failure(error, source, ()) from None


def failure(error: TemplateFault | RecursionError, source: str, path: tuple[str, ...]) -> RenderFailure:
    """What was wrong, in words that hold no path and no code of ours."""
    line, message = 1, "it calls itself too deeply"
    if isinstance(error, TemplateFault):
        line, message = error.line or 1, error.message.rstrip(".")
    lines = source.splitlines() or [""]
    text = lines[min(max(line, 1), len(lines)) - 1].strip()
    found = EXPRESSION.findall(text)
    expression = found[0] if len(found) == 1 else text
    return RenderFailure(message[:500], line=line, expression=expression[:200], path=path)


def limit_process(limits: dict[str, int]) -> None:
    """Everything that can be given up is given up, for good."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
    resource.setrlimit(resource.RLIMIT_CPU, (limits["total_cpu_seconds"], limits["total_cpu_seconds"]))
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory_bytes"], limits["memory_bytes"]))
    if os.getuid() == 0:
        os.setgroups([])
        uid = limits["first_uid"] + os.getpid() % 1000
        os.setgid(uid)
        os.setuid(uid)
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


def read_frame(stream: BinaryIO) -> Any:
    """The next frame, or None at the end."""
    head = stream.read(4)
    if len(head) < 4:
        return None
    (length,) = struct.unpack(">I", head)
    if length > MAX_REQUEST_BYTES:
        return None
    return json.loads(stream.read(length))


def write_frame(stream: BinaryIO, value: Any, max_bytes: int) -> None:
    body = json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
    if len(body) > max_bytes:
        body = json.dumps({"limit": "output"}).encode()
    stream.write(struct.pack(">I", len(body)) + body)
    stream.flush()


def serve(limits: dict[str, int]) -> None:
    """Limits this process, then answers each frame of standard input until that ends."""
    requests, answers = open(0, "rb"), open(1, "wb", closefd=False)  # noqa: SIM115 - until the process ends
    session = Session()
    limit_process(limits)
    while (request := read_frame(requests)) is not None:
        signal.setitimer(signal.ITIMER_PROF, limits["cpu_seconds"])  # its signal ends the process
        write_answer(answers, session, request, limits["output_bytes"])
        signal.setitimer(signal.ITIMER_PROF, 0)


def write_answer(answers: BinaryIO, session: Session, request: dict[str, Any], max_bytes: int) -> None:
    try:
        answer = {"value": session.answer(request)}
    except RenderFailure as error:
        answer = {"error": error.answer}
    except FileNeeded as error:
        answer = {"needs": str(error)}
    except MemoryError:
        answer = {"limit": "memory"}
    except RecursionError:
        answer = {"limit": "depth"}
    try:
        write_frame(answers, answer, max_bytes)
    except MemoryError:
        write_frame(answers, {"limit": "memory"}, max_bytes)
