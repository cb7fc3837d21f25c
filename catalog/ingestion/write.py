"""Writing a plan into the catalog: a few statements for a thousand entities, in memory that does not grow."""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any
from uuid import UUID, uuid4

from django.db import connection
from django.db.models import Case, When
from django.db.models.functions import Now
from django.utils import timezone

from catalog.entities.derive import Edge, is_orphan, render
from catalog.history.record import condense, describe_change
from catalog.identity.aliases import canonical, canonical_edges, present_names
from catalog.ingestion.candidates import Candidate
from catalog.ingestion.copying import copy_rows, pieces
from catalog.ingestion.documents import Spool
from catalog.ingestion.plan import Plan
from catalog.ingestion.rendering import Ends, stitch
from catalog.models import Descriptor, Entity, Location, Relation, Term
from catalog.problems import refs_freed, refs_taken
from portal.accounts.principal import Principal

DERIVED_COLUMNS = (
    "kind", "namespace", "name", "title", "description", "type", "lifecycle", "owner_ref", "sort_name",
    "search_name", "search_text", "terms",
)  # fmt: skip
ROW_COLUMNS = ("id", "uid", "ref", "document", "hash", "declared", "orphan", *DERIVED_COLUMNS)
REF, ORPHAN = ROW_COLUMNS.index("ref"), ROW_COLUMNS.index("orphan")
PIECE = 500
"""The facet values of so many entities are in memory at once, however large the catalog is."""
Chosen = Sequence[tuple[str, str]]
Edges = tuple[Edge, ...]


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
    names = present_names(plan.renamed)
    touched = _remove([known.id for known in plan.removed.values()])
    changed = [*plan.changed, *plan.orphaned]
    new = Written(_new_ids(len(plan.added)), plan.added, names)
    uids = [(candidate, known.uid) for candidate, known in changed]
    again = Written([known.id for _, known in changed], uids, names, replace=True)
    ends = Ends(new.by_ref(), again.by_ref(), rewritten=list(again.edges))
    where = location.pk if location else None
    copy_rows(
        "catalog_entity",
        ("location_id", "generation", "created_at", "updated_at", "relations_text", *ROW_COLUMNS),
        ([where, generation, now, now, ends.text(row[REF]), *row] for row in new.rows()),
    )
    update_rows(
        (*ROW_COLUMNS, "location_id", "generation", "updated_at", "orphan_since"),
        ([*row, where, generation, now, now if row[ORPHAN] else None] for row in again.rows()),
    )
    del ends
    for written in (new, again):
        written.write_terms()
    touched |= write_relations(again.edges, new=new.edges)
    stitch((touched | set(again.edges)) - set(new.edges))
    refs_taken({*new.edges, *again.edges})


class Written:
    """Entities as they are about to be written: the relations of all of them are known before the first row.

    The rest is derived while PostgreSQL takes the rows before it in; their terms are on disk until then.
    """

    def __init__(
        self,
        ids: Sequence[int],
        entities: Sequence[tuple[Candidate, UUID | None]],
        names: Mapping[str, str],
        *,
        replace: bool = False,
    ) -> None:
        self._declared = [candidate.edges for candidate, _ in entities]
        self.edges = {
            pk: canonical_edges(edges, names) for pk, edges in zip(ids, self._declared, strict=True)
        }
        self._ids, self._entities, self._names, self._replace = ids, entities, names, replace
        self._spool = Spool()
        self._chosen = array("q")
        """Where in the spool the facet values of each entity are."""

    def by_ref(self) -> dict[str, tuple[Edge, ...]]:
        return {
            candidate.ref: edges
            for (candidate, _), edges in zip(self._entities, self.edges.values(), strict=True)
        }

    def rows(self) -> Iterator[list[Any]]:
        """The values of `ROW_COLUMNS`, entity by entity."""
        for pk, (candidate, known), edges in zip(self._ids, self._entities, self._declared, strict=True):
            derived = canonical(candidate.derived(edges), self._names)
            document, uid = derived.document, known or uuid4()
            self._chosen.append(self._spool.put(derived.chosen))
            text = render(document, uid, candidate.hash)
            row = [pk, uid, candidate.ref, text, candidate.hash, candidate.declared, is_orphan(document)]
            yield [*row, *(getattr(derived, each) for each in DERIVED_COLUMNS)]

    def write_terms(self) -> None:
        """The facet values of the entities, after their rows."""
        for start in range(0, len(self._chosen), PIECE):
            now = slice(start, start + PIECE)
            places = zip(self._ids[now], self._chosen[now], strict=True)
            piece = {pk: self._spool.get(place) for pk, place in places}
            write_terms(piece, replace=list(piece) if self._replace else [])


def _new_ids(count: int) -> list[int]:
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('catalog_entity', 'id')) FROM generate_series(1, %s)",
            [count],
        )
        return [int(row[0]) for row in cursor.fetchall()]


def update_rows(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Set those columns of entities, the first of them their id; by way of a temporary table."""
    names = ", ".join(columns)
    sets = ", ".join(f"{column} = c.{column}" for column in columns[1:])
    with connection.cursor() as cursor:
        for piece in pieces(rows):
            cursor.execute("DROP TABLE IF EXISTS entity_change")
            cursor.execute(
                f"CREATE TEMP TABLE entity_change ON COMMIT DROP AS "  # noqa: S608 - our own column names
                f"SELECT {names} FROM catalog_entity WITH NO DATA"
            )
            copy_rows("entity_change", columns, piece)
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


def write_relations(changed: Mapping[int, Edges], *, new: Mapping[int, Edges]) -> set[int]:
    """Make the relations of these entities those of their documents; returns who else they touch."""
    wanted = {
        (pk, edge.type, edge.target_ref, edge.field): edge for pk, edges in changed.items() for edge in edges
    }
    rows = Relation.objects.filter(source_id__in=list(changed)) if changed else Relation.objects.none()
    present = {(row.source_id, row.type, row.target_ref, row.field): row for row in rows}
    stale = [row.pk for key, row in present.items() if key not in wanted]
    fresh = [(key[0], edge) for key, edge in wanted.items() if key not in present]
    if stale:
        Relation.objects.filter(pk__in=stale).delete()
    _copy_relations(chain(fresh, ((pk, edge) for pk, edges in new.items() for edge in edges)))
    said = [row for key, row in present.items() if key in wanted and row.attributes != wanted[key].attributes]
    for row in said:
        row.attributes = wanted[row.source_id, row.type, row.target_ref, row.field].attributes
    Relation.objects.bulk_update(said, ["attributes"])
    refs = {key[2] for key in present if key not in wanted}
    refs.update(edge.target_ref for _, edge in fresh)
    refs.update(edge.target_ref for edges in new.values() for edge in edges)
    return set(Entity.objects.filter(ref__among=refs).values_list("pk", flat=True)) if refs else set()


def _copy_relations(edges: Iterable[tuple[int, Edge]]) -> None:
    copy_rows(
        "catalog_relation",
        ("source_id", "type", "inverse", "target_ref", "target_namespace", "field", "attributes"),
        (
            [pk, edge.type, edge.inverse, edge.target_ref, edge.target_namespace, edge.field, edge.attributes]
            for pk, edge in edges
        ),
    )


def write_terms(rows: Mapping[int, Chosen], *, replace: list[int]) -> None:
    """The facet values of these entities; those in `replace` had some before."""
    if replace:
        Term.objects.filter(entity_id__in=replace).delete()
    # In the order of the largest index: its pages are filled one after the other.
    terms = sorted((key, value.lower(), pk, value) for pk, chosen in rows.items() for key, value in chosen)
    copy_rows("catalog_term", ("key", "folded", "entity_id", "value"), terms)
