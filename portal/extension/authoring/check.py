"""Checks a plugin: reads its source, then starts a portal with it alone in a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from portal.extension.authoring.new import NotWritten
from portal.extension.authoring.reading import Finding, read_plugin
from portal.extension.discovery import TREE, installed_plugins

START_SECONDS = 300
"""Many more than a start takes on a busy machine: it is what never starts that must be told."""

INSIDE = "portal.extension.authoring.inside"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a plugin is: its name, its package's folder, and what must be on the path to import it."""

    name: str
    package: Path
    path: Path
    module: str


def find_place(which: str) -> Place:
    """The plugin of that name, or the one in that folder. Raises NotWritten where there is none."""
    if not which.isidentifier():
        return _in_folder(Path(which).resolve())
    if (TREE / which / "__init__.py").exists():
        return Place(which, TREE / which, TREE.parent, f"plugins.{which}")
    found = installed_plugins().get(which)
    if found is None and Path(which).is_dir():
        return _in_folder(Path(which).resolve())
    if found is None:
        there = ", ".join(sorted(installed_plugins())) or "none"
        raise NotWritten(f"There is no plugin and no folder {which}. Installed plugins: {there}.")
    import importlib.util

    spec = importlib.util.find_spec(found.module.partition(".")[0])
    if spec is None or not spec.origin:
        raise NotWritten(f"The package of the plugin {which} cannot be found: install it again.")
    package = Path(spec.origin).parent
    return Place(which, package, package.parent, package.name)


def _in_folder(folder: Path) -> Place:
    packages = (
        [folder] if (folder / "apps.py").exists() else [path.parent for path in folder.glob("*/apps.py")]
    )
    if len(packages) != 1:
        raise NotWritten(f"{folder} holds {len(packages)} packages with an apps.py: name one's folder.")
    package = packages[0]
    if package.parent == TREE:
        return Place(package.name, package, TREE.parent, f"plugins.{package.name}")
    return Place(package.name.removeprefix("portal_"), package, package.parent, package.name)


def check_plugin(place: Place) -> Iterator[Finding]:
    """Everything found, first in its source, then at its start."""
    yield from read_plugin(place.package)
    yield from _start(place)


def _start(place: Place) -> Iterator[Finding]:
    path = os.pathsep.join([str(place.path), str(TREE.parent), os.environ.get("PYTHONPATH", "")])
    environment = os.environ | {"PYTHONPATH": path, "DJANGO_SETTINGS_MODULE": "portal.settings"}
    environment["PORTAL_PLUGINS"] = ""
    command = [sys.executable, "-m", INSIDE, place.name, place.module]
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=START_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        remedy = "Do nothing that waits when a module is imported or in register()."
        yield Finding(place.name, f"a portal with it did not start within {START_SECONDS} s", remedy)
        return
    try:
        findings = json.loads(done.stdout.splitlines()[-1])
    except (IndexError, ValueError):
        said = (done.stderr or done.stdout).strip().splitlines() or ["it said nothing"]
        yield Finding(place.name, f"a portal with it does not start ({said[-1]})", "Mend what it names.")
        return
    for what, remedy in findings:
        yield Finding(place.name, what, remedy)
