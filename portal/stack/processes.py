"""Processes of the stack: started together, logged with a prefix, restarted when they die, gone with us."""

import contextlib
import ctypes
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from portal.stack.errors import StackError
from portal.stack.forking import Forked

PR_SET_PDEATHSIG = 1
STOP_SECONDS = 12.0
# A process that dies this often, each time within this many seconds of its start, stops the stack.
MAX_QUICK_DEATHS = 3
QUICK_SECONDS = 20.0
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Service:
    """One long-running process.

    `stop_signal` asks it to end; `orphan_signal` is sent by the kernel when the supervisor dies; `log` takes
    its output instead of the terminal; a quiet one's output is kept only to explain its failure; `user` and
    `group` are ids to run as (root only); a `forked` one shares what this process has imported.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    stop_signal: signal.Signals = signal.SIGTERM
    orphan_signal: signal.Signals = signal.SIGTERM
    log: Path | None = None
    user: int | None = None
    group: int | None = None
    folder: Path | None = None
    quiet: bool = False
    sign_of_life: str = ""  # what a line must contain to count as progress
    forked: bool = False


@dataclass
class Running:
    """A started service."""

    service: Service
    process: subprocess.Popen[bytes] | Forked
    started: float
    heard: float  # when it last gave a sign of life
    quick_deaths: int = 0
    tail: deque[str] = field(default_factory=lambda: deque(maxlen=20))
    pending: bytes = b""


def die_with_parent(orphan_signal: int) -> Callable[[], None]:
    """For `preexec_fn`: the kernel sends the signal to the child when the thread that started it ends."""
    parent = os.getpid()

    def tie() -> None:
        if sys.platform == "linux":
            _libc.prctl(PR_SET_PDEATHSIG, orphan_signal)
        if os.getppid() != parent:
            os._exit(1)

    return tie


class Supervisor:
    """Starts services, passes their output on, restarts what dies and stops everything in reverse order."""

    def __init__(self, out: IO[str] = sys.stdout) -> None:
        self.out = out
        self.running: dict[str, Running] = {}
        self.stopping = False
        self._selector = selectors.DefaultSelector()
        self._wake_in, self._wake_out = socket.socketpair()
        self._wake_in.setblocking(False)
        self._wake_out.setblocking(False)
        self._selector.register(self._wake_in, selectors.EVENT_READ)

    def listen_to_signals(self) -> None:
        """Ctrl-C, SIGTERM and a closed terminal stop the stack; a child's end wakes the loop."""
        signal.set_wakeup_fd(self._wake_out.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop_requested)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)

    def _stop_requested(self, number: int, frame: object) -> None:
        self.stopping = True

    def start(self, service: Service) -> None:
        """Start one service. Raises StackError when its program cannot be run."""
        tie = die_with_parent(service.orphan_signal)
        process = Forked(service.command, service.environment, tie) if service.forked else _run(service, tie)
        running = Running(service, process, time.monotonic(), time.monotonic())
        earlier = self.running.get(service.name)
        if earlier:
            running.quick_deaths = earlier.quick_deaths
        self.running[service.name] = running
        if process.stdout:
            os.set_blocking(process.stdout.fileno(), False)
            self._selector.register(process.stdout, selectors.EVENT_READ, running)

    def wait_until(self, ready: Callable[[], bool], seconds: float, what: str) -> None:
        """Serve output until `ready()`. Raises StackError when time is up or a service dies."""
        deadline = time.monotonic() + seconds
        while not ready():
            if self.stopping:
                raise Stopped
            for running in self.running.values():
                if running.process.poll() is not None:
                    self._drain(running)
                    raise StackError(f"{running.service.name} stopped while starting: {last_words(running)}")
            if time.monotonic() > deadline:
                raise StackError(f"{what} was not ready after {seconds:.0f} s: start again, or see its log.")
            self._serve(0.05)

    def complete(self, service: Service, seconds: float, *, silence: float | None = None) -> None:
        """Run a service to its end.

        Raises StackError with its last line when it fails, takes longer than `seconds`, or gives no sign
        of life for longer than `silence` seconds.
        """
        self.start(service)
        running = self.running[service.name]
        deadline = time.monotonic() + seconds
        while running.process.poll() is None and not self.stopping and time.monotonic() < deadline:
            if silence is not None and time.monotonic() - running.heard > silence:
                seconds = silence
                break
            self._serve(1.0)
        late = running.process.poll() is None
        _signal_group(running.process.pid, signal.SIGKILL)
        code = running.process.wait()
        self._drain(running)
        del self.running[service.name]
        if self.stopping:
            raise Stopped
        if late:
            raise StackError(f"{service.name} was not done after {seconds:.0f} s: {last_words(running)}")
        if code:
            raise StackError(last_words(running))

    def run(self) -> None:
        """Serve until a stop is asked. Raises StackError when a service cannot be kept alive."""
        while not self.stopping:
            self._serve(None)
            for running in list(self.running.values()):
                if running.process.poll() is not None and not self.stopping:
                    self._restart(running)

    def stop(self) -> None:
        """Stop all services, the last started first; what does not end in time is killed."""
        self.stopping = True
        for running in reversed(list(self.running.values())):
            self._end(running, STOP_SECONDS)
        self.running.clear()

    def stop_together(self, names: tuple[str, ...]) -> None:
        """Ask these services to end at the same time, then wait for them."""
        self.stopping = True
        chosen = [running for name, running in self.running.items() if name in names]
        for running in chosen:
            _signal(running.process.pid, running.service.stop_signal)
        deadline = time.monotonic() + STOP_SECONDS
        for running in chosen:
            self._end(running, max(0.1, deadline - time.monotonic()), ask=False)
            del self.running[running.service.name]

    def _end(self, running: Running, seconds: float, *, ask: bool = True) -> None:
        if ask:
            _signal(running.process.pid, running.service.stop_signal)
        deadline = time.monotonic() + seconds
        while running.process.poll() is None and time.monotonic() < deadline:
            self._serve(0.05)
        self._drain(running)
        # The whole session: children that outlived their parent, or all of it when it did not listen.
        _signal_group(running.process.pid, signal.SIGKILL)
        running.process.wait()

    def _restart(self, running: Running) -> None:
        self._drain(running)
        service, code = running.service, running.process.returncode
        _signal_group(running.process.pid, signal.SIGKILL)
        quick = time.monotonic() - running.started < QUICK_SECONDS
        running.quick_deaths = running.quick_deaths + 1 if quick else 0
        if running.quick_deaths >= MAX_QUICK_DEATHS:
            raise StackError(
                f"{service.name} ended {running.quick_deaths} times after its start: {last_words(running)}"
            )
        self.say(f"{service.name} ended (exit code {code}); starting it again")
        self.start(service)

    def _serve(self, timeout: float | None) -> None:
        for key, _ in self._selector.select(timeout):
            if key.data is None:
                with contextlib.suppress(BlockingIOError):
                    self._wake_in.recv(512)
            else:
                self._drain(key.data)

    def _drain(self, running: Running) -> None:
        pipe = running.process.stdout
        if pipe is None or pipe.closed:
            return
        with contextlib.suppress(BlockingIOError):
            while chunk := os.read(pipe.fileno(), 65536):
                *lines, running.pending = (running.pending + chunk).split(b"\n")
                for line in lines:
                    self._show(running, line)
            self._selector.unregister(pipe)
            pipe.close()
            if running.pending:
                self._show(running, running.pending)

    def _show(self, running: Running, line: bytes) -> None:
        text = line.decode("utf-8", "replace").rstrip()
        running.tail.append(text)
        if running.service.sign_of_life in text:
            running.heard = time.monotonic()
        if not running.service.quiet:
            self.say(f"{running.service.name:<8}| {text}")

    def say(self, text: str) -> None:
        self.out.write(f"{text}\n")
        self.out.flush()


def _run(service: Service, tie: Callable[[], None]) -> subprocess.Popen[bytes]:
    output: int | IO[bytes] = service.log.open("ab") if service.log else subprocess.PIPE
    try:
        return subprocess.Popen(
            service.command,
            env=dict(service.environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=tie,  # noqa: PLW1509 (one thread only)
            cwd=service.folder,
            user=service.user,
            group=service.group,
            extra_groups=[] if service.user is not None else None,
        )
    except OSError as error:
        raise StackError(f"{service.name} cannot be started: {service.command[0]}: {error}.") from error
    finally:
        if not isinstance(output, int):
            output.close()


class Stopped(Exception):
    """A stop was asked for while the stack was still starting."""


def last_words(running: Running) -> str:
    """The line that says why: the last one that names an error, else the last one of all."""
    lines = list(running.tail)
    if running.service.log and running.service.log.exists():
        lines = running.service.log.read_text(encoding="utf-8", errors="replace").splitlines()[-20:]
    said = [line.strip() for line in lines if line.strip()]
    said = [line for line in said if "error" in line.lower() and "complete log" not in line] or said
    return said[-1] if said else f"it said nothing (exit code {running.process.returncode})."


def _signal(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _signal_group(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)
