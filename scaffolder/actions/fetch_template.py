"""fetch:template: a skeleton into the workspace, names and texts rendered."""

from collections.abc import Mapping
from typing import Any

from catalog.sources.base import matches
from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.rendering import (
    PLACE,
    RENDERING,
    BaseFiles,
    fetched,
    is_binary,
    rendered,
    syntax_of,
    template_values,
)
from scaffolder.running.workspace import checked_path
from scaffolder.templates.skeletons import SkeletonFile

DEFAULT_EXTENSION = ".njk"


def _run(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    """Every file is rendered at most once, with the values as data."""
    skeleton = Skeleton(input, context)
    for file in fetched(input, context):
        skeleton.add(file)
    context.log(f"Fetched {skeleton.count} files from {input['url']}")
    return {}


class Skeleton:
    """One run of the action: where its files go and which of them are rendered."""

    def __init__(self, input: Mapping[str, Any], context: ActionContext) -> None:
        self.context = context
        self.target = checked_path(str(input.get("targetPath") or ""), parameter="targetPath")
        self.values = template_values(input)
        self.replace = bool(input.get("replace"))
        self.syntax = syntax_of(input)
        self.base = BaseFiles(input, context)
        self.untouched: list[str] = list(input.get("copyWithoutTemplating") or [])
        self.copied: list[str] = list(input.get("copyWithoutRender") or [])
        extension = input.get("templateFileExtension")
        self.extension = DEFAULT_EXTENSION if extension is True else str(extension or "")
        self.count = 0

    def add(self, file: SkeletonFile) -> None:
        """Write one file of the skeleton; one whose name renders to nothing is left out."""
        path = self.path_of(file)
        if path is None:
            return
        content = file.content
        if self.is_rendered(file):
            content = self.rendered(file)
        written = self.context.workspace.write(
            path, content, executable=file.executable, replace=self.replace
        )
        if written:
            self.count += 1

    def path_of(self, file: SkeletonFile) -> str | None:
        path = file.path
        if not self.is_one_of(self.copied, file):
            path = self.context.renderer.render_text(
                path, self.values, where=f"the file name {file.path}", syntax=self.syntax
            )
        if self.extension and path.endswith(self.extension):
            path = path.removesuffix(self.extension)
        if not all(path.split("/")):
            return None
        inside = checked_path(path, parameter=f"the file name {file.path}")
        return f"{self.target}/{inside}" if self.target else inside

    def is_rendered(self, file: SkeletonFile) -> bool:
        if self.extension:
            return file.path.endswith(self.extension)
        return not self.is_one_of([*self.untouched, *self.copied], file) and not is_binary(file.content)

    def rendered(self, file: SkeletonFile) -> bytes:
        return rendered(file, self.values, self.context, syntax=self.syntax, base=self.base)

    def is_one_of(self, patterns: list[str], file: SkeletonFile) -> bool:
        return any(
            matches(pattern.removeprefix("./"), file.path) or file.path.startswith(f"{pattern.rstrip('/')}/")
            for pattern in patterns
        )


PATTERNS = {"type": "array", "items": {"type": "string"}}
ACTION = Action(
    id="fetch:template",
    title="Fetch a skeleton",
    description=(
        "Copies a skeleton into the workspace and renders `${{ values.… }}` and "
        "`{% if values.… %}` in the texts and names of its files. Binary files are copied."
    ),
    input_schema={
        "type": "object",
        "required": ["url"],
        "additionalProperties": False,
        "properties": {
            **PLACE,
            "targetPath": {"type": "string", "description": "Folder of the workspace; its root if left out."},
            "copyWithoutTemplating": {
                **PATTERNS,
                "description": "Patterns of files whose text is not rendered; their names are.",
            },
            "copyWithoutRender": {
                **PATTERNS,
                "description": "Patterns of files of which neither the text nor the name is rendered.",
            },
            "templateFileExtension": {
                "type": ["boolean", "string"],
                "description": "Render only files that end with this (`.njk` for true), and take it off.",
            },
            "replace": {
                "type": "boolean",
                "description": "Replace files that are in the workspace already; they are kept otherwise.",
            },
            **RENDERING,
        },
    },
    output_schema={"type": "object", "properties": {}},
    run=_run,
    fills_workspace=True,
    examples=(
        Example(
            "Render a folder, names included",
            input={"url": "./skeleton", "values": {"name": "cart", "port": 8080}},
            files={
                "skeleton/${{ values.name }}.md": "# ${{ values.name | upper }}\n",
                "skeleton/app.env": "{%- if values.port %}PORT=${{ values.port }}{% endif %}\n",
            },
            makes={"cart.md": "# CART\n", "app.env": "PORT=8080\n"},
        ),
        Example(
            "Leave some files alone",
            input={
                "url": "./skeleton",
                "targetPath": "service",
                "values": {"name": "cart"},
                "copyWithoutTemplating": [".github/workflows/*"],
            },
            files={
                "skeleton/.github/workflows/ci.yml": "ref: ${{ github.ref }}\n",
                "skeleton/README.md": "${{ values.name }}\n",
            },
            makes={
                "service/.github/workflows/ci.yml": "ref: ${{ github.ref }}\n",
                "service/README.md": "cart\n",
            },
        ),
    ),
)
