"""Scheduled work of the docs plugin."""

import time

from portal.plugin_api import settings_of
from portal.plugin_api.catalog import current_generation

from .apps import DocsSettings
from .services import Pace, delete_abandoned_builds, refresh_changed, refresh_due

ROUND_SECONDS = 180
"""Less than what a schedule has, by more than one build takes."""

LOOK_ANYWAY_SECONDS = 600
"""What is asked for may be different without a change of the catalog, as after one of a claim."""


class Finished:
    """At which state of the catalog this process left nothing to read: looking through ten thousand entities
    costs more than everything else that an idle portal does."""

    def __init__(self) -> None:
        self._generation = -1
        self._at = 0.0

    def covers(self, generation: int) -> bool:
        """Whether all of this generation was read, not long ago."""
        return generation == self._generation and time.monotonic() - self._at < LOOK_ANYWAY_SECONDS

    def note(self, generation: int) -> None:
        self._generation, self._at = generation, time.monotonic()


_finished = Finished()


def refresh() -> None:
    """Build what changed in the catalog, then look again at files that were not looked at for a while."""
    settings, pace, generation = settings_of(DocsSettings), Pace(ROUND_SECONDS), current_generation()
    if not _finished.covers(generation):
        refresh_changed(pace=pace)
        if not pace.is_over:
            _finished.note(generation)
    refresh_due(check_every=settings.check_every, limit=settings.checks_at_once, pace=pace)
    delete_abandoned_builds()
