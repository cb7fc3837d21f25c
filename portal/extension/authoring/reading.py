"""What can be said of a plugin without running it: its imports, its files, what each line binds it to."""

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

OURS = {"portal", "catalog", "scaffolder", "plugins"}
ENTRY_POINT_GROUP = "portal.plugins"
ALLOWED = "portal.plugin_api"
AROUND = {"requests", "httpx", "urllib3", "aiohttp", "socket", "http.client", "urllib.request", "ftplib"}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to mend: where (`file:line`), what, and the remedy."""

    where: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}. {self.remedy}"


def read_plugin(package: Path) -> Iterator[Finding]:
    """Findings about the source of the plugin in the folder `package`, in the order of its files."""
    if not (package / "apps.py").exists():
        yield Finding(str(package), "there is no apps.py", "Put its PluginConfig there.")
    if not any((folder / "README.md").exists() for folder in (package, package.parent)):
        yield Finding(str(package), "there is no README.md", "Say what it shows, and list its settings.")
    yield from _entry_point(package)
    for path in sorted(package.rglob("*.py")):
        where = str(path.relative_to(package.parent))
        try:
            tree = ast.parse(path.read_text(encoding="utf-8"))
        except SyntaxError as error:
            yield Finding(f"{where}:{error.lineno}", f"it is not Python ({error.msg})", "Mend the line.")
            continue
        if path == package / "__init__.py" and not ast.get_docstring(tree):
            yield Finding(where, "it does not say what the plugin is", "Give the package a docstring.")
        yield from _managers(tree, where)
        yield from _imports(tree, where, package.name, early=path == package / "apps.py")


def _entry_point(package: Path) -> Iterator[Finding]:
    """A package that says nothing of a plugin is installed, and never found."""
    try:
        project = tomllib.loads((package.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    except (OSError, KeyError, ValueError):
        return
    named = project.get("entry-points", {}).get(ENTRY_POINT_GROUP, {})
    if not any(target.partition(".")[0].partition(":")[0] == package.name for target in named.values()):
        name = package.name.removeprefix("portal_")
        yield Finding(
            "pyproject.toml",
            f"no entry point of {ENTRY_POINT_GROUP} names a plugin of {package.name}, so no portal finds it",
            f'Add `{name} = "{package.name}.apps"` to [project.entry-points."{ENTRY_POINT_GROUP}"].',
        )


def _imports(tree: ast.Module, where: str, package: str, *, early: bool) -> Iterator[Finding]:
    for node in ast.walk(tree):
        for name in _names(node):
            line = f"{where}:{getattr(node, 'lineno', 1)}"
            if name in AROUND or name.partition(".")[0] in AROUND:
                yield Finding(
                    line, f"it calls out through {name}", f"Use {ALLOWED}.http: addresses are checked there."
                )
            if name.partition(".")[0] not in OURS or name.startswith(f"plugins.{package}"):
                continue
            if name != ALLOWED and not name.startswith(f"{ALLOWED}."):
                yield Finding(line, f"it imports {name}", f"Import from {ALLOWED} only: it is what we keep.")
            elif early and name != ALLOWED and node in tree.body:
                yield Finding(
                    line, f"it imports {name} before there are models", "Import it inside register()."
                )


def _managers(tree: ast.Module, where: str) -> Iterator[Finding]:
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)):
            continue
        if node.attr == "objects" and node.value.id in {"Entity", "Descriptor"}:
            yield Finding(
                f"{where}:{node.lineno}",
                f"it reads {node.value.id}.objects",
                "Use the selectors of portal.plugin_api.catalog: they know what the viewer may see.",
            )


def _names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return [node.module]
    return []
