"""The process that every rendering process is forked from: it has the language loaded and sees no template.

Standard input is a socket. With a message of limits comes the socket on which the new process is to answer; a
message `end` names one that is to be gone. Imports the standard library only.
"""

import array  # noqa: F401 - receiving a socket imports it, when nothing can be imported any more
import contextlib
import gc
import json
import os
import shutil
import signal
import socket
import sys
import tempfile
import time

from scaffolder.renderer.child import MAX_DEPTH, Session, serve

WARM_UP = (
    "${{ 'é' | urlencode }}${{ 'a?b=c' | urlize }}{% for i in [1] %}${{ loop.index | dump }}{% endfor %}"
)
"""Makes Python import what it imports late (codecs); after it, nothing can be imported."""
MAX_MESSAGE = 4096
LOOK_SECONDS = 0.005


def main() -> None:
    """Serves one worker, one message after the other, until that is gone."""
    control = socket.socket(fileno=0)
    _settle_nowhere()
    Session().answer({"kind": "text", "template": WARM_UP, "context": {}})
    sys.setrecursionlimit(MAX_DEPTH)
    sys.path.clear()
    sys.meta_path.clear()
    gc.freeze()
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, MAX_MESSAGE, 1)
        if not message:
            return
        order = json.loads(message)
        if "end" in order:
            answer = {"code": _end(order["end"], order["grace"])}
        else:
            answer = {"pid": _fork(descriptors[0], order)}
        control.send(json.dumps(answer).encode())


def _settle_nowhere() -> None:
    """A folder that is gone: nothing is in it, and nothing can be put there."""
    folder = tempfile.mkdtemp(prefix="portal-render-")
    os.chdir(folder)
    shutil.rmtree(folder)


def _fork(descriptor: int, limits: dict[str, int]) -> int:
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            os.setsid()
            os.dup2(descriptor, 0)
            os.dup2(descriptor, 1)
            os.closerange(3, 256)
            serve(limits)
            code = 0
        finally:
            os._exit(code)
    os.close(descriptor)
    return pid


def _end(pid: int, grace: float) -> int | None:
    """The exit code of a process (negative: its signal); None where it had to be killed after `grace` s."""
    until = time.monotonic() + grace
    while True:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() >= until:
            break
        time.sleep(LOOK_SECONDS)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return None
