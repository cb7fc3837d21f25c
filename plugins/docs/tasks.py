"""Scheduled work of the docs plugin."""

from django.apps import apps

from .services import refresh_changed, refresh_due


def refresh() -> None:
    """Read what changed in the catalog, then look again at files that were not looked at for a while."""
    settings = apps.get_app_config("docs").settings  # type: ignore[attr-defined]
    refresh_changed()
    refresh_due(check_every=settings.check_every, limit=settings.checks_at_once)
