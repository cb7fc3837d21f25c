"""Entities as bytes: the stored text with its relations, or the fields that a client picked."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from catalog.models import Entity, Problem
from catalog.rest.fields import Fields
from catalog.selectors import find_visible, problems_by_entity, related_refs_by_entity
from portal.accounts.principal import Principal

COLUMNS = ("ref", "document", "relations_text", "troubled")


@dataclass(frozen=True, slots=True)
class Document:
    """One entity as a client gets it, and the values of the columns that were asked for beside it."""

    ref: str
    text: bytes
    values: tuple[str, ...] = ()


def read_documents(
    rows: "QuerySet[Entity]",
    *,
    viewer: Principal,
    all_seen: bool,
    fields: Fields | None = None,
    beside: Sequence[str] = (),
) -> list[Document]:
    """The documents of some entities, with the relations and problems that the viewer may see.

    `rows` are those the viewer may know of; `all_seen` says that no namespace is hidden from it, so the
    relations are taken as they are stored. `beside` names columns or annotations to return as text.
    """
    found = list(_raw(rows, beside))
    relations = {} if all_seen else _seen_relations([row[0] for row in found], viewer)
    status = _status([row[0] for row in found if row[3] == b"t"], viewer)
    documents = []
    for ref, document, stored, _, *values in found:
        shown = ref.decode()
        text = _with_outputs(document, relations.get(shown, stored), status.get(shown, b""))
        picked = fields.pick(text) if fields else text
        documents.append(Document(shown, picked, tuple(value.decode() for value in values)))
    return documents


def _raw(rows: "QuerySet[Entity]", beside: Sequence[str]) -> Iterator[tuple[bytes, ...]]:
    """Rows as the bytes that PostgreSQL sent: a document is passed on, never decoded to be encoded again."""
    troubled = Exists(Problem.objects.filter(ref=OuterRef("ref")))
    wanted = rows.annotate(troubled=troubled).values_list(*COLUMNS, *beside)
    try:
        statement, parameters = wanted.query.sql_with_params()
    except EmptyResultSet:
        return
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        result = cursor.pgresult
        columns = range(result.nfields)
        for row in range(result.ntuples):
            yield tuple(result.get_value(row, column) or b"" for column in columns)


def _with_outputs(document: bytes, relations: bytes, status: bytes) -> bytes:
    """The document with what the catalog adds; not parsed to be printed again."""
    return b'%b,"relations":%b%b}' % (document[:-1], relations, status)


def _seen_relations(refs: Sequence[bytes], viewer: Principal) -> dict[str, bytes]:
    """By ref: the rendered relations to ends that are not hidden from the viewer."""
    entities = _entities(refs, viewer)
    found = related_refs_by_entity(entities, viewer=viewer)
    return {
        entity.ref: orjson.dumps([{"type": kind, "targetRef": ref} for kind, ref in found[entity.pk]])
        for entity in entities
    }


def _status(refs: Sequence[bytes], viewer: Principal) -> dict[str, bytes]:
    """By ref: the `status` of those entities that have problems which the viewer may see."""
    if not refs:
        return {}
    entities = _entities(refs, viewer)
    found = problems_by_entity(entities, viewer=viewer)
    items = {entity.ref: [_status_item(problem) for problem in found[entity.pk]] for entity in entities}
    return {ref: b',"status":' + orjson.dumps({"items": each}) for ref, each in items.items() if each}


def _entities(refs: Sequence[bytes], viewer: Principal) -> list[Entity]:
    return list(find_visible(viewer=viewer).filter(ref__in=[ref.decode() for ref in refs]).only("ref"))


def _status_item(problem: Problem) -> dict[str, Any]:
    place = f"{problem.path}:{problem.line or 1}: " if problem.path else ""
    return {
        "type": "backstage.io/catalog-processing",
        "level": problem.level,
        "message": f"{place}{problem.message}",
        "error": {"name": problem.code, "message": problem.message},
    }


def json_array(parts: Iterable[bytes]) -> bytes:
    return b"[" + b",".join(parts) + b"]"
