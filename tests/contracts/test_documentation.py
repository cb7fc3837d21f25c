"""The documentation holds together: links lead somewhere, the site lists its pages, decisions are short."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
COMPANY = ROOT / "portal" / "stack" / "demo" / "company"
DECISION_LINES = 30
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)


def pages() -> Iterator[Path]:
    """Every Markdown page of ours, the demo company's included; skeletons are not pages yet."""
    yield from sorted(ROOT.glob("*.md"))
    yield from sorted(DOCS.rglob("*.md"))
    yield from sorted(page for page in COMPANY.rglob("*.md") if "skeleton" not in page.parts)
    yield from sorted((ROOT / "plugins").rglob("README.md"))


def anchors(page: Path) -> set[str]:
    """The addresses of a page's headings, made as GitHub and MkDocs make them."""
    headings = HEADING.findall(FENCE.sub("", page.read_text()))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_relative_links_lead_to_files_and_headings() -> None:
    broken = []
    for page in pages():
        for target in LINK.findall(FENCE.sub("", page.read_text())):
            path, _, anchor = target.partition("#")
            if re.match(r"[a-z]+:", target):
                continue
            there = (page.parent / path) if path else page
            if not there.exists() or (anchor and anchor not in anchors(there)):
                broken.append(f"{page.relative_to(ROOT)}: {target}")
    assert broken == []


SITES = [
    path
    for path in [ROOT / "mkdocs.yml", *sorted(COMPANY.rglob("mkdocs.yml"))]
    if "skeleton" not in path.parts
]


@pytest.mark.parametrize("config", SITES, ids=lambda path: path.parent.name)
def test_a_site_lists_pages_that_are_there(config: Path) -> None:
    nav = yaml.safe_load(config.read_text())["nav"]
    missing = [path for path in nav_paths(nav) if not (config.parent / "docs" / path).is_file()]
    assert missing == []


def nav_paths(nav: list[dict[str, object]]) -> Iterator[str]:
    for entry in nav:
        for value in entry.values():
            if isinstance(value, list):
                yield from nav_paths(value)
            else:
                yield str(value)


def decisions() -> list[Path]:
    return sorted(DOCS.glob("decisions/[0-9]*.md"))


def test_decisions_are_short() -> None:
    lengths = {page.name: len(page.read_text().splitlines()) for page in decisions()}
    assert {name: lines for name, lines in lengths.items() if lines > DECISION_LINES} == {}


def test_every_decision_is_in_the_index() -> None:
    index = (DOCS / "decisions" / "README.md").read_text()
    assert [page.name for page in decisions() if f"({page.name})" not in index] == []


def test_decisions_have_numbers_of_their_own() -> None:
    numbers = [page.name[:4] for page in decisions()]
    assert sorted(set(numbers)) == numbers
