"""How much memory this process holds, and what it grew with: a plugin that fills it is not asked any more."""

import os
import resource
import sys
from pathlib import Path

FULL_MB = 768
"""A process of that size gives way to a fresh one (`portal.stack.up`)."""

MOST_GROWN_MB = FULL_MB // 4
"""A process that is full rests those plugins whose calls it grew by more with."""

_KILOBYTES = 1024 if sys.platform == "darwin" else 1


def most_mb() -> float:
    """The most that this process has held, or the one that started it: Linux goes on counting over `exec`."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KILOBYTES / 1024


def held_mb() -> float:
    """What it holds now; where the system does not say, the most that it has held."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return most_mb()
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def is_full() -> bool:
    return most_mb() > FULL_MB and held_mb() > FULL_MB
