"""The limited process itself: reads requests from standard input, renders, answers on standard output.

A frame is four bytes of length (big endian) and JSON. Imports the standard library and Jinja only.
"""

import json
import os
import re
import resource
import signal
import struct
import sys
from types import TracebackType
from typing import Any, BinaryIO, Literal

import jinja2.debug  # noqa: F401  (imported late by Jinja otherwise, when nothing can be imported any more)
from jinja2 import Template, TemplateError, TemplateSyntaxError, nodes

from scaffolder.renderer.language import Language, plain

EXPRESSION = re.compile(r"\$\{\{.*?\}\}|\{%.*?%\}")
WARM_UP = "${{ 'é' | urlencode }}${{ 'a?b=c' | urlize }}{% for i in [1] %}${{ loop.index }}{% endfor %}"
"""Makes Python import what it imports late (codecs, runtime); after it, nothing can be imported."""
MAX_REQUEST_BYTES = 16 * 1024 * 1024


class RenderFailure(Exception):
    """A mistake in a template: what, in which line and expression, at which key of the input."""

    def __init__(self, message: str, *, line: int, expression: str, path: tuple[str, ...]) -> None:
        super().__init__(message)
        self.answer = {"message": message, "line": line, "expression": expression, "path": list(path)}


class Session:
    """Renders for one step: one language per set of options; a file keeps its kind of line ends."""

    def __init__(self) -> None:
        self.languages: dict[tuple[bool, bool, str], Language] = {}

    def answer(self, request: dict[str, Any]) -> Any:
        trim, lstrip = bool(request.get("trim_blocks")), bool(request.get("lstrip_blocks"))
        newline: Literal["\n", "\r\n"] = (
            "\r\n" if request["kind"] == "text" and "\r\n" in request["template"] else "\n"
        )
        language = self.languages.get((trim, lstrip, newline))
        if language is None:
            language = Language(trim_blocks=trim, lstrip_blocks=lstrip, newline=newline)
            self.languages[trim, lstrip, newline] = language
        if request["kind"] == "text":
            return render_text(language, request["template"], request["context"], ())
        return render_value(language, request["template"], request["context"], ())


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
        sole = language.as_sole_expression(language.parse_checked(value))
    except TemplateSyntaxError as error:
        raise failure(error, value, path, error.lineno) from None
    if sole is None:
        return render_text(language, value, context, path)
    return evaluate(language, sole, value, context, path)


def evaluate(
    language: Language, tree: nodes.Template, source: str, context: dict[str, Any], path: tuple[str, ...]
) -> Any:
    template = compiled(language, tree, source, path)
    scope = template.new_context(context)
    try:
        for _ in template.root_render_func(scope):
            pass
        return plain(scope.vars["result"])
    except (MemoryError, SystemExit):
        raise
    except Exception as error:  # noqa: BLE001  (whatever a template makes of itself)
        raise failure(error, source, path, line_of(error.__traceback__)) from None


def render_text(language: Language, source: str, context: dict[str, Any], path: tuple[str, ...]) -> str:
    try:
        tree = language.parse_checked(source)
    except TemplateSyntaxError as error:
        raise failure(error, source, path, error.lineno) from None
    template = compiled(language, tree, source, path)
    try:
        return "".join(template.root_render_func(template.new_context(context)))
    except (MemoryError, SystemExit):
        raise
    except Exception as error:  # noqa: BLE001  (whatever a template makes of itself)
        raise failure(error, source, path, line_of(error.__traceback__)) from None


def compiled(language: Language, tree: nodes.Template, source: str, path: tuple[str, ...]) -> Template:
    try:
        return language.from_string(tree)
    except TemplateSyntaxError as error:  # unknown filters and tests are found here
        raise failure(error, source, path, error.lineno) from None


def failure(error: Exception, source: str, path: tuple[str, ...], line: int) -> RenderFailure:
    """What was wrong, in words that hold no path and no code of ours."""
    known = isinstance(error, TemplateError | ValueError | TypeError | ArithmeticError)
    words = error.message or "" if isinstance(error, TemplateSyntaxError) else str(error)
    message = words.rstrip(".") if known and words else type(error).__name__
    if isinstance(error, RecursionError):
        message = "it calls itself too deeply"
    lines = source.splitlines() or [""]
    text = lines[min(max(line, 1), len(lines)) - 1].strip()
    found = EXPRESSION.findall(text)
    expression = found[0] if len(found) == 1 else text
    return RenderFailure(message[:500], line=line, expression=expression[:200], path=path)


def line_of(trace: TracebackType | None) -> int:
    """The template's line of the innermost frame that belongs to one."""
    line = 1
    while trace is not None:
        template = trace.tb_frame.f_globals.get("__jinja_template__")
        if template is not None:
            line = template.get_corresponding_lineno(trace.tb_lineno)
        trace = trace.tb_next
    return line


def limit_process(limits: dict[str, int]) -> None:
    """Everything that can be given up is given up, for good."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
    resource.setrlimit(resource.RLIMIT_CPU, (limits["total_cpu_seconds"], limits["total_cpu_seconds"]))
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory_bytes"], limits["memory_bytes"]))
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(limits["uid"])
        os.setuid(limits["uid"])
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


def main() -> None:
    """The first frame holds the limits; each further one is a request."""
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    limits = read_frame(requests)
    session = Session()
    session.answer({"kind": "text", "template": WARM_UP, "context": {}})
    sys.path.clear()
    sys.meta_path.clear()
    limit_process(limits)
    while (request := read_frame(requests)) is not None:
        signal.setitimer(signal.ITIMER_PROF, limits["cpu_seconds"])  # its signal ends the process
        try:
            answer = {"value": session.answer(request)}
        except RenderFailure as error:
            answer = {"error": error.answer}
        except MemoryError:
            answer = {"limit": "memory"}
        except RecursionError:
            answer = {"limit": "depth"}
        try:
            write_frame(answers, answer, limits["output_bytes"])
        except MemoryError:
            write_frame(answers, {"limit": "memory"}, limits["output_bytes"])
        signal.setitimer(signal.ITIMER_PROF, 0)
