"""The Celery application: a message only wakes a worker; the work itself is rows in PostgreSQL."""

import os
from typing import TYPE_CHECKING

from billiard import current_process
from celery import Celery
from celery.signals import (
    beat_init,
    task_failure,
    task_prerun,
    worker_init,
    worker_process_init,
    worker_ready,
)

if TYPE_CHECKING:
    from portal.extension.points import Contribution
    from portal.extension.schedules import Schedule

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
@beat_init.connect
def _refuse_unsafe_settings(**_: object) -> None:
    from portal.checks import refuse_unsafe_settings

    refuse_unsafe_settings()


@worker_process_init.connect
def _end_with_worker(**_: object) -> None:
    """The kernel ends a process of the worker with it, but not one that had no time to ask for that."""
    worker = current_process()._parent_pid  # type: ignore[attr-defined]
    if worker and worker != os.getppid():
        os._exit(1)


@task_prerun.connect
def _look_at_connections(**_: object) -> None:
    """One that is too old, or that the database has closed, is replaced."""
    from django.db import close_old_connections

    close_old_connections()


@task_failure.connect
def _drop_connections(**_: object) -> None:
    """What a task that was interrupted left open, a lock or a transaction, ends with its connection."""
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()


def all_schedules() -> "list[Contribution[Schedule]]":
    """What apps and plugins added to `portal.schedules`, and a schedule for each source of snapshots."""
    from portal.extension_points import schedules
    from portal.snapshots.sources import snapshot_schedules

    return [*schedules.read(), *snapshot_schedules()]


@app.on_after_finalize.connect
def _plan_schedules(sender: Celery, **_: object) -> None:
    """What plugins and apps added to `portal.schedules` becomes beat's timetable."""
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()
    for item in all_schedules():
        sender.add_periodic_task(
            item.value.every.total_seconds(),
            run_scheduled.s(item.plugin, item.name),
            name=f"{item.plugin}.{item.name}",
            expires=item.value.every.total_seconds(),
            soft_time_limit=item.value.limit.total_seconds(),
            time_limit=item.value.limit.total_seconds() + 30,
        )


@worker_ready.connect
def _catch_up(**_: object) -> None:
    """A start does not wait for the first turn of the timetable: everything is due now."""
    for item in all_schedules():
        run_scheduled.apply_async((item.plugin, item.name), expires=item.value.every.total_seconds())


@app.task(name="portal.run_scheduled")
def run_scheduled(plugin: str, name: str) -> None:
    """Run one schedule of one plugin; a name that is not there any more is a message from an older start."""
    from portal.extension.schedules import run_schedule

    for item in all_schedules():
        if (item.plugin, item.name) == (plugin, name):
            run_schedule(item)
