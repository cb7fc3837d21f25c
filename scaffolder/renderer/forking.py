"""The worker's side of starting rendering processes: forked in a millisecond from one that is ready."""

import contextlib
import json
import os
import socket
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from django.conf import settings

OUTPUT_BYTES = 4 * 1024 * 1024
TOTAL_CPU_SECONDS = 120
FIRST_UID = 61_000
"""Above the uids of people and services, below the special ones; the next thousand are for renderers."""
START_SECONDS = 15

BOOTSTRAP = "import sys; sys.path.insert(0, sys.argv[1]); from scaffolder.renderer.mother import main; main()"


class Mother:
    """The process that others are forked from; it ends when its worker is gone, however that went."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.settimeout(START_SECONDS)
        project = Path(__file__).resolve().parent.parent.parent
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", "-B", "-c", BOOTSTRAP, str(project)],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={},
                start_new_session=True,
            )

    def fork(self, descriptor: int) -> int:
        """The id of a new limited process, which answers on that socket. Raises OSError, EOFError."""
        limits = {
            "memory_bytes": settings.RENDER_MEMORY_MIB * 1024 * 1024,
            "cpu_seconds": settings.RENDER_CPU_SECONDS,
            "total_cpu_seconds": TOTAL_CPU_SECONDS,
            "output_bytes": OUTPUT_BYTES,
            "first_uid": FIRST_UID,
        }
        return int(self._ask(limits, descriptor)["pid"])

    def end(self, pid: int, *, grace: float) -> int | None:
        """The exit code; None where the process had not ended by itself within `grace` seconds."""
        code = self._ask({"end": pid, "grace": grace})["code"]
        return None if code is None else int(code)

    def close(self) -> None:
        """Our end only: where the worker was forked, the process belongs to the one it was forked from."""
        self._control.close()

    def stop(self) -> None:
        self.close()
        self._process.kill()
        self._process.wait()

    def _ask(self, order: dict[str, Any], *descriptors: int) -> dict[str, Any]:
        with self._lock:
            socket.send_fds(self._control, [json.dumps(order).encode()], descriptors)
            message = self._control.recv(4096)
        if not message:
            raise EOFError
        answer: dict[str, Any] = json.loads(message)
        return answer


class RenderingProcess:
    """One limited process: frames of JSON to it and from it. Raises OSError and EOFError when it is gone."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair()
        with theirs:
            try:
                self._mother = _mother()
                self.pid = self._mother.fork(theirs.fileno())
            except (OSError, EOFError):  # it was killed: one more try
                _forget()
                self._mother = _mother()
                self.pid = self._mother.fork(theirs.fileno())

    def write(self, value: Any) -> None:
        body = json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
        self._socket.settimeout(START_SECONDS)
        self._socket.sendall(struct.pack(">I", len(body)) + body)

    def read(self, *, seconds: float) -> Any:
        """The next frame, if it is whole within so many seconds."""
        deadline = time.monotonic() + seconds
        (length,) = struct.unpack(">I", self._receive(4, deadline))
        return json.loads(self._receive(length, deadline))

    def end(self, *, grace: float = 0) -> int | None:
        """Make sure that it is gone; its exit code if it ended by itself within `grace` seconds."""
        self._socket.close()
        try:
            return self._mother.end(self.pid, grace=grace)
        except (OSError, EOFError):
            return None  # with its mother

    def _receive(self, length: int, deadline: float) -> bytes:
        parts = b""
        while len(parts) < length:
            self._socket.settimeout(max(0.001, deadline - time.monotonic()))
            part = self._socket.recv(length - len(parts))
            if not part:
                raise EOFError
            parts += part
        return parts


_mothers: list[Mother] = []
_starting = threading.Lock()


def _mother() -> Mother:
    with _starting:
        if not _mothers:
            _mothers.append(Mother())
        return _mothers[0]


def _forget() -> None:
    with _starting, contextlib.suppress(IndexError):
        _mothers.pop().stop()


def _forked() -> None:
    """A worker that was forked has a mother process of its own."""
    while _mothers:
        _mothers.pop().close()


os.register_at_fork(after_in_child=_forked)
