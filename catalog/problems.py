"""What somebody should mend: what reading a location found, and what follows from the catalog as it is.

Two codes are derived: a reference that leads nowhere, and an orphan. Their rows are kept up to date, in a
fixed number of statements, by the transactions that change entities; reading a location leaves them alone.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Exists, F, Func, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from catalog.entities.refs import EntityRef
from catalog.ingestion.homes import home_ref
from catalog.models import Entity, Location, Problem
from catalog.permissions import subjects_sql, visible_to
from portal.accounts.principal import Principal

UNRESOLVED, ORPHAN, STALE = "UNRESOLVED_REFERENCE", "ORPHAN", "SOURCE_STALE"
DERIVED = (UNRESOLVED, ORPHAN)

INSERT = """
    INSERT INTO catalog_problem (location_id, ref, namespace, level, code, message, path, line, target)
    SELECT e.location_id, e.ref, e.namespace, 'warning', %(code)s, {message},
           COALESCE(d.path, ''), d.line, {target}
      FROM {tables}
      LEFT JOIN catalog_descriptor d ON d.location_id = e.location_id AND d.ref = e.ref
     WHERE e.location_id IS NOT NULL AND {condition}
"""
UNRESOLVED_OF = INSERT.format(
    message="COALESCE(NULLIF(r.field, ''), r.type) || ' names ' || r.target_ref || ', which nothing in the "
    "catalog has. Declare it, or correct the ref.'",
    target="r.target_ref",
    tables="catalog_relation r JOIN catalog_entity e ON e.id = r.source_id",
    condition="{} AND NOT EXISTS (SELECT FROM catalog_entity t WHERE t.ref = r.target_ref)",
)
ORPHAN_OF = INSERT.format(
    message="'Its source declares it no longer. Declare it again, or delete it.'",
    target="''",
    tables="catalog_entity e",
    condition="e.orphan AND e.id = ANY(%(ids)s)",
)


def refs_taken(ids: Collection[int]) -> None:
    """These entities were added or changed: what they name is looked up, and what named them is settled."""
    if not ids:
        return
    wanted = list(ids)
    with connection.cursor() as cursor:
        cursor.execute(SETTLED_BY, {"codes": list(DERIVED), "ids": wanted})
        cursor.execute(NAMED_BY, {"ids": wanted})
        cursor.execute(
            UNRESOLVED_OF.format("r.source_id = ANY(%(ids)s)"), {"code": UNRESOLVED, "ids": wanted}
        )
        cursor.execute(ORPHAN_OF, {"code": ORPHAN, "ids": wanted})


def refs_freed(refs: Sequence[str]) -> None:
    """Nothing has these refs any more: whoever names them is told."""
    Problem.objects.filter(ref__in=refs, code__in=DERIVED).delete()
    with connection.cursor() as cursor:
        cursor.execute(
            UNRESOLVED_OF.format("r.target_ref = ANY(%(refs)s)"), {"code": UNRESOLVED, "refs": list(refs)}
        )


def mark_stale_sources() -> int:
    """Say of each source that could not be read for too long that what it declares is old; returns how many
    were not said yet."""
    since = timezone.now() - timedelta(seconds=settings.CATALOG_STALE_SECONDS)
    known = Problem.objects.filter(location=OuterRef("pk"), code=STALE)
    failing = Location.objects.exclude(last_error="").annotate(good=Coalesce("last_success_at", "created_at"))
    found = list(failing.filter(~Exists(known), good__lt=since))
    Problem.objects.bulk_create(
        Problem(
            location=location,
            ref=str(home_ref(location)),
            namespace=location.namespace,
            level=Problem.Level.WARNING,
            code=STALE,
            message=f"Not read since {location.good:%Y-%m-%d %H:%M} UTC: {location.last_error} What is shown "
            "of it is as old.",
        )
        for location in found
    )
    return len(found)


SETTLED_BY = """
    DELETE FROM catalog_problem p USING catalog_entity e
     WHERE e.id = ANY(%(ids)s) AND p.ref = e.ref AND p.code = ANY(%(codes)s)
"""
NAMED_BY = """
    DELETE FROM catalog_problem p USING catalog_entity e
     WHERE e.id = ANY(%(ids)s) AND p.target = e.ref AND p.target <> ''
"""


@dataclass(frozen=True, slots=True)
class ProblemQuery:
    """All conditions given must hold; `owner` are refs, groups where no kind is written; `mine` are problems
    of what the viewer or one of its groups owns, and of locations that the viewer registered."""

    owner: tuple[str, ...] = ()
    level: tuple[str, ...] = ()
    code: tuple[str, ...] = ()
    location: UUID | None = None
    mine: bool = False


def visible_problems(viewer: Principal) -> QuerySet[Problem]:
    """A problem names its ref's namespace; one without a ref is its location's. Whether a ref in a namespace
    that is hidden from the viewer leads nowhere is hidden too."""
    rows = Problem.objects.select_related("location").filter(visible_to(viewer, "location__namespace"))
    if viewer.sees_everything:
        return rows
    ref = Func(F("target"), Value(":"), Value(2), function="split_part")
    namespace = Func(ref, Value("/"), Value(1), function="split_part", output_field=TextField())
    seen = Q(target="") | visible_to(viewer, "target_namespace")
    return rows.annotate(target_namespace=namespace).filter(Q(namespace="") | visible_to(viewer), seen)


def find_problems(query: ProblemQuery | None = None, *, viewer: Principal) -> QuerySet[Problem]:
    """What somebody should mend, by location and place; select_related("location") is set.

    Raises InvalidRef for an owner that is no ref.
    """
    rows = visible_problems(viewer).order_by("location_id", "path", "line", "id")
    query = query or ProblemQuery()
    for key in ("level", "code"):
        if values := getattr(query, key):
            rows = rows.filter(**{f"{key}__in": values})
    if query.location is not None:
        rows = rows.filter(location__uid=query.location)
    if query.owner:
        rows = rows.filter(_about(owner_ref__in=[str(EntityRef.parse(ref, "group")) for ref in query.owner]))
    if query.mine:
        mine = _about(owner_ref__in=subjects_sql(viewer)) | Q(ref__in=subjects_sql(viewer))
        rows = rows.filter(mine | Q(location__registered_by=viewer.label))
    return rows


def _about(**owned: Any) -> Q:
    """Problems of such entities, and of the locations that such entities come from."""
    of_entity = Exists(Entity.objects.filter(ref=OuterRef("ref"), **owned))
    of_location = Exists(Entity.objects.filter(location=OuterRef("location"), **owned))
    return of_entity | Q(ref__startswith="location:") & Q(of_location)
