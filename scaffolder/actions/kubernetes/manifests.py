"""Manifests of a step: read from its input or the workspace, compared without what the server adds."""

import copy
import difflib
import json
from collections.abc import Mapping
from typing import Any

import yaml

from catalog.entities.findings import Refused
from catalog.entities.yaml_reader import decode, load, split
from portal.integrations.kubernetes import Document
from scaffolder.actions.action import ActionContext, ActionError
from scaffolder.actions.outside import digest
from scaffolder.running.workspace import checked_path

MAX_OBJECTS = 100
MAX_DIFF_LINES = 200
SERVERS = ("managedFields", "resourceVersion", "uid", "creationTimestamp", "generation", "selfLink")
SUFFIXES = (".yaml", ".yml", ".json")


def manifests_in(input: Mapping[str, Any], context: ActionContext) -> list[Document]:
    """The objects of `manifest` or of the files at `path`, in their order, namespaces first."""
    if "manifest" in input:
        given = input["manifest"]
        values = _read("manifest", given.encode()) if isinstance(given, str) else given
        found = values if isinstance(values, list) else [values]
    else:
        found = _from_files(str(input["path"]), context)
    documents = [_checked(value) for value in found]
    if not documents:
        raise ActionError("There is nothing to apply.")
    if len(documents) > MAX_OBJECTS:
        raise ActionError(f"A step applies at most {MAX_OBJECTS} objects; here are {len(documents)}.")
    if input.get("namespace"):
        for document in documents:
            document["metadata"].setdefault("namespace", str(input["namespace"]))
    return sorted(documents, key=lambda document: document["kind"] != "Namespace")


def _from_files(path: str, context: ActionContext) -> list[Any]:
    place = checked_path(path, parameter="path")
    below = f"{place}/" if place else ""
    paths = [name for name, _ in context.workspace.list_files() if name == place or name.startswith(below)]
    values: list[Any] = []
    for name in (name for name in paths if name.endswith(SUFFIXES)):
        values += _read(name, context.workspace.read(name, parameter="path"))
    if not paths:
        raise ActionError(f"path: there is no file {path!r} in the workspace.")
    return values


def _read(name: str, content: bytes) -> list[Any]:
    try:
        return [load(chunk) for chunk in split(decode(content))]
    except Refused as error:
        raise ActionError(f"{name}: {error}") from None


def _checked(value: Any) -> Document:
    document: Document = copy.deepcopy(value)
    metadata = document.get("metadata") if isinstance(document, dict) else None
    named = isinstance(metadata, dict) and isinstance(metadata.get("name"), str) and metadata["name"]
    if not named or not all(isinstance(document.get(key), str) for key in ("apiVersion", "kind")):
        raise ActionError(
            f"{json.dumps(value, default=str)[:100]} has no apiVersion, kind and metadata.name."
        )
    document.pop("status", None)
    return document


def label_of(document: Document) -> str:
    """`Deployment web in team-a`."""
    namespace = document["metadata"].get("namespace")
    name = f"{document['kind']} {document['metadata']['name']}"
    return f"{name} in {namespace}" if namespace else name


def cleaned(document: Document) -> Document:
    """Without what the server and its controllers add."""
    metadata = {key: value for key, value in document["metadata"].items() if key not in SERVERS}
    kept = {key: value for key, value in document.items() if key not in ("metadata", "status")}
    return {**kept, "metadata": metadata}


def difference(before: Document | None, after: Document) -> list[str]:
    """The lines of a unified diff of both as YAML; what a Secret holds stands as its hash."""
    old, new = ([] if before is None else _lines(before)), _lines(after)
    lines = [line.rstrip("\n") for line in difflib.unified_diff(old, new, "now", "then", n=2)][2:]
    if len(lines) > MAX_DIFF_LINES:
        return [*lines[:MAX_DIFF_LINES], f"… {len(lines) - MAX_DIFF_LINES} more lines"]
    return lines


def _lines(document: Document) -> list[str]:
    shown = cleaned(document)
    if shown.get("kind") == "Secret":
        for key in ("data", "stringData"):
            hidden = {name: f"(hidden {digest(value)})" for name, value in (shown.get(key) or {}).items()}
            shown = {**shown, **({key: hidden} if hidden else {})}
    return yaml.safe_dump(shown, allow_unicode=True).splitlines(keepends=True)
