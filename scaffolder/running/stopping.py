"""Whether this worker was asked to end: said in whatever process hears of it, seen in all of its children."""

import mmap
import signal

# One byte that processes forked from this one share; reading and writing it needs no lock, so that a signal
# handler may.
_flag = mmap.mmap(-1, 1)


def stop_after_step() -> None:
    """Begin nothing new; tasks are handed over at the end of the step that is running."""
    _flag[0] = 1


def is_stopping() -> bool:
    return _flag[0] == 1


def stop_on_signals() -> None:
    """For a process of its own (`portal task work`): SIGTERM and SIGINT end it after the running step."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop_after_step())
