"""The Django app of the portal itself: system checks and the home of shared commands."""

from django.apps import AppConfig
from django.core.signals import request_started


class PortalConfig(AppConfig):
    name = "portal"
    label = "portal"

    def ready(self) -> None:
        """Register the system checks, and the Celery app that every process sends its messages with."""
        from portal import celery, checks  # noqa: F401
        from portal.database.patience import begin_request

        request_started.connect(begin_request, dispatch_uid="portal.patience")
