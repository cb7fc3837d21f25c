"""Scheduled work of the docs plugin."""

from portal.plugin_api import Claims, accepted_here, settings_of
from portal.plugin_api.catalog import current_generation

from .apps import DocsSettings
from .services import Pace, delete_abandoned_builds, refresh_changed, refresh_due

ROUND_SECONDS = 180
"""Less than what a schedule has, by more than one build takes."""


class Finished:
    """What this process left nothing to read of: the catalog at a generation, and what of it was accepted.
    Looking through ten thousand entities costs more than everything else that an idle portal does."""

    def __init__(self) -> None:
        self._generation = -1
        self._claims: Claims | None = None

    def up_to(self, claims: Claims | None) -> int:
        """The generation of which all was read with these claims; -1 for none."""
        return self._generation if claims == self._claims else -1

    def note(self, generation: int, claims: Claims | None) -> None:
        self._generation, self._claims = generation, claims


_finished = Finished()


def refresh() -> None:
    """Build what changed in the catalog, then look again at files that were not looked at for a while."""
    settings, pace = settings_of(DocsSettings), Pace(ROUND_SECONDS)
    generation, claims = current_generation(), accepted_here()
    read = _finished.up_to(claims)
    if read != generation:
        refresh_changed(since=read, pace=pace)
        if not pace.is_over:
            _finished.note(generation, claims)
    refresh_due(check_every=settings.check_every, limit=settings.checks_at_once, pace=pace)
    delete_abandoned_builds()
