"""The Celery application: a message only wakes a worker; the work itself is rows in PostgreSQL."""

import os

from celery import Celery
from celery.signals import beat_init, worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
@beat_init.connect
def _refuse_unsafe_settings(**_: object) -> None:
    from portal.checks import refuse_unsafe_settings

    refuse_unsafe_settings()
