"""`portal up --reload`: what serves, and what works, is there again soon after a file of Python has changed.

`python -m portal.stack.develop web HOST PORT` answers requests, `… worker ARGUMENTS` is Celery's worker. Each
has imported everything but plugins (`portal.stack.warm`): a changed plugin forks a child from it, which reads
the plugins and takes over when it can serve. One that cannot start leaves the one before it serving. Where
the portal itself was changed the process begins anew, and what was there before serves until it has.
"""

import contextlib
import gc
import importlib
import importlib.util
import os
import runpy
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import FrameType
from typing import NoReturn

from portal.stack.answering import answer_requests
from portal.stack.forking import SHARED
from portal.stack.processes import die_with_parent
from portal.stack.sharing import settle
from portal.stack.warm import SETTINGS, forget, import_libraries, import_without_plugins

OURS = ("portal", "catalog", "scaffolder")
IN_TREE = "plugins"
CHECKOUT = Path(__file__).resolve().parent.parent.parent
POLL_SECONDS = 0.2
PATIENCE_OF_WORKERS = 1.0  # the page is looked at first
START_SECONDS = 60.0
ENDING = (signal.SIGTERM, signal.SIGQUIT)
TAKING_OVER = "--taking-over="

Begin = Callable[[Callable[[], None]], None]
"""Sets up, calls what it is given when it can serve, and serves until SIGTERM."""


def folders() -> list[Path]:
    """Where Python is watched: the portal's own folders, and the packages of installed plugins."""
    from portal.extension.discovery import installed_plugins

    found = [CHECKOUT / name for name in (*OURS, IN_TREE)]
    for plugin in installed_plugins().values():
        spec = importlib.util.find_spec(plugin.module.partition(".")[0])
        if spec and spec.origin and Path(spec.origin).parent not in found:
            found.append(Path(spec.origin).parent)
    return found


def states(watched: list[Path]) -> dict[str, int]:
    """When each file of Python was changed last."""
    return {entry.path: entry.stat().st_mtime_ns for folder in watched for entry in _files(str(folder))}


def _files(folder: str) -> Iterator["os.DirEntry[str]"]:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False) and entry.name not in ("__pycache__", "node_modules"):
                    yield from _files(entry.path)
                elif entry.name.endswith(".py"):
                    yield entry
    except FileNotFoundError:
        return


def changes(watched: list[Path], every: float) -> Iterator[list[str]]:
    """The files that have changed since this was called, each time that some have."""
    known = states(watched)

    def look() -> Iterator[list[str]]:
        nonlocal known
        while True:
            time.sleep(every)
            before, known = known, states(watched)
            if known != before:
                yield [path for path, _ in known.items() ^ before.items()]

    return look()


class Served:
    """The child that serves now; `begin` is what a child does.

    `arguments` are what this process was started with, `child` is one that serves already, `descriptor` the
    socket on which it does.
    """

    def __init__(self, begin: Begin, arguments: list[str], child: int, descriptor: int = 0) -> None:
        self.begin = begin
        self.arguments = arguments
        self.child = child
        self.descriptor = descriptor
        self.is_warm = False

    def replace(self) -> None:
        """A new child serves as soon as it can; without it, the one before goes on."""
        told, telling = os.pipe()
        began = time.monotonic()
        tie = die_with_parent(signal.SIGKILL)
        child = os.fork()
        if not child:
            tie()
            os.close(told)
            _serve(self.begin, telling)
        os.close(telling)
        names = _read_within(told, START_SECONDS)
        os.close(told)
        if not names:
            _end(child)
            _say("The portal does not start with this change; what was there before goes on.")
            return
        before, self.child = self.child, child
        if before:
            _end(before)
            _say(f"Changed: ready again after {time.monotonic() - began:.1f} s")
        if not self.is_warm:
            import_without_plugins(names, plugin_packages())
            settle()
            self.is_warm = True

    def serve(self) -> NoReturn:
        """Until SIGTERM: replace the child whenever a plugin has changed."""
        for number in ENDING:
            signal.signal(number, self._leave)
        ours = tuple(f"{CHECKOUT / name}{os.sep}" for name in OURS)
        changing = changes(folders(), POLL_SECONDS if self.descriptor else PATIENCE_OF_WORKERS)
        import_libraries()
        settle()
        self.replace()
        for changed in changing:
            if any(path.startswith(ours) for path in changed):
                self._begin_anew()
            self.replace()
        raise AssertionError

    def _begin_anew(self) -> NoReturn:
        over = f"{TAKING_OVER}{self.child}:{self.descriptor}"
        command = [sys.executable, "-m", "portal.stack.develop", over, *self.arguments]
        os.execv(sys.executable, command)  # noqa: S606

    def _leave(self, number: int, frame: FrameType | None) -> None:
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            if self.child:
                os.kill(self.child, number)
                os.waitpid(self.child, 0)
        os._exit(0)


def plugin_packages() -> set[str]:
    return {folder.name for folder in folders()} - set(OURS)


def _read_within(pipe: int, seconds: float) -> list[str]:
    """The lines that were written until the pipe was closed; none where nothing came in time."""
    import select

    if not select.select([pipe], [], [], seconds)[0]:
        return []
    with os.fdopen(os.dup(pipe)) as lines:
        return lines.read().split()


def _serve(begin: Begin, telling: int) -> NoReturn:
    """In the child: set up the portal, say what that took, serve until SIGTERM."""

    def ready() -> None:
        gc.enable()
        with os.fdopen(telling, "w") as lines:
            lines.write("\n".join(sys.modules))

    code = 1
    try:
        for number in ENDING:
            signal.signal(number, signal.SIG_DFL)
        forget(())
        gc.disable()  # almost all that a start makes stays: looking for garbage is a third of its time
        begin(ready)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - whatever a changed module raises is shown, and ends this child
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _work(arguments: list[str], ready: Callable[[], None]) -> None:
    from portal.celery import app

    app.finalize()
    app.loader.import_default_modules()
    for name in SHARED:
        if name.startswith(("celery", "kombu")):
            importlib.import_module(name)
    ready()
    sys.argv = ["celery", *arguments]
    runpy.run_module("celery", run_name="__main__", alter_sys=True)


def _end(child: int) -> None:
    try:
        os.kill(child, signal.SIGTERM)
        for _ in range(30):
            if os.waitpid(child, os.WNOHANG)[0]:
                return
            time.sleep(0.1)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    except (ProcessLookupError, ChildProcessError):
        return


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def web(arguments: list[str], child: int, descriptor: int) -> NoReturn:
    """Answer requests until SIGTERM."""
    _, host, port = arguments
    if descriptor:
        listening = socket.socket(fileno=descriptor)
    else:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.create_server((host, int(port)), family=family, backlog=128)
    listening.set_inheritable(True)
    Served(partial(answer_requests, listening), arguments, child, listening.fileno()).serve()


def main(arguments: list[str]) -> NoReturn:
    """Serve as the module says, taking over from what served before where that is said first."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    child = descriptor = 0
    if arguments[0].startswith(TAKING_OVER):
        child, descriptor = map(int, arguments.pop(0).removeprefix(TAKING_OVER).split(":"))
    if arguments[0] == "web":
        web(arguments, child, descriptor)
    Served(partial(_work, arguments[1:]), arguments, child).serve()


if __name__ == "__main__":
    main(sys.argv[1:])
