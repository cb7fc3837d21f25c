"""docs/errors.md lists every error code of the code, and nothing else, with the status it is sent with."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")
CALLS_WITH_A_CODE = {"error_entry", "error_entries", "Problem", "Finding", "Mistake"}


@cache
def trees():
    folders = ("portal", "catalog", "scaffolder", "plugins")
    paths = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    skipped = ("migrations", "demo")
    ours = [path for path in paths if not set(skipped) & set(path.relative_to(ROOT).parts)]
    return [ast.parse(path.read_text()) for path in ours]


@cache
def error_classes():
    """The names of Exception and all our classes that derive from it."""
    names = {"Exception"}
    classes = [node for tree in trees() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    while True:
        derived = {c.name for c in classes if {_name(base) for base in c.bases} & names}
        if derived <= names:
            return names
        names |= derived


def _name(node):
    return getattr(node, "attr", getattr(node, "id", ""))


def _text(node):
    if isinstance(node, ast.IfExp):
        return [*_text(node.body), *_text(node.orelse)]
    is_code = isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value)
    return [node.value] if is_code else []


def codes_in(tree):
    for node in ast.walk(tree):
        match node:
            case ast.ClassDef():
                for line in node.body:
                    target = getattr(line, "target", (getattr(line, "targets", None) or [None])[0])
                    if _name(target) in ("code", "default_code") and line.value is not None:
                        yield from _text(line.value)
            case ast.arguments():
                named = [*node.posonlyargs, *node.args][-len(node.defaults) :] if node.defaults else []
                defaults = [
                    *zip(named, node.defaults, strict=True),
                    *zip(node.kwonlyargs, node.kw_defaults, strict=True),
                ]
                for argument, default in defaults:
                    if argument.arg == "code" and default is not None:
                        yield from _text(default)
            case ast.Dict():
                for key, value in zip(node.keys, node.values, strict=True):
                    if isinstance(key, ast.Constant) and key.value == "code":
                        yield from _text(value)
            case ast.Call():
                for keyword in node.keywords:
                    if keyword.arg == "code":
                        yield from _text(keyword.value)
                if _name(node.func) in error_classes() | CALLS_WITH_A_CODE:
                    for argument in node.args:
                        yield from _text(argument)


def codes_of_the_code():
    return {code for tree in trees() for code in codes_in(tree)}


def documented():
    """Code -> status, as the tables say."""
    text = (ROOT / "docs" / "errors.md").read_text()
    rows = re.findall(r"^\| `([A-Z0-9_]+)` \| ([^|]+) \| [^|]+ \| [^|]+ \|$", text, re.MULTILINE)
    assert len(rows) == len({code for code, _ in rows}), "a code is listed twice"
    return dict(rows)


def test_every_code_is_documented():
    assert codes_of_the_code() - set(documented()) == set()


def test_every_documented_code_exists():
    constants = {node.value for tree in trees() for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    assert {code for code in documented() if code not in constants} == set()


def test_every_class_has_the_status_that_is_documented():
    import portal.rest.errors as errors

    listed = documented()
    for error in vars(errors).values():
        if isinstance(error, type) and issubclass(error, errors.PortalError) and error is not errors.Hidden:
            assert listed[error.default_code] == str(error.status), error
