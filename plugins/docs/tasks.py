"""Scheduled work of the docs plugin."""

from portal.plugin_api import settings_of

from .apps import DocsSettings
from .services import Pace, delete_abandoned_builds, refresh_changed, refresh_due

ROUND_SECONDS = 180
"""Less than what a schedule has, by more than one build takes."""


def refresh() -> None:
    """Build what changed in the catalog, then look again at files that were not looked at for a while."""
    settings, pace = settings_of(DocsSettings), Pace(ROUND_SECONDS)
    refresh_changed(pace=pace)
    refresh_due(check_every=settings.check_every, limit=settings.checks_at_once, pace=pace)
    delete_abandoned_builds()
