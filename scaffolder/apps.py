"""The scaffolder app."""

from datetime import timedelta

from django.apps import AppConfig
from django.conf import settings

from portal.extension.news import on_news
from portal.extension.schedules import Schedule
from portal.extension_points import schedules


class ScaffolderConfig(AppConfig):
    name = "scaffolder"

    def ready(self) -> None:
        import scaffolder.extension_points  # noqa: F401 - the point is there for plugins to add to
        from portal.encryption import keeps_secrets
        from scaffolder.running.parking import look_again
        from scaffolder.running.worker import has_claimable_tasks
        from scaffolder.secrets.vault import renew_secrets
        from scaffolder.tasks import clear_up, reconcile  # also says how workers are woken

        on_news(look_again)
        keeps_secrets("tasks", renew_secrets)
        every = timedelta(seconds=settings.TASK_RECONCILE_SECONDS)
        look = Schedule("reconcile", run=reconcile, every=every, waiting=has_claimable_tasks)
        schedules.add(look, plugin="scaffolder")
        clear = Schedule("clear-up", run=clear_up, every=timedelta(minutes=1))
        schedules.add(clear, plugin="scaffolder")
