"""Writing a plan into the catalog: a fixed number of statements, however many entities it has."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Case, When
from django.db.models.functions import Now
from django.utils import timezone

from catalog.entities.derive import Derived, Edge, is_orphan, render
from catalog.history.record import condense, describe_change
from catalog.identity.aliases import present_names
from catalog.ingestion.candidates import Candidate
from catalog.ingestion.copying import copy_rows
from catalog.ingestion.plan import Plan
from catalog.ingestion.rendering import rendered_before, stitch
from catalog.models import Descriptor, Entity, Location, Relation, Term
from catalog.problems import refs_freed, refs_taken
from portal.accounts.principal import Principal

DERIVED_COLUMNS = (
    "kind", "namespace", "name", "title", "description", "type", "lifecycle", "owner_ref", "sort_name",
    "search_name", "search_text", "terms",
)  # fmt: skip
ENTITY_COLUMNS = (
    "id", "uid", "ref", "document", "hash", "location_id", "generation", "created_at", "updated_at",
    "relations_text", "orphan", "declared", *DERIVED_COLUMNS,
)  # fmt: skip
CHANGED_COLUMNS = (
    "ref", "document", "hash", "location_id", "generation", "updated_at", "orphan", "orphan_since",
    "declared", *DERIVED_COLUMNS,
)  # fmt: skip


def lock_catalog(cause: str = "mutation", *, actor: Principal | None = None, source: str = "") -> int:
    """Let writers take turns, and return the generation that the caller will make.

    Held until the transaction ends; `bump_generation` is its last statement. The rest is what the history
    says of the change: why, by whom (the operation's actor where nobody is named), from which location.
    """
    describe_change(cause, actor=actor, source=source)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO catalog_catalogstate (id, generation, kinds_generation) VALUES (1, 0, 0) "
            "ON CONFLICT (id) DO UPDATE SET generation = catalog_catalogstate.generation RETURNING generation"
        )
        return int(cursor.fetchone()[0]) + 1


def bump_generation() -> int:
    """The generation that this transaction made; the last statement of every change of the catalog."""
    condense()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE catalog_catalogstate SET generation = generation + 1 WHERE id = 1 "
            "RETURNING generation, set_config('portal.change', '', true)"
        )
        return int(cursor.fetchone()[0])


def write_entities(location: Location | None, plan: Plan, generation: int) -> None:
    """Add, change and remove what the plan says, with relations, terms and rendered relations."""
    now = timezone.now()
    plan.say_present_names(present_names(plan.renamed))
    touched = _remove([known.id for known in plan.removed.values()])
    ids = _new_ids(len(plan.added))
    added = list(zip(ids, plan.added, strict=True))
    derived = {pk: candidate.derived for pk, (candidate, _) in added}
    written_again = (*plan.changed, *plan.orphaned)
    changed = {known.id: candidate.derived for candidate, known in written_again}
    texts = rendered_before(
        {candidate.ref: candidate.derived.edges for _, (candidate, _) in added},
        {candidate.ref: candidate.derived.edges for candidate, _ in written_again},
        rewritten=list(changed),
    )
    _insert_entities(location, added, texts, generation, now)
    _update_entities(location, plan, generation, now)
    touched |= write_relations(changed, new=derived)
    write_terms({**derived, **changed}, replace=list(changed))
    stitch((touched | set(changed)) - set(derived))
    refs_taken({*derived, *changed})


def _new_ids(count: int) -> list[int]:
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('catalog_entity', 'id')) FROM generate_series(1, %s)",
            [count],
        )
        return [int(row[0]) for row in cursor.fetchall()]


def _derived_values(derived: Derived) -> list[Any]:
    return [getattr(derived, column) for column in DERIVED_COLUMNS]


def _insert_entities(
    location: Location | None,
    added: Sequence[tuple[int, tuple[Candidate, UUID]]],
    texts: Mapping[str, str],
    generation: int,
    now: datetime,
) -> None:
    copy_rows(
        "catalog_entity",
        ENTITY_COLUMNS,
        (
            [
                pk, uid, candidate.ref, render(candidate.document, uid, candidate.hash), candidate.hash,
                location.pk if location else None, generation, now, now, texts[candidate.ref], False,
                candidate.declared, *_derived_values(candidate.derived),
            ]
            for pk, (candidate, uid) in added
        ),
    )  # fmt: skip


def _update_entities(location: Location | None, plan: Plan, generation: int, now: datetime) -> None:
    update_rows(
        ("id", *CHANGED_COLUMNS),
        [
            [
                known.id, candidate.ref, render(candidate.document, known.uid, candidate.hash),
                candidate.hash, location.pk if location else None, generation, now,
                *_orphan_values(candidate, now), candidate.declared, *_derived_values(candidate.derived),
            ]
            for candidate, known in (*plan.changed, *plan.orphaned)
        ],
    )  # fmt: skip


def _orphan_values(candidate: Candidate, now: datetime) -> tuple[bool, datetime | None]:
    orphan = is_orphan(candidate.document)
    return orphan, now if orphan else None


def update_rows(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Set those columns of entities, the first of them their id; two statements and a temporary table."""
    if not rows:
        return
    names = ", ".join(columns)
    sets = ", ".join(f"{column} = c.{column}" for column in columns[1:])
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS entity_change")
        cursor.execute(
            f"CREATE TEMP TABLE entity_change ON COMMIT DROP AS "  # noqa: S608 - our own column names
            f"SELECT {names} FROM catalog_entity WITH NO DATA"
        )
    copy_rows("entity_change", columns, rows)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE catalog_entity e SET {sets} FROM entity_change c WHERE e.id = c.id")  # noqa: S608


def _remove(ids: list[int]) -> set[int]:
    """Delete entities and what hangs on them; returns the entities whose relations that changes."""
    if not ids:
        return set()
    targets = Relation.objects.filter(source_id__in=ids).values_list("target_ref", flat=True)
    touched = set(
        Entity.objects.filter(ref__in=list(targets)).exclude(pk__in=ids).values_list("pk", flat=True)
    )
    refs = list(Entity.objects.filter(pk__in=ids).values_list("ref", flat=True))
    Entity.objects.filter(pk__in=ids).delete()
    release(refs)
    return touched


def remove_entities(ids: list[int]) -> None:
    """Delete entities, with what others show of them; those still declared come back with the next read."""
    stitch(_remove(ids))


def release(refs: Sequence[str]) -> None:
    """Refs are free again: locations that lost a conflict over one of them are read anew, and what names
    them names nothing."""
    look_again(Descriptor.objects.filter(ref__in=refs).values_list("location_id", flat=True))
    refs_freed(refs)


def look_again(locations: Iterable[int]) -> None:
    """Let locations be read at their next turn, whatever they were when they were read last."""
    changed = {"etag": "", "next_attempt_at": Case(When(next_attempt_at=None, then=None), default=Now())}
    Location.objects.filter(pk__in=list(locations)).exclude(etag="").update(**changed)


def write_relations(changed: dict[int, Derived], *, new: dict[int, Derived]) -> set[int]:
    """Make the relations of these entities those of their documents; returns who else they touch."""
    wanted = {
        (pk, edge.type, edge.target_ref, edge.field): edge
        for pk, row in {**changed, **new}.items()
        for edge in row.edges
    }
    rows = Relation.objects.filter(source_id__in=list(changed)) if changed else Relation.objects.none()
    present = {(row.source_id, row.type, row.target_ref, row.field): row for row in rows}
    stale = [row.pk for key, row in present.items() if key not in wanted]
    fresh = [(key[0], edge) for key, edge in wanted.items() if key not in present]
    if stale:
        Relation.objects.filter(pk__in=stale).delete()
    _copy_relations(fresh)
    said = [row for key, row in present.items() if key in wanted and row.attributes != wanted[key].attributes]
    for row in said:
        row.attributes = wanted[row.source_id, row.type, row.target_ref, row.field].attributes
    Relation.objects.bulk_update(said, ["attributes"])
    refs = {key[2] for key in present if key not in wanted}
    refs |= {edge.target_ref for _, edge in fresh}
    return set(Entity.objects.filter(ref__among=refs).values_list("pk", flat=True)) if refs else set()


def _copy_relations(edges: Sequence[tuple[int, Edge]]) -> None:
    copy_rows(
        "catalog_relation",
        ("source_id", "type", "inverse", "target_ref", "target_namespace", "field", "attributes"),
        (
            [pk, edge.type, edge.inverse, edge.target_ref, edge.target_namespace, edge.field, edge.attributes]
            for pk, edge in edges
        ),
    )


def write_terms(rows: dict[int, Derived], *, replace: list[int]) -> None:
    """The facet values of these entities; those in `replace` had some before."""
    if replace:
        Term.objects.filter(entity_id__in=replace).delete()
    # In the order of the largest index: its pages are filled one after the other.
    terms = sorted((key, value.lower(), pk, value) for pk, row in rows.items() for key, value in row.chosen)
    copy_rows("catalog_term", ("key", "folded", "entity_id", "value"), terms)
