"""SnapshotSource: what a plugin fetches from outside, so that requests read the database only."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from portal.extension.points import ExtensionError

SHORTEST = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Failed:
    """Instead of a target's data: why there is none. The last good data stays, and says how old it is.

    `retry_after` is when the upstream wants to be asked again, where it said so.
    """

    message: str
    retry_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class SnapshotSource:
    """A worker asks `fetch` for the data of `targets`, each once in `every`, and keeps what it answers.

    `targets()` answers the names of everything there should be a snapshot of: refs, clusters, months. What it
    no longer names is forgotten; what it raises forgets nothing. `fetch(targets)` is given at most `batch` of
    them and answers JSON values by target; a `Failed`, or no value at all, is tried again later and later, at
    last every `longest_wait`.
    A round is ended after `limit`; data older than `stale_after` (three times `every`) is shown as stale.
    """

    name: str
    targets: Callable[[], Iterable[str]]
    fetch: Callable[[Sequence[str]], Mapping[str, Any]]
    every: timedelta
    batch: int = 100
    limit: timedelta = timedelta(minutes=5)
    stale_after: timedelta | None = None
    longest_wait: timedelta = timedelta(hours=1)

    def check(self) -> None:
        """Raise ExtensionError where the source could not be run; called when it is added."""
        if not re.fullmatch(r"[a-z0-9]+([-_][a-z0-9]+)*", self.name):
            raise ExtensionError(f"The snapshot source {self.name!r} is not named in the form some-words.")
        if self.every < SHORTEST or self.batch < 1:
            raise ExtensionError(
                f"The snapshot source {self.name} must leave at least {SHORTEST.seconds} s between two "
                "fetches and take at least one target at a time."
            )
