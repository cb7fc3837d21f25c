"""fs:read, fs:readdir, fs:write, fs:rename and fs:delete: the files of the workspace."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from catalog.sources.base import is_pattern, matches
from scaffolder.actions.action import Action, ActionContext, ActionError, Example
from scaffolder.running.workspace import checked_path

NOTHING: dict[str, Any] = {"type": "object", "properties": {}}


def _read(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    path = checked_path(str(input["path"]), parameter="path")
    content = context.workspace.read(path, parameter="path", max_bytes=256 * 1024)
    try:
        return {"content": content.decode()}
    except UnicodeDecodeError:
        raise ActionError(f"path: {path} is not UTF-8 text.") from None


def _readdir(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    files: dict[str, None] = {}
    folders: dict[str, None] = {}
    for written in input["paths"]:
        folder = checked_path(str(written), parameter="paths")
        context.workspace.folder_path(folder, parameter="paths")
        for path, _ in context.workspace.list_files():
            inside = path.removeprefix(f"{folder}/") if folder else path
            if folder and inside == path:
                continue
            parents = [str(parent) for parent in PurePosixPath(inside).parents if str(parent) != "."]
            top = [parent for parent in parents if input.get("recursive") or "/" not in parent]
            folders |= dict.fromkeys(f"{folder}/{parent}" if folder else parent for parent in top)
            if input.get("recursive") or "/" not in inside:
                files[path] = None
    return {
        "files": [{"name": PurePosixPath(path).name, "path": path} for path in files],
        "folders": [{"name": PurePosixPath(path).name, "path": path} for path in sorted(folders)],
    }


def _write(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    path = checked_path(str(input["path"]), parameter="path")
    if not path:
        raise ActionError("path: it must be the path of a file.")
    context.workspace.write(path, str(input["content"]).encode("utf-8", "replace"))
    context.log(f"Wrote {path}")
    return {"path": path}


def _rename(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    for place, file in enumerate(input["files"]):
        old = checked_path(str(file["from"]), parameter=f"files.{place}.from")
        new = checked_path(str(file["to"]), parameter=f"files.{place}.to")
        if not old or not new:
            raise ActionError(f"files.{place}: the workspace itself cannot be renamed.")
        if context.workspace.has(new) and not context.workspace.has(old):
            continue  # an attempt that was cut off has done it
        context.workspace.rename(old, new, replace=bool(file.get("overwrite")))
        context.log(f"Renamed {old} to {new}")
    return {}


def _delete(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    for written in input["files"]:
        path = checked_path(str(written), parameter="files")
        if not path:
            raise ActionError("files: the workspace itself cannot be deleted.")
        paths = [path]
        if is_pattern(path):
            paths = [known for known, _ in context.workspace.list_files() if matches(path, known)]
        for one in paths:
            if context.workspace.delete(one):
                context.log(f"Deleted {one}")
    return {}


def _named(description: str) -> dict[str, Any]:
    return {"type": "string", "description": description}


LISTED = {
    "type": "array",
    "items": {"type": "object", "properties": {"name": {"type": "string"}, "path": {"type": "string"}}},
}
READ = Action(
    id="fs:read",
    title="Read a file",
    description="Gives the text of a file of the workspace, for the steps after it.",
    input_schema={
        "type": "object",
        "required": ["path"],
        "additionalProperties": False,
        "properties": {"path": _named("Path of the file, at most 256 KiB.")},
    },
    output_schema={"type": "object", "properties": {"content": {"type": "string"}}},
    run=_read,
    supports_dry_run=True,
    examples=(
        Example(
            "Read a version",
            input={"path": "VERSION"},
            workspace={"VERSION": "1.2.3\n"},
            output={"content": "1.2.3\n"},
        ),
    ),
)
READDIR = Action(
    id="fs:readdir",
    title="List folders",
    description="Lists the files and folders of folders of the workspace.",
    input_schema={
        "type": "object",
        "required": ["paths"],
        "additionalProperties": False,
        "properties": {
            "paths": {
                "type": "array",
                "items": {"type": "string"},
                "description": "Folders; `.` is the root.",
            },
            "recursive": {"type": "boolean", "description": "With what is in the folders below, too."},
        },
    },
    output_schema={"type": "object", "properties": {"files": LISTED, "folders": LISTED}},
    run=_readdir,
    supports_dry_run=True,
    examples=(
        Example(
            "List a folder",
            input={"paths": ["docs"]},
            workspace={"docs/index.md": "x", "docs/api/a.md": "x"},
            output={
                "files": [{"name": "index.md", "path": "docs/index.md"}],
                "folders": [{"name": "api", "path": "docs/api"}],
            },
        ),
    ),
)
WRITE = Action(
    id="fs:write",
    title="Write a file",
    description="Writes a text to a file of the workspace.",
    input_schema={
        "type": "object",
        "required": ["path", "content"],
        "additionalProperties": False,
        "properties": {
            "path": _named("Path of the file; its folders are made."),
            "content": _named("What is in it."),
        },
    },
    output_schema={"type": "object", "properties": {"path": {"type": "string"}}},
    run=_write,
    fills_workspace=True,
    examples=(
        Example(
            "Write a file",
            input={"path": "config/app.env", "content": "PORT=8080\n"},
            makes={"config/app.env": "PORT=8080\n"},
            output={"path": "config/app.env"},
        ),
    ),
)
RENAME = Action(
    id="fs:rename",
    title="Rename files",
    description="Gives files and folders of the workspace other paths.",
    input_schema={
        "type": "object",
        "required": ["files"],
        "additionalProperties": False,
        "properties": {
            "files": {
                "type": "array",
                "description": "What becomes what.",
                "items": {
                    "type": "object",
                    "required": ["from", "to"],
                    "additionalProperties": False,
                    "properties": {
                        "from": _named("Path of a file or folder."),
                        "to": _named("Its new path."),
                        "overwrite": {"type": "boolean", "description": "Replace what is there."},
                    },
                },
            }
        },
    },
    output_schema=NOTHING,
    run=_rename,
    fills_workspace=True,
    examples=(
        Example(
            "Rename a folder",
            input={"files": [{"from": "src/app", "to": "src/cart"}]},
            workspace={"src/app/main.py": "x"},
            makes={"src/cart/main.py": "x"},
        ),
    ),
)
DELETE = Action(
    id="fs:delete",
    title="Delete files",
    description="Removes files and folders of the workspace; what is not there is no error.",
    input_schema={
        "type": "object",
        "required": ["files"],
        "additionalProperties": False,
        "properties": {
            "files": {
                "type": "array",
                "items": {"type": "string"},
                "description": "Paths, or patterns like `docs/*.tmp` and `**/*.bak`.",
            }
        },
    },
    output_schema=NOTHING,
    run=_delete,
    fills_workspace=True,
    examples=(
        Example(
            "Delete a folder and some files",
            input={"files": ["drafts", "*.tmp"]},
            workspace={"drafts/a.md": "x", "b.tmp": "x", "c.md": "x"},
            makes={"c.md": "x"},
        ),
    ),
)
