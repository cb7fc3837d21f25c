"""Writes a plugin that works: a package of its own, or a folder of `plugins/` with its tests."""

import keyword
import re
from pathlib import Path
from string import Template

TEMPLATES = Path(__file__).parent / "template"
MODULES = ("__init__.py", "apps.py", "panels.py", "schema.py", "selectors.py")
RESERVED = {"catalog", "scaffolder", "plugins", "portal", "test", "tests"}


class NotWritten(Exception):
    """Nothing was written; the message says why and what next."""


def check_name(name: str) -> None:
    """Raises NotWritten where `name` cannot be the one name of a plugin."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,38}", name) or keyword.iskeyword(name) or name in RESERVED:
        raise NotWritten(
            f"A plugin cannot be called {name!r}: it is a Python identifier of 2 to 39 lower-case letters, "
            "digits and underscores, none of Python's or the portal's own words."
        )


def write_package(name: str, folder: Path) -> Path:
    """`folder/portal-<name>` with a package `portal_<name>`, its tests and its pyproject.toml."""
    distribution = f"portal-{name.replace('_', '-')}"
    root, package = folder / distribution, f"portal_{name}"
    words = _words(name, package, distribution)
    files = {f"{package}/{module}": f"{module}.tmpl" for module in MODULES}
    files |= {
        "README.md": "README.md.tmpl",
        "pyproject.toml": "pyproject.toml.tmpl",
        "conftest.py": "conftest.py.tmpl",
        f"tests/test_{name}.py": "test.py.tmpl",
    }
    _write(root, files, words)
    return root


def write_in_tree(name: str, checkout: Path) -> Path:
    """`plugins/<name>` and `tests/plugins/<name>` of a checkout."""
    words = _words(name, f"plugins.{name}", "portal")
    files = {f"plugins/{name}/{module}": f"{module}.tmpl" for module in MODULES}
    files |= {
        f"plugins/{name}/README.md": "README.md.tmpl",
        f"tests/plugins/{name}/test_{name}.py": "test.py.tmpl",
    }
    if (checkout / "plugins" / name).exists():
        raise NotWritten(f"{checkout / 'plugins' / name} exists already: choose another name.")
    _write(checkout, files, words)
    return checkout / "plugins" / name


def _words(name: str, package: str, distribution: str) -> dict[str, str]:
    camel = "".join(part.capitalize() for part in name.split("_"))
    title = name.replace("_", " ").capitalize()
    return {
        "name": name,
        "Name": camel,
        "NAME": name.upper(),
        "title": title,
        "package": package,
        "distribution": distribution,
    }


def _write(root: Path, files: dict[str, str], words: dict[str, str]) -> None:
    there = [str(root / path) for path in files if (root / path).exists()]
    if there:
        raise NotWritten(f"{there[0]} exists already: choose another name or another folder.")
    try:
        for path, template in files.items():
            text = Template((TEMPLATES / template).read_text(encoding="utf-8")).substitute(words)
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
    except OSError as error:
        raise NotWritten(f"{error.filename} cannot be written ({error.strerror}).") from error
