"""The catalog app: at start it adds its scheduled work, and lets each request see one set of kinds."""

from datetime import timedelta

from django.apps import AppConfig
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db.models import Field

from portal.database.lookups import Among, Like
from portal.extension.schedules import Schedule
from portal.extension_points import schedules

POLL_DUE = timedelta(seconds=15)
"""How often it is asked which remote sources are due: one statement."""


class CatalogConfig(AppConfig):
    name = "catalog"

    def ready(self) -> None:
        import catalog.tasks  # noqa: F401 - says how workers are woken
        from catalog.extension.facts import CATALOG_FACTS
        from catalog.extension_points import entity_facts
        from catalog.ingestion.rules import rules_in_force
        from catalog.kinds.registry import hold_for_request, let_go
        from catalog.permissions import subjects_of
        from catalog.selectors import current_generation
        from catalog.webhooks.services import renew_secrets
        from portal.encryption import keeps_secrets
        from portal.extension.permissions import set_subjects
        from portal.snapshots.selectors import targets_follow

        Field.register_lookup(Among)
        Field.register_lookup(Like)
        set_subjects(subjects_of)
        targets_follow(current_generation)
        keeps_secrets("webhooks", renew_secrets)
        rules_in_force(settings.CATALOG_RULES, tuple(settings.CATALOG_KINDS))  # a mistake is told at start
        _add_schedules()
        entity_facts.add(CATALOG_FACTS, plugin="catalog")
        request_started.connect(hold_for_request, dispatch_uid="catalog.kinds")
        request_finished.connect(let_go, dispatch_uid="catalog.kinds")


def _add_schedules() -> None:
    from catalog import tasks
    from catalog.webhooks.delivery import has_messages

    every = timedelta(seconds=settings.CATALOG_POLL_SECONDS)
    look = Schedule("refresh-locations", run=tasks.refresh_locations, every=every, limit=timedelta(hours=1))
    schedules.add(look, plugin="catalog")
    prune = Schedule("prune-history", run=tasks.forget_old_history, every=timedelta(hours=1))
    schedules.add(prune, plugin="catalog")
    stale = Schedule("stale-sources", run=tasks.report_stale_sources, every=timedelta(minutes=5))
    schedules.add(stale, plugin="catalog")
    orphans = Schedule("remove-orphans", run=tasks.remove_old_orphans, every=timedelta(hours=1))
    schedules.add(orphans, plugin="catalog")
    often = timedelta(seconds=settings.WEBHOOK_SECONDS)
    send = Schedule("send-webhooks", run=tasks.send_webhooks, every=often, waiting=has_messages)
    schedules.add(send, plugin="catalog")
    due = Schedule(
        "poll-sources",
        run=tasks.poll_sources,
        every=POLL_DUE,
        limit=timedelta(hours=1),
        waiting=tasks.has_due_sources,
    )
    schedules.add(due, plugin="catalog")
