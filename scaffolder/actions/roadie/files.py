"""roadiehq:utils:fs:*, zip and sleep: files of the workspace written, added to, read, changed and packed."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import orjson
import regex

from catalog.entities.findings import Refused
from catalog.entities.yaml_reader import decode, load, split
from catalog.sources.base import is_pattern, matches
from scaffolder.actions import debug_wait, filesystem, filesystem_zip
from scaffolder.actions.action import Action, ActionContext, ActionError, Example
from scaffolder.running.workspace import checked_path

SECONDS = 5.0
"""That one replacement may take."""
IN_REPLACEMENT = re.compile(r"\$(?:(?P<sign>[$&])|(?P<number>\d{1,2})|<(?P<name>\w+)>)")


def _append(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    path = checked_path(str(input["path"]), parameter="path")
    if not path:
        raise ActionError("path: it must be the path of a file.")
    added = str(input["content"]).encode("utf-8", "replace")
    context.workspace.edit(path, lambda old: old + added, mark=context.mark)
    context.log(f"Added to {path}")
    return {"path": path}


def _parse(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    path = checked_path(str(input["path"]), parameter="path")
    text = read_text(path, context)
    match input.get("parser"):
        case "json":
            return {"content": as_json(text, path)}
        case "yaml":
            return {"content": next(iter(as_yaml(text, path)), None)}
        case "multiyaml":
            return {"content": as_yaml(text, path)}
    return {"content": text}


def read_text(path: str, context: ActionContext) -> str:
    try:
        return context.workspace.read(path, parameter="path").decode()
    except UnicodeDecodeError:
        raise ActionError(f"path: {path} is not UTF-8 text.") from None


def as_json(text: str, path: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise ActionError(f"{path} is not JSON: {error}.") from None


def as_yaml(text: str, path: str) -> list[Any]:
    """Its documents, read with the limits that descriptors have."""
    try:
        return [load(chunk) for chunk in split(decode(text.encode()))]
    except Refused as error:
        where = f", line {error.finding.line}" if error.finding.line else ""
        raise ActionError(f"{path}{where}: {error.finding.message}") from None


def _replace(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    for place, asked in enumerate(input["files"]):
        for path in _meant(asked, context, place):
            context.check()
            context.workspace.edit(path, partial(_replaced, asked), mark=f"{context.mark}/{place}")
    return {}


def _meant(asked: Mapping[str, Any], context: ActionContext, place: int) -> Iterator[str]:
    """The files of a path or a pattern; a `*` means no dot file unless that is asked for."""
    wanted = checked_path(str(asked["file"]), parameter=f"files.{place}.file")
    for path, _ in list(context.workspace.list_files()):
        hidden = any(part.startswith(".") for part in path.split("/")) and not asked.get("includeDotFiles")
        if path == wanted or (is_pattern(wanted) and matches(wanted, path) and not hidden):
            yield path


def _replaced(asked: Mapping[str, Any], content: bytes) -> bytes:
    """As JavaScript's replaceAll: `$1`, `$<name>`, `$&` and `$$` in the new text have its meaning."""
    find = str(asked["find"])
    try:
        text = content.decode()
        pattern = regex.compile(find if asked.get("matchRegex") else regex.escape(find))
        return pattern.sub(
            lambda found: _filled(str(asked["replaceWith"]), found), text, timeout=SECONDS
        ).encode()
    except UnicodeDecodeError:
        raise ActionError(f"files: {asked['file']} is not UTF-8 text.") from None
    except regex.error as error:
        raise ActionError(f"files: {find[:200]!r} is no regular expression: {error}.") from None
    except TimeoutError:
        raise ActionError(f"files: {find[:200]!r} takes more than {SECONDS:.0f} s.") from None


def _filled(written: str, found: Any) -> str:
    def part(sign: "re.Match[str]") -> str:
        if sign["sign"]:
            return "$" if sign["sign"] == "$" else str(found[0])
        group = sign["name"] or int(sign["number"])
        try:
            return found[group] or ""
        except IndexError:
            return sign[0]

    return IN_REPLACEMENT.sub(part, written)


def _sleep(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    return debug_wait.ACTION.run({"seconds": input["amount"]}, context)


def text(description: str) -> dict[str, Any]:
    return {"type": "string", "description": description}


def of(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    """The schema of an input."""
    return {
        "type": "object",
        "required": list(required),
        "additionalProperties": False,
        "properties": properties,
    }


PATH_OUT = {"type": "object", "properties": {"path": text("The file.")}}
APPEND = Action(
    id="roadiehq:utils:fs:append",
    title="Add to a file",
    description="Adds a text at the end of a file of the workspace; makes the file if it is not there.",
    input_schema=of({"path": text("Path of the file."), "content": text("What to add.")}, "path", "content"),
    output_schema=PATH_OUT,
    run=_append,
    fills_workspace=True,
    examples=(
        Example(
            "Add a line",
            input={"path": "hosts", "content": "b\n"},
            workspace={"hosts": "a\n"},
            makes={"hosts": "a\nb\n"},
            output={"path": "hosts"},
        ),
    ),
)
PARSE = Action(
    id="roadiehq:utils:fs:parse",
    title="Read and parse a file",
    description="Gives the content of a file of the workspace, as text or parsed.",
    input_schema=of(
        {
            "path": text("Path of the file."),
            "parser": {
                "type": "string",
                "enum": ["yaml", "json", "multiyaml"],
                "description": "Left out: the text. `multiyaml` gives a list of documents.",
            },
        },
        "path",
    ),
    output_schema={
        "type": "object",
        "properties": {"content": {"description": "The text, or what it says."}},
    },
    run=_parse,
    supports_dry_run=True,
    examples=(
        Example(
            "Read a descriptor",
            input={"path": "catalog-info.yaml", "parser": "yaml"},
            workspace={"catalog-info.yaml": "kind: Component\nmetadata: {name: cart}\n"},
            output={"content": {"kind": "Component", "metadata": {"name": "cart"}}},
        ),
    ),
)
REPLACE = Action(
    id="roadiehq:utils:fs:replace",
    title="Replace in files",
    description="Replaces a text, or what a regular expression matches, in files of the workspace.",
    input_schema=of(
        {
            "files": {
                "type": "array",
                "description": "What is replaced where.",
                "items": of(
                    {
                        "file": text("A path or a pattern (`src/**/*.yaml`)."),
                        "find": text("What is replaced, everywhere."),
                        "replaceWith": text("By what; `$1`, `$<name>`, `$&`: of the match."),
                        "matchRegex": {"type": "boolean", "description": "`find` is a regular expression."},
                        "includeDotFiles": {"type": "boolean", "description": "Patterns mean dot files too."},
                    },
                    "file",
                    "find",
                    "replaceWith",
                ),
            }
        },
        "files",
    ),
    output_schema={"type": "object", "properties": {}},
    run=_replace,
    fills_workspace=True,
    examples=(
        Example(
            "Raise a version",
            input={
                "files": [
                    {"file": "*.toml", "find": r'version = "(\d+)\.\d+"', "matchRegex": True,
                     "replaceWith": 'version = "$1.9"'},
                ]
            },
            workspace={"app.toml": 'version = "1.0"\n', "b/app.toml": 'version = "1.0"\n'},
            makes={"app.toml": 'version = "1.9"\n', "b/app.toml": 'version = "1.0"\n'},
        ),
    ),
)  # fmt: skip
SLEEP = Action(
    id="roadiehq:utils:sleep",
    title="Sleep",
    description="Waits for some seconds, at most ten minutes.",
    input_schema=of({"amount": {"type": "number", "minimum": 0, "description": "Seconds."}}, "amount"),
    output_schema={"type": "object", "properties": {}},
    run=_sleep,
    plan=debug_wait.ACTION.plan,
    examples=(Example("Sleep for a moment", input={"amount": 0.01}),),
)
ACTIONS = (
    APPEND,
    PARSE,
    REPLACE,
    SLEEP,
    replace(filesystem.WRITE, id="roadiehq:utils:fs:write"),
    replace(filesystem_zip.ACTION, id="roadiehq:utils:zip"),
)
