"""Reads `mkdocs.yml`: a short list of keys, as plain data; nothing of it is executed, the rest is named."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from portal.plugin_api.catalog import SourceError

from .errors import DocsError
from .references import Tree

NAMES = ("mkdocs.yaml", "mkdocs.yml")
MAX_BYTES = 64 * 1024
MAX_NAV = 2000
MAX_DEPTH = 12
TEXTS = ("site_name", "site_description", "site_author", "copyright", "repo_url", "edit_uri")
PATTERNS = ("exclude_docs", "not_in_nav")
IGNORED_QUIETLY = {"theme", "site_url", "docs_dir", "nav", "markdown_extensions", "plugins", "repo_name"}
QUIET_PLUGINS = {"techdocs-core", "search"}
OPTIONAL_EXTENSIONS = ("nl2br", "smarty", "wikilinks", "pymdownx.keys", "pymdownx.saneheaders")
BUILT_IN = re.compile(r"(?!pymdownx\.(snippets|b64|pathconverter|arithmatex|progressbar))[\w.]+")
KNOWN = {
    "abbr", "admonition", "attr_list", "codehilite", "def_list", "extra", "fenced_code", "footnotes",
    "md_in_html", "mdx_truly_sane_lists", "meta", "sane_lists", "tables", "toc",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Configuration:
    """What is used of a `mkdocs.yml`. `keys` goes to MkDocs; `notes` say what was left out."""

    docs_dir: str = "docs"
    keys: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    is_there: bool = False


class _Loader(yaml.SafeLoader):
    """Knows plain data only: `!!python/name:`, `!ENV` and every other tag reads as nothing."""


_Loader.add_multi_constructor("", lambda loader, suffix, node: None)


def read_configuration(tree: Tree) -> Configuration:
    """What the folder's `mkdocs.yml` says; the defaults without one. Raises DocsError and SourceError."""
    for name in NAMES:
        try:
            text = tree.source.read(tree.path(name), MAX_BYTES)
        except SourceError as error:
            if error.missing:
                continue
            raise
        return _used(_loaded(name, text))
    return Configuration()


def _loaded(name: str, text: bytes) -> dict[str, Any]:
    try:
        config = yaml.load(text, Loader=_Loader)  # noqa: S506  a safe loader, see above
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        place = re.sub(r"\s+", " ", str(error))[:200]
        raise DocsError(f"{name} is not YAML: {place}.") from error
    return config if isinstance(config, dict) else {}


def _used(config: dict[str, Any]) -> Configuration:
    docs_dir = config.get("docs_dir")
    docs_dir = posixpath.normpath(docs_dir) if isinstance(docs_dir, str) and docs_dir else "docs"
    if docs_dir.startswith(("../", "/")) or docs_dir == ".." or "\\" in docs_dir:
        raise DocsError(f"docs_dir in mkdocs.yml leaves the folder of the source: {docs_dir[:200]!r}.")
    keys: dict[str, Any] = {
        key: config[key][:500] for key in TEXTS if isinstance(config.get(key), str) and config[key]
    }
    keys |= {key: config[key][:5000] for key in PATTERNS if isinstance(config.get(key), str)}
    if config.get("use_directory_urls") is False:
        keys["use_directory_urls"] = False
    nav = _nav(config.get("nav"), [MAX_NAV], 0)
    if nav:
        keys["nav"] = nav
    extensions = list(_names(config.get("markdown_extensions")))
    keys["markdown_extensions"] = [name for name in OPTIONAL_EXTENSIONS if name in extensions]
    return Configuration(docs_dir, keys, tuple(_left_out(config, extensions)), is_there=True)


def _nav(value: Any, room: list[int], depth: int) -> Any:
    """The navigation as lists, mappings of one title and texts; `room` is how many entries may follow."""
    if depth > MAX_DEPTH:
        return None
    if isinstance(value, list):
        entries = []
        for item in value:
            if room[0] <= 0:
                break
            room[0] -= 1
            entry = _nav(item, room, depth + 1)
            if entry:
                entries += entry if isinstance(entry, list) else [entry]
        return entries
    if isinstance(value, dict):
        for title, inner in list(value.items())[:1]:
            entry = _nav(inner, room, depth + 1)
            return {str(title)[:300]: entry} if entry else None
    return value[:500] if isinstance(value, str) else None


def _names(value: Any) -> Iterator[str]:
    """The names in a list of extensions or plugins, each with or without options."""
    items = value if isinstance(value, list | dict) else []
    for item in items:
        name = next(iter(item), "") if isinstance(item, dict) else item
        if isinstance(name, str):
            yield name.removeprefix("markdown.extensions.")[:80]


def _left_out(config: dict[str, Any], extensions: list[str]) -> Iterator[str]:
    used = {*TEXTS, *PATTERNS, *IGNORED_QUIETLY, "use_directory_urls"}
    for key in sorted(str(key)[:80] for key in config if key not in used):
        yield f"mkdocs.yml: {key} is not used here."
    for name in _names(config.get("plugins")):
        if name not in QUIET_PLUGINS:
            yield f"mkdocs.yml: the plugin {name} is not used here."
    for name in extensions:
        is_known = name in KNOWN or name in OPTIONAL_EXTENSIONS
        if not is_known and not (name.startswith("pymdownx.") and BUILT_IN.fullmatch(name)):
            yield f"mkdocs.yml: the Markdown extension {name} is not used here."
