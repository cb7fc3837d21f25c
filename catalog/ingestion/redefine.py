"""Kinds change with the catalog: what follows from that in the same transaction."""

from collections.abc import Iterable

from django.db import connection
from django.db.models import Q

from catalog.ingestion.plan import Plan
from catalog.ingestion.rebuild import rederive
from catalog.kinds import DEFINITION, Kind, KindSet, using
from catalog.kinds.registry import defined_kinds
from catalog.models import Entity, Location, Problem

# Never a number that a transaction had which was rolled back, or a catalog before this one was restored.
NEXT = """
    UPDATE catalog_catalogstate
       SET kinds_generation = GREATEST(
           kinds_generation + 1, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint)
     WHERE id = 1 RETURNING kinds_generation
"""


def redefine_if_changed(plan: Plan, before: KindSet) -> None:
    """After a plan was written: redefine the kinds where definitions are in it."""
    written = (candidate.kind.name for candidate, _ in (*plan.added, *plan.changed))
    if DEFINITION in written or any(is_definition(ref) for ref in plan.removed):
        redefine_kinds(before)


def is_definition(ref: str) -> bool:
    return ref.startswith(f"{DEFINITION.lower()}:")


def redefine_kinds(before: KindSet) -> None:
    """After definitions were written: every process reads the kinds anew, and what they mean is derived.

    Entities of a kind that is gone stay as they are, with a problem. Locations that hold entities of a
    changed kind, or a document whose kind was not known, are read again.
    """
    with connection.cursor() as cursor:
        cursor.execute(NEXT)
        generation = int(cursor.fetchone()[0])
    after = defined_kinds(generation)
    changed = {
        kind.name
        for kind in after.by_name.values()
        if not _means_the_same(before.by_name.get(kind.name.lower()), kind)
    }
    with using(after):
        rederive(Entity.objects.filter(kind__in=changed))
    gone = {kind for key, kind in before.by_name.items() if key not in after.by_name}
    _report_gone(gone)
    stale = Q(entities__kind__in=changed) | Q(problems__code="UNKNOWN_KIND")
    Location.objects.filter(pk__in=Location.objects.filter(stale).values("pk")).update(etag="")


def _means_the_same(before: Kind | None, after: Kind) -> bool:
    return before is not None and (before.name, before.api_versions, before.schema, before.relations) == (
        after.name,
        after.api_versions,
        after.schema,
        after.relations,
    )


def _report_gone(kinds: Iterable[Kind]) -> None:
    """The entities of kinds that nobody defines any more, as problems of their locations."""
    for kind in kinds:
        rows = Entity.objects.filter(kind=kind.name).exclude(location=None)
        Problem.objects.bulk_create(
            Problem(
                location_id=location_id,
                ref=ref,
                namespace=namespace,
                level=Problem.Level.ERROR,
                code="UNKNOWN_KIND",
                message=f"{kind.source}, which defined the kind {kind.name}, is gone; this entity stays.",
            )
            for location_id, ref, namespace in rows.values_list("location_id", "ref", "namespace")
        )
