"""fetch:cookiecutter: a skeleton written for cookiecutter, rendered here; its hooks are refused."""

from collections.abc import Iterator, Mapping
from typing import Any

from scaffolder.actions.action import Action, ActionContext, ActionError, Example
from scaffolder.actions.fetch_template import PATTERNS, Skeleton
from scaffolder.actions.rendering import PLACE, fetched
from scaffolder.templates.skeletons import SkeletonFile

MARK = "{{"


def _run(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    """Writes what is in the skeleton's one folder with `{{` in its name, as cookiecutter does."""
    skeleton = Skeleton({**input, "cookiecutterCompat": True, "replace": True}, context)
    for file in _inner(fetched(input, context)):
        skeleton.add(file)
    context.log(f"Fetched {skeleton.count} files from {input['url']}")
    return {}


def _inner(files: Iterator[SkeletonFile]) -> list[SkeletonFile]:
    found: dict[str, list[SkeletonFile]] = {}
    for file in files:
        top, slash, path = file.path.partition("/")
        if top == "hooks" and slash:
            raise ActionError(
                f"{file.path}: hooks of cookiecutter are programs, which are not run. Remove them."
            )
        if MARK in top and slash:
            found.setdefault(top, []).append(SkeletonFile(path, file.executable, file.content))
    if len(found) != 1:
        raise ActionError("url: a cookiecutter skeleton has one folder like `{{cookiecutter.name}}`.")
    return next(iter(found.values()))


ACTION = Action(
    id="fetch:cookiecutter",
    title="Fetch a cookiecutter skeleton",
    description=(
        "Renders a skeleton that was written for cookiecutter: its folder `{{cookiecutter.…}}` becomes the "
        "workspace. Hooks are refused."
    ),
    input_schema={
        "type": "object",
        "required": ["url"],
        "additionalProperties": False,
        "properties": {
            **PLACE,
            "targetPath": {"type": "string", "description": "Folder of the workspace; its root if left out."},
            "values": {"type": "object", "description": "What the files see as `cookiecutter`."},
            "copyWithoutRender": {
                **PATTERNS,
                "description": "Patterns of files that are copied as they are.",
            },
        },
    },
    output_schema={"type": "object", "properties": {}},
    run=_run,
    fills_workspace=True,
    examples=(
        Example(
            "Render a cookiecutter skeleton",
            input={"url": "./skeleton", "values": {"name": "cart", "module": "cart_api"}},
            files={
                "skeleton/cookiecutter.json": '{"name": ""}\n',
                "skeleton/{{cookiecutter.name}}/{{cookiecutter.module}}/app.py": "# {{ cookiecutter.name }}",
            },
            makes={"cart_api/app.py": "# cart"},
        ),
    ),
)
