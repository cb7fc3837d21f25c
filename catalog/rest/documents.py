"""Entities as bytes: the stored text with its relations, or the fields that a client picked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from catalog.models import Entity, Problem
from catalog.problems import DERIVED, visible_problems
from catalog.query.cached import Standing
from catalog.rest.fields import Fields
from catalog.selectors import find_visible, get_entities_by_refs, related_refs_by_entity
from portal.accounts.principal import Principal
from portal.database import ask
from portal.database.asking import raw_rows

COLUMNS = ("ref", "document", "relations_text", "troubled")
NAMED = """
    SELECT e.ref, e.document, e.relations_text, EXISTS (
        SELECT 1 FROM catalog_problem p
         WHERE p.ref = e.ref AND p.code NOT IN ('UNRESOLVED_REFERENCE', 'ORPHAN'))
      FROM catalog_entity e WHERE e.ref = ANY (%s)
"""
"""What `View.documents` asks for, for viewers who see everything, ready made: it is asked most often."""


@dataclass(frozen=True, slots=True)
class Document:
    """One entity as a client gets it, and the values of the columns that were asked for beside it."""

    ref: str
    text: bytes
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class View:
    """Whose eyes entities are read with, and how much of each is wanted.

    `standing` is None where nothing was ever written, or the viewer reads nothing.
    """

    viewer: Principal
    standing: Standing | None
    fields: Fields | None = None

    @property
    def hidden(self) -> frozenset[str] | None:
        return self.standing.hidden if self.standing else None

    @property
    def all_seen(self) -> bool:
        """Whether nothing is hidden from the viewer: relations are then taken as they are stored."""
        return self.standing is not None and not self.standing.hidden

    def rows(self) -> "QuerySet[Entity]":
        """Every entity that the viewer may know of."""
        return find_visible(viewer=self.viewer, hidden=self.hidden)

    def documents(self, rows: "QuerySet[Entity]", beside: Sequence[str] = ()) -> list[Document]:
        """The documents of some of `rows()`, with the relations and problems that the viewer may see.

        `beside` names columns or annotations to return as text.
        """
        wanted = rows.annotate(troubled=_troubled()).values_list(*COLUMNS, *beside)
        try:
            statement, parameters = wanted.query.sql_with_params()
        except EmptyResultSet:
            return []
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return self._render(raw_rows(cursor.pgresult))

    def joined(self, rows: "QuerySet[Entity]") -> tuple[bytes, int, str] | None:
        """The documents of some of `rows()` in the order of uid, joined by commas; how many; the last uid.

        For many at once: a row costs two values and one piece of text. None where documents have to be looked
        at one by one: chosen fields, relations that are hidden, problems to tell.
        """
        if self.fields or not self.all_seen:
            return None
        wanted = rows.annotate(troubled=_troubled()).values_list(
            "uid", "document", "relations_text", "troubled"
        )
        try:
            statement, parameters = wanted.query.sql_with_params()
        except EmptyResultSet:
            return b"", 0, ""
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            result = cursor.pgresult
        value, count = result.get_value, result.ntuples
        if any(value(row, 3) == b"t" for row in range(count)):
            return None
        parts = [_with_outputs(value(row, 1), value(row, 2), b"") for row in range(count)]
        return b",".join(parts), count, value(count - 1, 0).decode() if count else ""

    def by_refs(self, refs: Sequence[str]) -> dict[str, Document]:
        """The documents that these refs lead to, former refs too, by the refs asked for."""
        wanted = [ref for ref in refs if "\x00" not in ref]
        found = {document.ref: document for document in self._named(wanted)}
        missing = [ref for ref in wanted if ref not in found]
        if missing:
            renamed = get_entities_by_refs(missing, self.viewer, by_aliases=True)
            present = {each.ref: each for each in self._named([entity.ref for entity in renamed.values()])}
            found |= {ref: present[entity.ref] for ref, entity in renamed.items() if entity.ref in present}
        return found

    def _named(self, refs: Sequence[str]) -> list[Document]:
        if not refs:
            return []
        if self.all_seen:
            return self._render(ask(NAMED, [refs], raw=True))
        return self.documents(self.rows().filter(ref__in=refs))

    def _render(self, found: Sequence[tuple[Any, ...]]) -> list[Document]:
        """Of rows in bytes: a document is passed on, never decoded to be encoded again."""
        relations = {} if self.all_seen else _seen_relations([row[0] for row in found], self.viewer)
        status = _status([row[0] for row in found if row[3] == b"t"], self.viewer)
        documents = []
        for ref, document, stored, _, *values in found:
            shown = ref.decode()
            text = _with_outputs(document, relations.get(shown, stored), status.get(shown, b""))
            picked = self.fields.pick(text) if self.fields else text
            documents.append(Document(shown, picked, tuple((value or b"").decode() for value in values)))
        return documents


def _troubled() -> Exists:
    return Exists(Problem.objects.filter(ref=OuterRef("ref")).exclude(code__in=DERIVED))


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
    """By ref: the `status` of those entities that have problems which the viewer may see; one statement."""
    if not refs:
        return {}
    wanted = [ref.decode() for ref in refs]
    mine = visible_problems(viewer).select_related(None).filter(ref__in=wanted).exclude(code__in=DERIVED)
    items: dict[str, list[dict[str, Any]]] = {}
    for problem in mine.order_by("path", "line", "id"):
        items.setdefault(problem.ref, []).append(_status_item(problem))
    return {ref: b',"status":' + orjson.dumps({"items": each}) for ref, each in items.items()}


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
