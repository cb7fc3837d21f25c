"""The portal imported once: what `portal up` runs of it is forked from there and shares that memory.

A process that is forked costs a third of the memory of one that imports the portal itself, and starts in a
tenth of the time. Where the portal cannot be imported, or cannot be forked (macOS), each starts by itself.
"""

import atexit
import contextlib
import gc
import importlib
import os
import runpy
import signal
import sys
import traceback
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, NoReturn

from setproctitle import getproctitle, setproctitle

from portal.stack.sharing import settle

SHARED = (
    "portal.wsgi", "portal.asgi", "portal.celery", "portal.urls", "portal.schema", "portal.live",
    "scaffolder.serving.streams", "granian.cli", "granian.server", "granian.wsgi", "granian.asgi",
    "celery.bin.celery", "celery.apps.worker", "celery.apps.beat", "celery.concurrency.prefork",
    "celery.app.amqp", "celery.app.control", "celery.app.events", "celery.app.log", "celery.events",
    "celery.worker.autoscale", "celery.worker.components", "celery.worker.consumer",
    "celery.worker.consumer.delayed_delivery", "celery.worker.strategy", "celery.worker.worker",
    "billiard.popen_fork", "billiard.sharedctypes", "billiard.synchronize", "kombu.transport.redis",
    "portal.clock",
)  # fmt: skip
OURS_TO_HANDLE = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD)


def preload(environment: Mapping[str, str]) -> bool:
    """Import the portal into this process, with these settings; False where that is of no use."""
    if sys.platform != "linux":
        return False
    getproctitle()  # finds the place of the title, before the environment is another one
    os.environ.update(environment)
    sys.path[:0] = [path for path in _python_path(environment) if path not in sys.path]
    warnings.filterwarnings("ignore", module=r"celery\.platforms")
    gc.disable()
    try:
        for name in SHARED:
            importlib.import_module(name)
        app = importlib.import_module("portal.celery").app
        app.finalize()
        app.loader.init_worker()
        if cffi := sys.modules.get("cffi"):
            cffi.FFI().cdef("int prctl (int __option, ...);")  # as billiard does: the parser of C has 20 MB
        importlib.import_module("django.db").connections.close_all()
    except BaseException:  # noqa: BLE001 - whatever it is, the process that starts by itself says it
        return False
    finally:
        gc.enable()
    settle()
    return True


def _python_path(environment: Mapping[str, str]) -> list[str]:
    """What `python -m` would look in first."""
    return [str(Path.cwd()), *filter(None, environment.get("PYTHONPATH", "").split(os.pathsep))]


class Forked:
    """A forked process, in as much of the shape of `subprocess.Popen` as a supervisor needs.

    `command` is `python -m module arguments…`; `tie` is called in the new process before anything else.
    """

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], tie: Callable[[], None]
    ) -> None:
        reading, writing = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        self.returncode: int | None = None
        self.pid = os.fork()
        if not self.pid:
            _become(command, environment, tie, writing)
        os.close(writing)
        self.stdout: IO[bytes] | None = os.fdopen(reading, "rb", buffering=0)

    def poll(self) -> int | None:
        """The exit code, negative for a signal; None while it runs."""
        if self.returncode is None:
            self._reap(os.WNOHANG)
        return self.returncode

    def wait(self) -> int:
        """The exit code, when there is one."""
        if self.returncode is None:
            self._reap(0)
        assert self.returncode is not None
        return self.returncode

    def _reap(self, options: int) -> None:
        with contextlib.suppress(InterruptedError):
            pid, status = os.waitpid(self.pid, options)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)


def _become(
    command: Sequence[str], environment: Mapping[str, str], tie: Callable[[], None], output: int
) -> NoReturn:
    """In the new process: nothing of the supervisor's but what it has imported."""
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        for number in OURS_TO_HANDLE:
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
        tie()
        os.setsid()
        nothing = os.open(os.devnull, os.O_RDONLY)
        for descriptor, place in ((nothing, 0), (output, 1), (output, 2)):
            os.dup2(descriptor, place)
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))
        setproctitle(" ".join(command))
        os.environ.clear()
        os.environ.update(environment)
        code = _run(command)
    except BaseException:  # noqa: BLE001 - the supervisor's own frames are below: nothing goes back to them
        traceback.print_exc()
    finally:
        with contextlib.suppress(BaseException):
            atexit._run_exitfuncs()
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _run(command: Sequence[str]) -> int:
    """What `python -m` does; the exit code."""
    _, _, module, *arguments = command
    sys.argv = [module, *arguments]
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as end:
        if isinstance(end.code, str):
            sys.stderr.write(f"{end.code}\n")
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0
