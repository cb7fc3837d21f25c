"""Reads an entity's documentation folder: which pages there are, in which order, and their Markdown.

Layout and `mkdocs.yml` (`docs_dir`, `nav`) are those of MkDocs, the annotation is that of Backstage's
TechDocs; nothing of the configuration is executed, everything but those two keys is ignored.
"""

import json
import posixpath
import re
from dataclasses import dataclass
from typing import Any

import yaml

from portal.plugin_api.catalog import Entity, Source, SourceError

ANNOTATION = "backstage.io/techdocs-ref"
CONFIG_NAMES = ("mkdocs.yml", "mkdocs.yaml")
MAX_CONFIG = 64 * 1024
MAX_PAGE = 1024 * 1024
MAX_PAGES = 500
MAX_NAV_ENTRIES = 2000


class DocsError(Exception):
    """The documentation cannot be read; the message is a sentence for its author."""


@dataclass(frozen=True, slots=True)
class Folder:
    """What is in a documentation folder: its pages in order, and the paths of its other files.

    `path` is the folder as the source names it, "" for the source's root.
    """

    path: str
    pages: list["MarkdownPage"]
    others: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class MarkdownPage:
    """A file of the documentation; `title` is what the navigation calls it, "" where it says nothing."""

    path: str
    title: str
    markdown: str


def docs_reference(entity: Entity) -> str:
    """The annotation's value; "" where the entity has none."""
    annotations = json.loads(entity.document)["metadata"].get("annotations") or {}
    value = annotations.get(ANNOTATION, "")
    return value if isinstance(value, str) else ""


def read_folder(source: Source, descriptor_path: str, reference: str) -> Folder:
    """The pages in order, and what else is there. Raises DocsError."""
    scheme, _, folder = reference.partition(":")
    if scheme != "dir" or not folder:
        raise DocsError(
            f"The annotation {ANNOTATION} is {reference[:200]!r}. Write dir:<folder>, relative to the file "
            "of the entity: documentation is read from the entity's own source only."
        )
    try:
        root = source.resolve(descriptor_path, folder)
        return _read(source, root)
    except SourceError as error:
        raise DocsError(str(error)) from error


def _read(source: Source, root: str) -> Folder:
    config = _config(source, root)
    docs_dir = config.get("docs_dir")
    folder = posixpath.normpath(posixpath.join(root, docs_dir if isinstance(docs_dir, str) else "docs"))
    if folder.startswith(("../", "/")) or folder == "..":
        raise DocsError(f"docs_dir in mkdocs.yml leaves the folder of the source: {str(docs_dir)[:200]!r}.")
    try:
        listed = source.list("" if folder == "." else folder)
    except SourceError as error:
        if not error.missing:
            raise
        return Folder(root, [_readme(source, root)])
    names = [path if folder == "." else path.removeprefix(f"{folder}/") for path in listed]
    pages = sorted((name for name in names if name.lower().endswith(".md")), key=_file_order)
    if not pages:
        raise DocsError(f"There is no Markdown file in {folder}. Add {folder}/index.md.")
    if len(pages) > MAX_PAGES:
        raise DocsError(f"There are {len(pages)} pages in {folder}; at most {MAX_PAGES} are read.")
    titles = _navigation(config.get("nav"), set(pages))
    order = [*titles, *(name for name in pages if name not in titles)]
    return Folder(
        "" if folder == "." else folder,
        [_page(source, folder, name, titles.get(name, "")) for name in order],
        frozenset(names) - set(pages),
    )


def _readme(source: Source, root: str) -> MarkdownPage:
    path = posixpath.join(root, "README.md")
    try:
        return MarkdownPage("README.md", "", _text(source, path))
    except SourceError as error:
        if not error.missing:
            raise
    where = root or "the root of the source"
    raise DocsError(f"There is neither a folder docs nor a README.md in {where}. Add docs/index.md.")


def _page(source: Source, folder: str, name: str, title: str) -> MarkdownPage:
    return MarkdownPage(name, title, _text(source, name if folder == "." else f"{folder}/{name}"))


def _text(source: Source, path: str) -> str:
    return source.read(path, MAX_PAGE).decode("utf-8", errors="replace").replace("\x00", "")


def _file_order(name: str) -> tuple[Any, ...]:
    """Folder by folder, `index.md` (or README.md) first in each, files before folders."""
    *folders, file = name.lower().split("/")
    return (*((1, folder) for folder in folders), (0, "" if file in {"index.md", "readme.md"} else file))


def _navigation(nav: Any, pages: set[str]) -> dict[str, str]:
    """Titles ("" for none) by path, in the order of `nav`; entries that name no page of ours are left out."""
    found: dict[str, str] = {}
    left = MAX_NAV_ENTRIES
    waiting: list[tuple[str, Any]] = [("", nav)]
    while waiting and left:
        left -= 1
        title, value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(("", item) for item in reversed(value[:MAX_NAV_ENTRIES]))
        elif isinstance(value, dict):
            waiting.extend((str(key), item) for key, item in reversed(list(value.items())[:MAX_NAV_ENTRIES]))
        elif isinstance(value, str):
            path = posixpath.normpath(value)
            if path in pages:
                found.setdefault(path, title[:300])
    return found


def _config(source: Source, root: str) -> dict[str, Any]:
    for name in CONFIG_NAMES:
        try:
            text = source.read(posixpath.join(root, name), MAX_CONFIG)
        except SourceError as error:
            if error.missing:
                continue
            raise
        try:
            config = yaml.load(text, Loader=_ConfigLoader)  # noqa: S506  a safe loader, see below
        except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
            place = re.sub(r"\s+", " ", str(error))[:200]
            raise DocsError(f"{name} is not YAML: {place}.") from error
        return config if isinstance(config, dict) else {}
    return {}


class _ConfigLoader(yaml.SafeLoader):
    """Knows plain data only; MkDocs' `!!python/name:` and `!ENV` tags read as nothing."""


_ConfigLoader.add_multi_constructor("", lambda loader, suffix, node: None)
