"""The memory that forked processes share: a page that one of them writes to is its own copy from then on."""

import contextlib
import ctypes
import gc
import os
import re
import sys
import tempfile

SIZE_AND_FREE = re.compile(r"^ *\d+ +(\d+) +\d+ +\d+ +(\d+)$", re.MULTILINE)
"""A line of `sys._debugmallocstats`: size class, bytes of a block, pools, blocks in use, free blocks."""
HEADER = sys.getsizeof(b"")
_filling: list[bytes] = []


def settle() -> None:
    """Before the first fork: what is free between what stays is given back, or filled for good.

    A new object goes where one was freed, and what is beside that is copied with it: the "freed holes" that
    the documentation of `gc.freeze` warns of, of which imports leave thousands of pages. What stays is not
    looked at by anybody's collector, which would write to it.
    """
    gc.collect()
    with contextlib.suppress(AttributeError):  # of glibc
        ctypes.CDLL(None).malloc_trim(0)
    for size, free in SIZE_AND_FREE.findall(_allocator()):
        if int(size) > HEADER:
            _filling.extend(bytes(int(size) - HEADER) for _ in range(int(free)))
    gc.freeze()


def _allocator() -> str:
    """What Python's allocator says of itself, on stderr; nothing where it is another."""
    tell = getattr(sys, "_debugmallocstats", None)
    if tell is None:
        return ""
    sys.stderr.flush()
    stderr = os.dup(2)
    with tempfile.TemporaryFile() as told:
        os.dup2(told.fileno(), 2)
        try:
            tell()
        finally:
            os.dup2(stderr, 2)
            os.close(stderr)
        told.seek(0)
        return told.read().decode()
