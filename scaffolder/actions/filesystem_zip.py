"""fs:zip: files of the workspace packed into one archive of it."""

import io
import zipfile
from collections.abc import Mapping
from typing import Any

from scaffolder.actions.action import Action, ActionContext, ActionError, Example
from scaffolder.running.workspace import checked_path

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The date of every file in an archive, so that the same files make the same archive."""
MAX_PACKED_BYTES = 100 * 1024 * 1024
"""Of the files that go into one archive, which is made in memory."""


def _run(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    folder = checked_path(str(input.get("path") or ""), parameter="path")
    target = checked_path(str(input["outputPath"]), parameter="outputPath")
    if not target:
        raise ActionError("outputPath: it must be the path of a file.")
    packed, count, size = io.BytesIO(), 0, 0
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, executable in context.workspace.list_files():
            inside = path.removeprefix(f"{folder}/") if folder else path
            if path == target or (folder and inside == path):
                continue
            context.check()
            info = zipfile.ZipInfo(inside, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (0o755 if executable else 0o644) << 16
            content = context.workspace.read(path, parameter="path")
            count, size = count + 1, size + len(content)
            if size > MAX_PACKED_BYTES:
                raise ActionError(f"path: its files have more than {MAX_PACKED_BYTES} bytes in all.")
            archive.writestr(info, content)
    if not count:
        raise ActionError(f"path: there is no file in {folder or 'the workspace'}.")
    context.workspace.write(target, packed.getvalue())
    context.log(f"Packed {count} files into {target}")
    return {"outputPath": target}


ACTION = Action(
    id="fs:zip",
    title="Pack files",
    description="Packs a folder of the workspace into a ZIP archive of the workspace.",
    input_schema={
        "type": "object",
        "required": ["outputPath"],
        "additionalProperties": False,
        "properties": {
            "path": {"type": "string", "description": "Folder to pack; the whole workspace if left out."},
            "outputPath": {"type": "string", "description": "Path of the archive."},
        },
    },
    output_schema={"type": "object", "properties": {"outputPath": {"type": "string"}}},
    run=_run,
    fills_workspace=True,
    examples=(
        Example(
            "Pack the workspace",
            input={"path": "site", "outputPath": "site.zip"},
            workspace={"site/index.html": "<p>Hello</p>\n"},
            output={"outputPath": "site.zip"},
        ),
    ),
)
