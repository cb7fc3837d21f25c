"""Modules and functions stay small enough to read."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("portal", "catalog", "scaffolder", "plugins")
NOT_OURS = ("migrations", "portal/stack/demo/company")
MODULE_LINES, MODULE_LINES_AT_MOST, FUNCTION_LINES = 300, 400, 40
# path, or path:function, and why it may be longer
EXEMPT: dict[str, str] = {}


def modules(*folders: str) -> Iterator[tuple[str, str]]:
    """Path from the root and text of each Python module of ours."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if not any(part in name for part in NOT_OURS):
                yield name, path.read_text()


def functions(text: str) -> Iterator[tuple[str, int]]:
    """Name and number of lines of each function, decorators not counted."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno
            yield node.name, node.end_lineno - node.lineno + 1


def test_modules_fit_in_one_sitting() -> None:
    sizes = {name: text.count("\n") for name, text in modules(*SOURCES)}
    assert {name: size for name, size in sizes.items() if size > MODULE_LINES and name not in EXEMPT} == {}
    assert {name: size for name, size in sizes.items() if size > MODULE_LINES_AT_MOST} == {}


def test_test_modules_are_not_endless() -> None:
    sizes = {name: text.count("\n") for name, text in modules("tests")}
    assert {name: size for name, size in sizes.items() if size > MODULE_LINES_AT_MOST} == {}


def test_functions_fit_on_a_screen() -> None:
    found = {
        f"{name}:{function}": lines
        for name, text in modules(*SOURCES)
        for function, lines in functions(text)
        if lines > FUNCTION_LINES
    }
    assert {place: lines for place, lines in found.items() if place not in EXEMPT} == {}


def test_every_module_says_what_it_is_for() -> None:
    silent = [name for name, text in modules(*SOURCES) if text and not ast.get_docstring(ast.parse(text))]
    assert silent == []


def test_exemptions_are_needed_and_give_a_reason() -> None:
    sizes = {name: text.count("\n") > MODULE_LINES for name, text in modules(*SOURCES)}
    for name, text in modules(*SOURCES):
        sizes |= {f"{name}:{function}": lines > FUNCTION_LINES for function, lines in functions(text)}
    assert [place for place, reason in EXEMPT.items() if not sizes.get(place) or not reason] == []
