"""What administrators decided about plugins, as this process knows it: looked up again after two seconds.

The table behind it is above this floor; its app says here how it is read. Before that, at the start of a
process, and where the database cannot be asked, nothing is decided or what was known last still holds.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

FRESH_SECONDS = 2.0
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Decision:
    """About one plugin: `settings` are JSON values by field, with those that were kept encrypted; `claims`
    what was accepted of its claims, None where nothing was decided; `permissions` who has which of them;
    `unreadable` what no key opens."""

    settings: Mapping[str, Any] = field(default_factory=dict)
    claims: Mapping[str, Any] | None = None
    permissions: Mapping[str, Any] = field(default_factory=dict)
    unreadable: tuple[str, ...] = ()


NOTHING = Decision()
Reader = Callable[[], Mapping[str, Decision]]


class _Known:
    """What this process read last, shared by its threads."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.reader: Reader | None = None
        self.decisions: Mapping[str, Decision] | None = None
        self.read_at = 0.0


_known = _Known()


def set_reader(read: Reader) -> None:
    """Say how the decisions are read, by the plugins' names, in one statement."""
    _known.reader = read


def decision_of(plugin: str) -> Decision:
    """What is decided about a plugin; one thread asks the database when it is time, others do not wait."""
    known = _known.decisions
    if known is None or time.monotonic() - _known.read_at > FRESH_SECONDS:
        known = _read(known)
    return (known or {}).get(plugin, NOTHING)


def forget() -> None:
    """Look it up again at the next question: something was decided here."""
    _known.decisions = None


def _read(known: Mapping[str, Decision] | None) -> Mapping[str, Decision] | None:
    if _known.reader is None or not _known.lock.acquire(blocking=known is None):
        return known
    try:
        _known.decisions = _known.reader()
        _known.read_at = time.monotonic()
        return _known.decisions
    except Exception as error:  # noqa: BLE001 - no database yet, none any more, or a broken transaction
        logger.info("what was decided about plugins could not be read: %s", error)
        return known
    finally:
        _known.lock.release()
