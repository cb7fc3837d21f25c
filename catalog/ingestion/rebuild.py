"""Deriving everything again from the documents: where nothing is wrong it changes nothing."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet

from catalog.entities.derive import Derived, derive, hash_of, without_identity
from catalog.identity.aliases import aliases, canonical
from catalog.ingestion.rendering import stitch
from catalog.ingestion.write import (
    DERIVED_COLUMNS,
    bump_generation,
    lock_catalog,
    update_rows,
    write_relations,
    write_terms,
)
from catalog.kinds import all_kinds
from catalog.models import Entity, Location, Relation, Term
from catalog.problems import refs_taken

BATCH = 2000


@dataclass(slots=True)
class Rebuilt:
    """How many entities were looked at, and how many of each part were not as the documents say."""

    entities: int = 0
    rows: int = 0
    relations: int = 0
    terms: int = 0
    rendered: int = 0

    @property
    def differences(self) -> int:
        return self.rows + self.relations + self.terms + self.rendered


def rebuild() -> Rebuilt:
    """Derive columns, terms, relations and rendered relations of every entity; one transaction."""
    result = Rebuilt()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {settings.CATALOG_STATEMENT_TIMEOUT_MS}")
        lock_catalog("rebuild")
        for batch in _batches():
            _rebuild_batch(batch, result)
        for ids in _id_batches(Entity.objects.all()):
            result.rendered += stitch(ids)
            refs_taken(ids)
        if result.differences:
            bump_generation()
    return result


def rederive(entities: QuerySet[Entity]) -> None:
    """Derive entities again, in the caller's transaction and under the kinds in force."""
    touched: set[int] = set()
    for ids in _id_batches(entities):
        touched |= _rebuild_batch(list(Entity.objects.filter(pk__in=ids).defer("search")), Rebuilt())
    stitch(touched)
    refs_taken(touched)


def _id_batches(entities: QuerySet[Entity]) -> Iterator[list[int]]:
    ids = list(entities.order_by("pk").values_list("pk", flat=True))
    yield from (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


def _batches() -> Iterator[list[Entity]]:
    for ids in _id_batches(Entity.objects.all()):
        yield list(Entity.objects.filter(pk__in=ids).defer("search"))


def follow_names(refs: Collection[str]) -> None:
    """Derive again whatever has a relation to refs that mean something else now.

    The locations of these entities are read anew, so that their owners get to know of it.
    """
    if not refs:
        return
    pks = list(Relation.objects.filter(target_ref__in=refs).values_list("source", flat=True).distinct())
    rederive(Entity.objects.filter(pk__in=pks))
    Location.objects.filter(entities__in=pks).exclude(etag="").update(etag="")


def _rebuild_batch(entities: list[Entity], result: Rebuilt) -> set[int]:
    """Returns the entities whose rendered relations may be others now."""
    kinds, names = all_kinds(), aliases()
    derived: dict[int, Derived] = {}
    stale: list[list[Any]] = []
    for entity in entities:
        kind = kinds.get(entity.kind.lower())
        if kind is None:
            continue
        document = without_identity(entity.content)
        row = canonical(derive(document, kind), names)
        etag = hash_of(document)
        derived[entity.pk] = row
        values = [getattr(row, column) for column in DERIVED_COLUMNS]
        present = [getattr(entity, column) for column in DERIVED_COLUMNS]
        if values != present or etag != entity.hash:
            stale.append([entity.pk, etag, *values])
    result.entities += len(entities)
    result.rows += len(stale)
    update_rows(("id", "hash", *DERIVED_COLUMNS), stale)
    touched = write_relations({pk: row.edges for pk, row in derived.items()}, new={})
    result.relations += len(touched)
    different = _different_terms(derived)
    result.terms += len(different)
    write_terms({pk: derived[pk].chosen for pk in different}, replace=different)
    return touched | set(derived)


def _different_terms(derived: dict[int, Derived]) -> list[int]:
    present: dict[int, set[tuple[str, str]]] = {pk: set() for pk in derived}
    for pk, key, value in Term.objects.filter(entity__in=list(derived)).values_list(
        "entity_id", "key", "value"
    ):
        present[pk].add((key, value))
    return [pk for pk, row in derived.items() if present[pk] != set(row.chosen)]
