"""Takes the files of a documentation out of its source: regular files, by path, within limits."""

import hashlib
import json
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from portal.plugin_api.catalog import SourceError

from .configuration import Configuration, read_configuration
from .errors import DocsError
from .media import MAX_ASSET, media_type_of
from .references import Tree

MAX_PAGE = 1024 * 1024
MAX_PAGES = 500
MAX_ASSETS = 1000
MAX_BYTES = 64 * 1024 * 1024
INDEX = "index.md"


@dataclass(slots=True)
class Export:
    """Files by path relative to the documentation's folder, and where that is in the source."""

    folder: str
    config: dict[str, Any] = field(default_factory=dict)
    pages: dict[str, bytes] = field(default_factory=dict)
    assets: dict[str, bytes] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def fingerprint(self, version: str) -> str:
        """The same for the same files and configuration, whatever commit they came with."""
        digest = hashlib.sha256(json.dumps([version, self.config, self.folder], sort_keys=True).encode())
        for files in (self.pages, self.assets):
            for path in sorted(files):
                digest.update(f"{path}\0{hashlib.sha256(files[path]).hexdigest()}\0".encode())
        return digest.hexdigest()[:32]


def export_docs(tree: Tree) -> Export:
    """The documentation of a folder. Raises DocsError and SourceError."""
    configuration = read_configuration(tree)
    folder = tree.path(configuration.docs_dir)
    folder = "" if folder == "." else folder
    try:
        listed = tree.source.list(folder)
    except SourceError as error:
        if not error.missing:
            raise
        return _readme(tree, configuration)
    export = Export(folder, configuration.keys, notes=list(configuration.notes))
    take_files(export, tree, listed, folder)
    if not export.pages:
        raise DocsError(f"There is no Markdown file in {folder or 'the folder'}. Add {_join(folder, INDEX)}.")
    return export


def take_files(export: Export, tree: Tree, listed: list[str], folder: str, into: str = "") -> None:
    """Add the files below a folder to an export. Raises DocsError and SourceError."""
    pages = [path for path in listed if path.lower().endswith(".md")]
    if len(pages) + len(export.pages) > MAX_PAGES:
        raise DocsError(f"There are {len(pages)} pages in {folder}; at most {MAX_PAGES} are read.")
    for path in pages:
        name = _join(into, path.removeprefix(f"{folder}/") if folder else path)
        export.pages[name] = _text(tree.source.read(path, MAX_PAGE))
    room = MAX_BYTES
    for path in _assets(listed):
        name = _join(into, path.removeprefix(f"{folder}/") if folder else path)
        try:
            content = tree.source.read(path, min(MAX_ASSET, room))
        except SourceError as error:
            export.notes.append(f"{path} is left out: {error}")
            continue
        if media_type_of(name, content):
            export.assets[name] = content
            room -= len(content)


def _assets(listed: list[str]) -> Iterator[str]:
    found = [path for path in listed if media_type_of(path) and not path.lower().endswith(".md")]
    yield from found[:MAX_ASSETS]


def _readme(tree: Tree, configuration: Configuration) -> Export:
    """The one page of a folder that has no documentation but a README."""
    keys = {key: value for key, value in configuration.keys.items() if key != "nav"}
    folder = "" if tree.root == "." else tree.root
    export = Export(folder, keys, notes=list(configuration.notes))
    try:
        export.pages["README.md"] = _text(tree.source.read(tree.path("README.md"), MAX_PAGE))
    except SourceError as error:
        if not error.missing:
            raise
        where = tree.root or "the root of the source"
        raise DocsError(
            f"There is neither a folder {configuration.docs_dir} nor a README.md in {where}. "
            f"Add {configuration.docs_dir}/index.md."
        ) from None
    return export


def _text(content: bytes) -> bytes:
    """UTF-8 without NUL, whatever it was."""
    return content.decode("utf-8-sig", errors="replace").replace("\x00", "").encode()


def _join(folder: str, name: str) -> str:
    return posixpath.join(folder, name) if folder else name
