"""The building process: builds the site of a folder with MkDocs.

The job has `config`, checked keys of MkDocs; the folder has `docs`, and `theme` with an empty template.
"""

import json
import logging
import tempfile
from pathlib import Path
from typing import Any

from mkdocs.commands.build import build
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, MkDocsException
from mkdocs.plugins import BasePlugin
from mkdocs.structure.nav import Link, Navigation, Section
from mkdocs.structure.pages import Page
from pymdownx.emoji import to_alt

MAX_NOTES = 200

EXTENSIONS: dict[str, dict[str, Any]] = {
    "abbr": {},
    "admonition": {},
    "attr_list": {},
    "def_list": {},
    "footnotes": {},
    "md_in_html": {},
    "mdx_truly_sane_lists": {},
    "meta": {},
    "tables": {},
    "toc": {"permalink": False},
    "pymdownx.betterem": {"smart_enable": "all"},
    "pymdownx.caret": {},
    "pymdownx.critic": {},
    "pymdownx.details": {},
    "pymdownx.emoji": {"emoji_generator": to_alt},
    "pymdownx.highlight": {"use_pygments": False},
    "pymdownx.inlinehilite": {},
    "pymdownx.magiclink": {},
    "pymdownx.mark": {},
    "pymdownx.quotes": {"callouts": True},
    "pymdownx.smartsymbols": {},
    "pymdownx.superfences": {},
    "pymdownx.tabbed": {"alternate_style": False},
    "pymdownx.tasklist": {"custom_checkbox": False},
    "pymdownx.tilde": {},
}
"""The set of TechDocs, without what includes files (snippets, monorepo) or starts programs (graphviz,
plantuml). Nothing of a repository's configuration reaches an extension."""

SAMPLE = """---
title: Warm
---
# A :smile: [x](#y) `#!python x` https://example.org "a" (c)

- [ ] ~~b~~ ^^c^^ ==d== {++e++}

> [!NOTE]
> f[^1]

=== "g"

    ```python
    h
    ```

??? note "i"
    j

| a |
|---|
| b |

[^1]: k
"""


class Collector(BasePlugin):  # type: ignore[no-untyped-call,type-arg]
    """Takes what was made of each page out of the build; no theme of a site is ever rendered."""

    def __init__(self) -> None:
        self.site: dict[str, Any] = {"pages": [], "order": []}

    def on_page_markdown(self, markdown: str, *, page: Page, **_: Any) -> str:
        page.meta.pop("template", None)
        return markdown

    def on_nav(self, nav: Navigation, **_: Any) -> Navigation:
        self.site["order"] = list(_entries(nav.items, ()))
        return nav

    def on_page_content(self, html: str, *, page: Page, **_: Any) -> str:
        self.site["pages"].append(
            {
                "path": page.file.src_uri,
                "url": page.url,
                "title": str(page.title or ""),
                "html": html,
                "contents": list(_contents(page.toc)),
                "meta": {key: str(value)[:300] for key, value in page.meta.items() if value is not None},
                "edit_url": page.edit_url or "",
            }
        )
        return html


class Notes(logging.Handler):
    """What MkDocs warns of."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if len(self.lines) < MAX_NOTES:
            self.lines.append(record.getMessage()[:500])


def _entries(items: Any, sections: tuple[str, ...]) -> Any:
    for item in items:
        if isinstance(item, Section):
            yield from _entries(item.children, (*sections, str(item.title)))
        elif isinstance(item, Page):
            yield {"path": item.file.src_uri, "sections": sections}
        elif isinstance(item, Link):
            yield {"url": item.url, "title": str(item.title or item.url), "sections": sections}


def _contents(items: Any) -> Any:
    for item in items:
        yield {"id": item.id, "title": item.title, "level": item.level}
        yield from _contents(item.children)


def configured(folder: Path, config: dict[str, Any]) -> MkDocsConfig:
    """The configuration of a build: our folders, our extensions, no theme. Raises MkDocsException."""
    found = MkDocsConfig(config_file_path=str(folder / "mkdocs.yml"))
    found.load_dict(
        {
            **config,
            "docs_dir": str(folder / "docs"),
            "site_dir": str(folder / "out" / "site"),
            "plugins": ["search"],
            "hooks": [],
            "markdown_extensions": [{name: options} for name, options in EXTENSIONS.items()]
            + [name for name in config.get("markdown_extensions", []) if name not in EXTENSIONS],
            "theme": {"name": None, "custom_dir": str(folder / "theme")},
        }
    )
    errors, _ = found.validate()
    if errors:
        key, error = errors[0]
        raise MkDocsException(f"{key} in mkdocs.yml: {error}")
    found.theme.static_templates = set()
    return found


def built(folder: Path, config: dict[str, Any]) -> dict[str, Any]:
    """The site: pages in the order of the files, `order` as the navigation has them, and notes."""
    notes, collector = Notes(), Collector()
    logger = logging.getLogger("mkdocs")
    logger.addHandler(notes)
    logger.propagate = False
    try:
        site_config = configured(folder, config)
        site_config.plugins["collector"] = collector
        build(site_config)
    except (MkDocsException, Abort) as error:
        return {"error": "; ".join([*notes.lines[-1:], str(error)])[:1000]}
    finally:
        logger.removeHandler(notes)
    search = folder / "out" / "site" / "search" / "search_index.json"
    index = json.loads(search.read_text("utf-8")) if search.exists() else {"docs": []}
    return {**collector.site, "search": index, "notes": notes.lines}


def warm_up(kind: str = "") -> None:
    """Build a page that uses everything, so that nothing has to be loaded later on."""
    with tempfile.TemporaryDirectory(prefix="portal-docs-") as name:
        folder = Path(name)
        for part in ("docs", "out", "theme"):
            (folder / part).mkdir()
        (folder / "docs" / "index.md").write_text(SAMPLE, "utf-8")
        (folder / "theme" / "main.html").touch()
        built(folder, {"site_name": "warm"})


def make(folder: Path, job: dict[str, Any]) -> dict[str, Any]:
    return built(folder, job["config"])
