"""What the actions that render files have in common: values, ways of writing, files to take from."""

from collections.abc import Iterator, Mapping
from typing import Any

from scaffolder.actions.action import ActionContext, ActionError
from scaffolder.renderer.process import TextSyntax
from scaffolder.running.workspace import checked_path
from scaffolder.templates.skeletons import SkeletonError, SkeletonFile

PLACE: dict[str, Any] = {
    "url": {
        "type": "string",
        "description": (
            "A path relative to the template's own file, or the address of a repository or of a page of it: "
            "`https://github.com/acme/templates/tree/main/skeleton`."
        ),
    },
    "token": {
        "type": "string",
        "writeOnly": True,
        "description": "A token to read that address with, in place of the portal's: `${{ secrets.TOKEN }}`.",
    },
}
"""The properties that say what is fetched."""
RENDERING: dict[str, Any] = {
    "values": {"type": "object", "description": "What the expressions of the files see as `values`."},
    "basePath": {
        "type": "string",
        "description": (
            "Path of a folder beside the template's own file: what its files are called in `{% extends %}`, "
            "`{% include %}` and `{% import %}`. They are not copied."
        ),
    },
    "cookiecutterCompat": {
        "type": "boolean",
        "description": "Expressions are written `{{ cookiecutter.name }}` instead of `${{ values.name }}`.",
    },
    "trimBlocks": {"type": "boolean", "description": "Take off the line end after a statement."},
    "lstripBlocks": {"type": "boolean", "description": "Take off the spaces before a statement."},
}
"""The properties of their inputs."""


def fetched(input: Mapping[str, Any], context: ActionContext) -> Iterator[SkeletonFile]:
    """The files of the input's `url`."""
    for file in context.template_files(str(input["url"]), token=str(input.get("token") or "")):
        context.check()
        yield file


def template_values(input: Mapping[str, Any]) -> dict[str, Any]:
    """The context of the files; cookiecutter's skeletons know the values by its name."""
    values = input.get("values") or {}
    return (
        {"values": values, "cookiecutter": values} if input.get("cookiecutterCompat") else {"values": values}
    )


def syntax_of(input: Mapping[str, Any]) -> TextSyntax:
    return TextSyntax(
        variable_start="{{" if input.get("cookiecutterCompat") else "${{",
        trim_blocks=bool(input.get("trimBlocks")),
        lstrip_blocks=bool(input.get("lstripBlocks")),
    )


class BaseFiles:
    """Reads what a file extends, includes or imports, each once."""

    def __init__(self, input: Mapping[str, Any], context: ActionContext) -> None:
        self.input = input
        self.folder = str(input.get("basePath") or "").rstrip("/")
        self.context = context

    def __call__(self, name: str) -> str | None:
        if not self.folder:
            return None
        inside = checked_path(name, parameter="the name of the file")
        try:
            found = next(fetched({**self.input, "url": f"{self.folder}/{inside}"}, self.context))
        except SkeletonError:
            return None
        return found.content.decode() if not is_binary(found.content) else None


def rendered(
    file: SkeletonFile, values: dict[str, Any], context: ActionContext, *, syntax: TextSyntax, base: BaseFiles
) -> bytes:
    """The file's text, rendered. Raises ActionError where it is no text."""
    try:
        text = file.content.decode()
    except UnicodeDecodeError:
        raise ActionError(f"{file.path}: it is not UTF-8 text; list it in copyWithoutTemplating.") from None
    rendered = context.renderer.render_text(text, values, where=file.path, syntax=syntax, files=base)
    return rendered.encode("utf-8", "replace")


def is_binary(content: bytes) -> bool:
    """As git judges: a zero byte near the beginning; and whatever is not UTF-8."""
    if b"\0" in content[:8000]:
        return True
    try:
        content.decode()
    except UnicodeDecodeError:
        return True
    return False
