"""`portal up --reload`: what serves, and what works, is there again soon after a file of Python has changed.

`python -m portal.stack.develop web HOST PORT` answers requests. It holds the listening socket and has
imported the libraries: a change forks a child from it, which sets up the portal in a fraction of a start and
takes over when it can serve. One that cannot start leaves the one before it serving.
`python -m portal.stack.develop run COMMAND…` starts a command again after each change.
"""

import gc
import importlib
import importlib.util
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

OURS = ("portal", "catalog", "scaffolder", "plugins")
CHECKOUT = Path(__file__).resolve().parent.parent.parent
POLL_SECONDS = 0.2
START_SECONDS = 60.0
GRACE_SECONDS = 0.1
LAST_ANSWERS_SECONDS = 2.0
LIBRARIES = (
    "django.core.handlers.wsgi", "django.core.servers.basehttp", "django.db.models",
    "django.contrib.postgres", "django.forms", "django.template.backends.django", "graphene", "graphql",
    "psycopg", "psycopg.types.json", "celery", "kombu.transport.redis", "redis",
    "orjson", "jsonschema", "jsonschema_rs", "yaml", "nh3", "markdown_it",
    "cryptography.fernet", "httpcore", "regex", "jsonpatch", "standardwebhooks", "dj_database_url",
    "csp.constants", "mdit_py_plugins", "jinja2", "click", "promise", "unittest", "cel_expr_python",
)  # fmt: skip


def folders() -> list[Path]:
    """Where Python is watched: the portal's own folders, and the packages of installed plugins."""
    from portal.extension.discovery import installed_plugins

    found = [CHECKOUT / name for name in OURS]
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


def changes(watched: list[Path]) -> Iterator[None]:
    """Something each time that files have changed and were left alone for a moment."""
    known = states(watched)
    while True:
        time.sleep(POLL_SECONDS)
        now = states(watched)
        if now != known:
            known = now
            yield


class Web:
    """The listening socket, and the child that serves it now."""

    def __init__(self, host: str, port: int) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.socket = socket.create_server((host, port), family=family, backlog=128)
        self.child = 0

    def replace(self) -> None:
        """A new child serves as soon as it can; without it, the one before goes on."""
        ready, told = os.pipe()
        began = time.monotonic()
        child = os.fork()
        if not child:
            os.close(ready)
            _serve(self.socket, told)
        os.close(told)
        came = _read_within(ready, START_SECONDS)
        os.close(ready)
        if not came:
            _end(child)
            _say("The portal does not start with this change; what was there before goes on.")
            return
        before, self.child = self.child, child
        if before:
            _end(before)
            _say(f"Changed: ready again after {time.monotonic() - began:.1f} s")


def _read_within(pipe: int, seconds: float) -> bool:
    import select

    return bool(select.select([pipe], [], [], seconds)[0]) and bool(os.read(pipe, 1))


def _serve(listening: socket.socket, told: int) -> None:
    """In the child: set up the portal, say so, serve until SIGTERM. Never returns."""
    code = 1
    try:
        _forget_ours()
        gc.disable()  # almost all that a start makes stays: looking for garbage is a third of its time
        server = _server(listening)
        gc.enable()
        stopped = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: stopped.set())
        threading.Thread(target=server.serve_forever, args=[0.1], daemon=True).start()
        os.write(told, b"1")
        stopped.wait()
        server.shutdown()
        server.base_environ["portal.answering"].wait_until_none()
        code = 0
    except BaseException:  # noqa: BLE001 - whatever a changed module raises is shown, and ends this child
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _forget_ours() -> None:
    """What the libraries made of the portal while they were imported is read again: settings, plugins."""
    from django.conf import settings
    from django.utils.functional import empty

    ours = {folder.name for folder in folders()}
    for name in [name for name in sys.modules if name.partition(".")[0] in ours]:
        del sys.modules[name]
    settings._wrapped = empty


def _server(listening: socket.socket) -> Any:
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.core.wsgi import get_wsgi_application

    class Quiet(WSGIRequestHandler):
        def log_message(self, *_: Any) -> None:
            """The terminal is for what went wrong."""

    application, answering = get_wsgi_application(), _Answering()

    def answer(environ: Any, start_response: Any) -> Any:
        with answering:
            return application(environ, start_response)

    importlib.import_module("portal.urls")
    server = ThreadedWSGIServer(listening.getsockname()[:2], Quiet, bind_and_activate=False)
    server.socket.close()
    server.socket = listening
    server.server_address = listening.getsockname()
    server.server_name, server.server_port = listening.getsockname()[:2]
    server.setup_environ()
    server.daemon_threads = True
    server.set_app(answer)
    server.base_environ["portal.answering"] = answering
    return server


class _Answering:
    """The requests that are answered now: a child that is replaced drops none of them."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._count = 0

    def __enter__(self) -> None:
        with self._changed:
            self._count += 1

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._count -= 1
            self._changed.notify_all()

    def wait_until_none(self) -> None:
        time.sleep(GRACE_SECONDS)  # for what was accepted last and has not come so far
        with self._changed:
            self._changed.wait_for(lambda: not self._count, LAST_ANSWERS_SECONDS)
        time.sleep(GRACE_SECONDS)  # for what is answered and not written yet


def web(host: str, port: int) -> None:
    """Serve until SIGTERM."""
    for name in LIBRARIES:
        try:
            importlib.import_module(name)
        except Exception:  # noqa: BLE001, S112 - one that is not there, or wants settings, is imported later
            continue
    gc.collect()
    gc.freeze()  # what every child begins with is not looked at, nor copied, by any of them
    served = Web(host, port)
    signal.signal(signal.SIGTERM, lambda *_: _leave(served))
    served.replace()
    for _ in changes(folders()):
        served.replace()


def _leave(served: Web) -> None:
    if served.child:
        _end(served.child)
    os._exit(0)


def run(command: list[str]) -> None:
    """Run a command until SIGTERM, again after each change."""
    process = subprocess.Popen(command)

    def leave(number: int, frame: FrameType | None) -> None:
        process.send_signal(number)
        process.wait()
        os._exit(0)

    for number in (signal.SIGTERM, signal.SIGQUIT):
        signal.signal(number, leave)
    for _ in changes(folders()):
        process.terminate()
        try:
            process.wait(3)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process = subprocess.Popen(command)


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


if __name__ == "__main__":
    if sys.argv[1] == "web":
        web(sys.argv[2], int(sys.argv[3]))
    else:
        run(sys.argv[2:])
