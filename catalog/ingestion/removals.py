"""Removals that are too large to happen by themselves: kept with their reason until somebody decides."""

from django.utils import timezone

from catalog.ingestion.plan import Plan
from catalog.ingestion.write import bump_generation, lock_catalog, remove_entities
from catalog.models import Entity, Location, PendingRemoval, Problem

CODES = ("EMPTY_SOURCE", "REMOVAL_HELD")


def hold_removal(location: Location, plan: Plan) -> int:
    """Write down what a plan held back, in the caller's transaction; returns how many wait for a word.

    Where somebody said before that these stay, nothing waits, and the plan's finding is taken back.
    """
    if plan.held is None:
        PendingRemoval.objects.filter(location=location).delete()
        return 0
    pending = PendingRemoval.objects.filter(location=location).first()
    if pending and pending.dismissed and set(plan.held.refs) <= set(pending.refs):
        plan.findings = [each for each in plan.findings if each.code not in CODES]
        return 0
    now = timezone.now()
    PendingRemoval.objects.update_or_create(
        location=location,
        defaults={"refs": list(plan.held.refs), "total": plan.held.total, "reason": plan.held.reason,
                  "since": pending.since if pending and not pending.dismissed else now,
                  "dismissed": False},
    )  # fmt: skip
    return len(plan.held.refs)


def remove_held(pending: PendingRemoval) -> int:
    """Remove the entities that wait, in the caller's transaction; returns how many there still were."""
    location = pending.location
    lock_catalog("removal", source=str(location))
    ids = list(Entity.objects.filter(location=location, ref__in=pending.refs).values_list("pk", flat=True))
    remove_entities(ids)
    location.descriptors.filter(ref__in=pending.refs).delete()
    _settle(pending)
    pending.delete()
    bump_generation()
    return len(ids)


def keep_held(pending: PendingRemoval) -> None:
    """Let the entities that wait stay as orphans, in the caller's transaction, until the source changes."""
    lock_catalog("removal", source=str(pending.location))
    pending.dismissed = True
    pending.save(update_fields=["dismissed"])
    _settle(pending)
    bump_generation()


def _settle(pending: PendingRemoval) -> None:
    Problem.objects.filter(location=pending.location, code__in=CODES).delete()
