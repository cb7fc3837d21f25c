"""Scheduled work of the docs plugin."""

from portal.plugin_api import settings_of

from .apps import DocsSettings
from .services import refresh_changed, refresh_due


def refresh() -> None:
    """Read what changed in the catalog, then look again at files that were not looked at for a while."""
    settings = settings_of(DocsSettings)
    refresh_changed()
    refresh_due(check_every=settings.check_every, limit=settings.checks_at_once)
