"""roadiehq:utils:merge, json:merge, serialize:*: values merged into JSON and YAML files, or written so."""

import io
import json
from collections.abc import Mapping
from typing import Any

import yaml
from ruamel.yaml import YAML

from scaffolder.actions.action import Action, ActionContext, ActionError, Example
from scaffolder.actions.roadie.files import PATH_OUT, as_json, as_yaml, of, text
from scaffolder.running.workspace import checked_path

WIDTH = 80


def _merge(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    path = checked_path(str(input["path"]), parameter="path")
    ending = path.rpartition(".")[2]
    if ending not in ("json", "yaml", "yml"):
        raise ActionError(f"path: {path} is neither JSON nor YAML by its name.")
    if not context.workspace.has(path):
        raise ActionError(f"path: there is no file {path!r} in the workspace.")
    change = _merged_json if ending == "json" else _merged_yaml
    context.workspace.edit(path, lambda old: change(_text(old, path), input, path), mark=context.mark)
    context.log(f"Merged into {path}")
    return {"path": path}


def _merge_json(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    path = checked_path(str(input["path"]), parameter="path")
    if not path:
        raise ActionError("path: it must be the path of a file.")
    context.workspace.edit(
        path, lambda old: _merged_json(_text(old, path) or "{}", input, path), mark=context.mark
    )
    context.log(f"Merged into {path}")
    return {"path": path}


def _text(content: bytes, path: str) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise ActionError(f"path: {path} is not UTF-8 text.") from None


def _merged_json(old: str, input: Mapping[str, Any], path: str) -> bytes:
    """Indented by two; the last line ends as it did."""
    given = input["content"]
    new = as_json(given, "content") if isinstance(given, str) else given
    merged = merge(as_json(old, path), new, join=bool(input.get("mergeArrays")))
    end = "\n" if old.endswith("\n") else ""
    return f"{json.dumps(merged, indent=2, ensure_ascii=False)}{end}".encode()


def _merged_yaml(old: str, input: Mapping[str, Any], path: str) -> bytes:
    """Comments, order and quotes stay as they are."""
    as_yaml(old, path)  # refuses what is too deep or too large, and aliases that multiply
    given = input["content"]
    new = next(iter(as_yaml(given, "content")), None) if isinstance(given, str) else given
    parser = _parser(input.get("options") or {})
    documents = list(parser.load_all(old))
    place = _document_meant(documents, input.get("useDocumentIncludingField"))
    documents[place] = merge(documents[place], new, join=bool(input.get("mergeArrays")))
    written = io.StringIO()
    parser.dump_all(documents, written)
    return written.getvalue().encode()


def _document_meant(documents: list[Any], field: Mapping[str, Any] | None) -> int:
    if not field:
        if len(documents) != 1:
            raise ActionError("The file has several documents: say which with useDocumentIncludingField.")
        return 0
    for place, document in enumerate(documents):
        value = document
        for key in str(field["key"]).split("."):
            value = value.get(key) if isinstance(value, dict) else None
        if value == field["value"]:
            return place
    raise ActionError(f"No document of the file has {field['value']!r} at {field['key']}.")


def _parser(options: Mapping[str, Any]) -> YAML:
    parser = YAML()
    parser.preserve_quotes = True
    parser.width = int(options.get("lineWidth") or 4096)
    return parser


def merge(old: Any, new: Any, *, join: bool = False) -> Any:
    """As lodash's merge: objects key by key, lists item by item, or with `join` one behind the other.

    What is in a joined list already is not added again. `old` is changed.
    """
    if isinstance(old, dict) and isinstance(new, dict):
        for key, value in new.items():
            old[key] = merge(old[key], value, join=join) if key in old else value
        return old
    if isinstance(old, list) and isinstance(new, list):
        if join:
            old.extend(item for item in new if item not in old)
            return old
        for place, value in enumerate(new):
            if place < len(old):
                old[place] = merge(old[place], value, join=join)
            else:
                old.append(value)
        return old
    return new


def _serialize_json(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    """As JSON.stringify: with `replacer`, of objects only these keys."""
    space = input.get("space")
    indent = min(int(space), 10) if isinstance(space, int | float) else (str(space)[:10] or None)
    value = _only(input["data"], input.get("replacer"))
    separators = (",", ": ") if space else (",", ":")
    written = json.dumps(value, indent=indent if space else None, ensure_ascii=False, separators=separators)
    return {"serialized": written}


def _only(value: Any, keys: list[str] | None) -> Any:
    if keys is None:
        return value
    if isinstance(value, dict):
        return {key: _only(item, keys) for key, item in value.items() if key in keys}
    return [_only(item, keys) for item in value] if isinstance(value, list) else value


def _serialize_yaml(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    options = input.get("options") or {}
    value = _only(input["data"], input.get("replacer"))
    written = yaml.safe_dump(
        value,
        sort_keys=False,
        allow_unicode=True,
        indent=int(options.get("indent") or 2),
        width=int(options.get("lineWidth") or WIDTH),
    )
    return {"serialized": written}


CONTENT = {"type": ["object", "string"], "description": "What is merged into it; a text is parsed."}
JOIN = {"type": "boolean", "description": "Lists are put one behind the other, not merged item by item."}
OPTIONS = {
    "type": "object",
    "description": "`lineWidth`, and for `serialize:yaml` `indent`.",
    "properties": {"indent": {"type": "number"}, "lineWidth": {"type": "number"}},
}
MERGE = Action(
    id="roadiehq:utils:merge",
    title="Merge into a file",
    description="Merges values into a JSON or YAML file of the workspace; the comments of YAML stay.",
    input_schema=of(
        {
            "path": text("Path of the file; its ending says what it is."),
            "content": CONTENT,
            "mergeArrays": JOIN,
            "preserveYamlComments": {"type": "boolean", "description": "Not needed: they always stay."},
            "useDocumentIncludingField": {
                **of({"key": {"type": "string"}, "value": {}}, "key", "value"),
                "description": "Which of several documents: the one with this value at this dotted key.",
            },
            "options": OPTIONS,
        },
        "path",
        "content",
    ),
    output_schema=PATH_OUT,
    run=_merge,
    fills_workspace=True,
    examples=(
        Example(
            "Annotate a descriptor",
            input={"path": "catalog-info.yaml", "content": {"metadata": {"annotations": {"team": "shop"}}}},
            workspace={
                "catalog-info.yaml": "# ours\nmetadata:\n  name: cart  # short\n  annotations:\n    a: b\n"
            },
            makes={
                "catalog-info.yaml": (
                    "# ours\nmetadata:\n  name: cart  # short\n  annotations:\n    a: b\n    team: shop\n"
                )
            },
            output={"path": "catalog-info.yaml"},
        ),
        Example(
            "Merge into one of several documents",
            input={
                "path": "all.yaml",
                "content": "spec: {ports: [2]}",
                "mergeArrays": True,
                "useDocumentIncludingField": {"key": "kind", "value": "B"},
            },
            workspace={"all.yaml": "kind: A\n---\nkind: B\nspec:\n  ports: [1]\n"},
            makes={"all.yaml": "kind: A\n---\nkind: B\nspec:\n  ports: [1, 2]\n"},
        ),
    ),
)
MERGE_JSON = Action(
    id="roadiehq:utils:json:merge",
    title="Merge into a JSON file",
    description="Merges values into a JSON file of the workspace; makes the file if it is not there.",
    input_schema=of(
        {
            "path": text("Path of the file."),
            "content": CONTENT,
            "mergeArrays": JOIN,
        },
        "path",
        "content",
    ),
    output_schema=PATH_OUT,
    run=_merge_json,
    fills_workspace=True,
    examples=(
        Example(
            "Add a script",
            input={"path": "package.json", "content": {"scripts": {"test": "vitest"}}},
            workspace={"package.json": '{"name": "cart", "scripts": {"build": "vite"}}\n'},
            makes={
                "package.json": (
                    '{\n  "name": "cart",\n  "scripts": {\n    "build": "vite",\n'
                    '    "test": "vitest"\n  }\n}\n'
                )
            },
        ),
    ),
)
DATA = {"description": "The value."}
KEYS = {"type": "array", "items": {"type": "string"}, "description": "Of objects only these keys, if given."}
SERIALIZED = {"type": "object", "properties": {"serialized": text("The text.")}}
TO_JSON = Action(
    id="roadiehq:utils:serialize:json",
    title="Write as JSON",
    description="Gives a value as a text of JSON.",
    input_schema=of(
        {
            "data": DATA,
            "replacer": KEYS,
            "space": {
                "type": ["string", "number"],
                "description": "By what lines are indented; one line if left out.",
            },
        },
        "data",
    ),
    output_schema=SERIALIZED,
    run=_serialize_json,
    supports_dry_run=True,
    examples=(Example("On one line", input={"data": {"a": [1, 2]}}, output={"serialized": '{"a":[1,2]}'}),),
)
TO_YAML = Action(
    id="roadiehq:utils:serialize:yaml",
    title="Write as YAML",
    description="Gives a value as a text of YAML.",
    input_schema=of({"data": DATA, "replacer": KEYS, "options": OPTIONS}, "data"),
    output_schema=SERIALIZED,
    run=_serialize_yaml,
    supports_dry_run=True,
    examples=(
        Example("An object", input={"data": {"a": 1, "b": None}}, output={"serialized": "a: 1\nb: null\n"}),
    ),
)
ACTIONS = (MERGE, MERGE_JSON, TO_JSON, TO_YAML)
