"""The worker's side of rendering: asks a limited process of its own, and says what went wrong."""

import signal
from collections.abc import Callable
from dataclasses import asdict, dataclass
from types import TracebackType
from typing import Any, Self

from scaffolder.renderer.forking import RenderingProcess

WALL_SECONDS = 15
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
    """Renders for one task, in one process that starts with the first request and ends with the task."""

    def __init__(self) -> None:
        self._is_new_step = False
        self._process: RenderingProcess | None = None

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

    def start_over(self) -> None:
        """What comes now is another step: nothing that templates of an earlier one have named is kept."""
        self._is_new_step = True

    def close(self) -> None:
        """End the process, whatever it does; safe to call again."""
        process, self._process = self._process, None
        if process is not None:
            process.end()

    def _ask(self, request: dict[str, Any], where: str, files: FileReader | None = None) -> Any:
        answer = self._exchange({**request, "start_over": self._is_new_step}, where)
        self._is_new_step = False
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
        try:
            self._process = process = self._process or RenderingProcess()
            process.write(request)
            answer: dict[str, Any] = process.read(seconds=WALL_SECONDS)
        except (OSError, EOFError):
            raise RenderLimit(f"{where}: template limit: {self._cause_of_death()}.") from None
        return answer

    def _cause_of_death(self) -> str:
        process, self._process = self._process, None
        code = process.end(grace=1) if process is not None else None
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
