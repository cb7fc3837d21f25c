"""The scaffolder app."""

from datetime import timedelta

from django.apps import AppConfig
from django.conf import settings

from portal.extension.schedules import Schedule
from portal.extension_points import schedules


class ScaffolderConfig(AppConfig):
    name = "scaffolder"

    def ready(self) -> None:
        from scaffolder.tasks import reconcile  # also says how workers are woken

        every = timedelta(seconds=settings.TASK_RECONCILE_SECONDS)
        schedules.add(Schedule("reconcile", run=reconcile, every=every), plugin="scaffolder")
