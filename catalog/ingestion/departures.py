"""Entities that leave their source: given to the one that waits for them, or kept until no other has them.

So what moves from one source to another can be read all the time, whichever of them is read first.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from catalog.ingestion.plan import Plan
from catalog.ingestion.redefine import is_definition, redefine_kinds
from catalog.ingestion.tree import Tree
from catalog.ingestion.write import bump_generation, lock_catalog, look_again, remove_entities
from catalog.kinds import read_kinds
from catalog.models import Departure, Descriptor, Entity, Location


def let_go(location: Location, plan: Plan, tree: Tree, *, at_once: bool) -> None:
    """Take out of what a plan removes whatever another source may have now, in the caller's transaction.

    `at_once` lets go of everything that no other source is known to declare: somebody said that it is meant.
    """
    _stay(plan, tree)
    if not plan.removed:
        return
    staying = hand_over(location, plan.removed) if at_once else _begin(location, plan)
    plan.departing = {ref: plan.removed.pop(ref) for ref in staying}


def _begin(location: Location, plan: Plan) -> set[str]:
    """Note what may be on its way to another source; those that declare it already are read at once."""
    now = timezone.now()
    known = Departure.objects.filter(entity__location=location, entity__ref__in=list(plan.removed))
    begun = dict(known.values_list("entity__ref", "since"))
    staying = {ref for ref in plan.removed if not _is_settled(location, begun.get(ref, now))}
    Departure.objects.bulk_create(
        Departure(entity_id=plan.removed[ref].id, since=now) for ref in staying - set(begun)
    )
    look_again(_waiting(location, staying).values_list("location_id", flat=True))
    return staying


def hand_over(location: Location, refs: Collection[str]) -> set[str]:
    """Give those of the location's entities to others that declare them too; returns which those are.

    What the others say of them is read at their next turn, which is now.
    """
    heirs: dict[str, int] = {}
    for ref, heir in _waiting(location, refs).order_by("location_id").values_list("ref", "location_id"):
        heirs.setdefault(ref, heir)
    for heir in set(heirs.values()):
        given = [ref for ref, each in heirs.items() if each == heir]
        Entity.objects.filter(location=location, ref__in=given).update(location_id=heir)
        Departure.objects.filter(entity__ref__in=given).delete()
    look_again(heirs.values())
    return set(heirs)


def _waiting(location: Location, refs: Collection[str]) -> QuerySet[Descriptor]:
    """What others say of these refs, who lost against the location."""
    return Descriptor.objects.filter(ref__in=list(refs)).exclude(location=location)


def remove_departed() -> int:
    """Remove what left its source and is in no other; returns how many those are."""
    present = Departure.objects.order_by("since").values_list("entity__location", "since")
    oldest: dict[int, datetime] = {}
    for location_id, since in present:
        oldest.setdefault(location_id, since)
    locations = Location.objects.in_bulk(list(oldest))
    return sum(
        _remove_departed(location) for pk, location in locations.items() if _is_settled(location, oldest[pk])
    )


def _remove_departed(location: Location) -> int:
    with transaction.atomic():
        lock_catalog("ingestion", source=str(location))
        rows = Departure.objects.filter(entity__location=location)
        found = list(rows.values_list("entity_id", "entity__ref", "since"))
        gone = {pk: ref for pk, ref, since in found if _is_settled(location, since)}
        if not gone:
            return 0
        kinds = read_kinds()
        handed = hand_over(location, gone.values())
        remove_entities([pk for pk, ref in gone.items() if ref not in handed])
        if any(is_definition(ref) for ref in gone.values()):
            redefine_kinds(kinds)
        bump_generation()
    return len(gone)


def _stay(plan: Plan, tree: Tree) -> None:
    """What was departing and is declared again, here or by another source, departs no longer."""
    back = {candidate.ref for candidate in plan.declared()} | set(tree.refused)
    back -= {candidate.ref for candidate in plan.conflicts}
    staying = [known.id for ref, known in plan.known.items() if known.departing and ref in back]
    if staying:
        Departure.objects.filter(entity_id__in=staying).delete()


def _is_settled(location: Location, since: datetime) -> bool:
    """Whether every other source was read since then, or so much time has passed that it does not matter."""
    if timezone.now() - since > timedelta(seconds=settings.CATALOG_MOVE_SECONDS):
        return True
    unseen = Q(last_success_at=None) | Q(last_success_at__lt=since)
    return not Location.objects.filter(unseen).exclude(pk=location.pk).exclude(type="push").exists()
