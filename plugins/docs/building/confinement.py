"""What a building process gives up before it sees a file of others: network, rights, programs, resources.

Imports the standard library only; the process that calls it never gets any of this back.
"""

import ctypes
import os
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
PR_SET_NO_NEW_PRIVS = 38
FIRST_UID = 62_000
"""Above the uids of people, services and renderers; the next thousand are for building processes."""
REFUSED = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system", "pty.", "ctypes.")


class Confined(Exception):
    """Something that a building process must not do."""


def leave_network() -> str:
    """Enter a network namespace with nothing in it; why that was not possible, "" where it was."""
    libc = ctypes.CDLL(None, use_errno=True)
    flags = CLONE_NEWNET if os.getuid() == 0 else CLONE_NEWUSER | CLONE_NEWNET
    try:
        refused = libc.unshare(flags) != 0
    except AttributeError:
        return "this system has no network namespaces"
    finally:
        if sys.platform == "linux":
            libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    return f"the kernel refuses a network namespace: {os.strerror(ctypes.get_errno())}" if refused else ""


def limit_resources(limits: dict[str, int]) -> None:
    """Processor time in seconds, memory and the size of a written file in bytes; no core, no new process."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits["file_bytes"], limits["file_bytes"]))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    resource.setrlimit(resource.RLIMIT_CPU, (limits["cpu_seconds"], limits["cpu_seconds"]))
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory_bytes"], limits["memory_bytes"]))


def drop_rights(own: Path) -> None:
    """Become somebody who owns the folder `own` and nothing else, where possible; start no program."""
    if os.getuid() == 0:
        uid = FIRST_UID + os.getpid() % 1000
        os.chown(own, uid, uid)
        os.setgroups([])
        os.setgid(uid)
        os.setuid(uid)
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


def watch(readable: list[Path], writable: Path) -> None:
    """From now on, what Python is asked to open is below these folders, and it speaks and starts nothing."""
    reads = tuple(f"{folder.resolve()}/" for folder in (*readable, writable))
    writes = f"{writable.resolve()}/"

    def audit(event: str, arguments: tuple[Any, ...]) -> None:
        if event.startswith(REFUSED):
            raise Confined(event)
        if event == "open" and isinstance(arguments[0], str | bytes):
            _check_open(os.fsdecode(arguments[0]), int(arguments[2] or 0), reads, writes)

    hook: Callable[[str, tuple[Any, ...]], None] = audit
    sys.addaudithook(hook)


def _check_open(path: str, flags: int, reads: tuple[str, ...], writes: str) -> None:
    real = os.path.realpath(path)
    if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        if not real.startswith(writes):
            raise Confined(f"writes {path}")
    elif not real.startswith(reads):
        raise Confined(f"reads {path}")
