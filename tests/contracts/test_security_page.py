"""What the page on security says a test shows, a test of that name is there to show."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "security.md"
NAMED = re.compile(r"`([\w/]+\.py)::(\w+)`")


def test_every_test_that_the_page_names_is_there() -> None:
    named = NAMED.findall(PAGE.read_text())
    assert len(named) > 100
    missing = [
        f"{module}::{name}"
        for module, name in named
        if not (ROOT / "tests" / module).is_file()
        or not re.search(rf"(?m)^(?:async )?(?:def|class) {name}\b", (ROOT / "tests" / module).read_text())
    ]
    assert missing == []


def test_every_row_of_the_page_names_a_test() -> None:
    rows = [line for line in PAGE.read_text().splitlines() if line.startswith("| ")]
    heads = [line for line in rows if line.endswith("| Shown by |")]
    assert [line for line in rows if line not in heads and not NAMED.search(line)] == []


def test_every_attack_of_the_security_tests_is_on_the_page() -> None:
    text = PAGE.read_text()
    modules = {path.name for path in (ROOT / "tests" / "security").glob("test_*.py")}
    modules |= {path.name for path in (ROOT / "tests" / "chaos").glob("test_*.py")}
    assert [name for name in sorted(modules) if f"/{name}::" not in text] == []
