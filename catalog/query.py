"""A question to the catalog as a value, and what it means in SQL."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache
from typing import Any
from uuid import UUID

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import Case, Exists, F, FloatField, OuterRef, Q, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Collate, Lower

from catalog.kinds import all_kinds, inverse_types
from catalog.models import Favourite, Problem, Relation
from catalog.permissions import hidden_namespaces, subjects_sql, visible_to
from catalog.refs import EntityRef, InvalidRef, is_namespace, namespace_of
from catalog.term_filters import term_begins
from catalog.terms import MAX_TEXT, fold, plain, search_words
from portal.accounts.principal import Principal

NOTHING = Q(pk__in=[])
LAST = "\U0010ffff"


class OrderField(StrEnum):
    NAME = "name"
    KIND = "kind"
    TYPE = "type"
    LIFECYCLE = "lifecycle"
    OWNER = "owner"
    UPDATED_AT = "updated_at"
    CREATED_AT = "created_at"


@dataclass(frozen=True, slots=True)
class EntityOrder:
    field: OrderField = OrderField.NAME
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """A key of the document (`spec.type`, `metadata.annotations.x/y`, `relations.ownedBy`): any of `values`
    where they are given, a value that begins with `prefix`, whether it exists. Case does not matter."""

    key: str
    values: tuple[str, ...] | None = None
    exists: bool | None = None
    prefix: str | None = None


@dataclass(frozen=True, slots=True)
class EntityQuery:
    """Every condition that is given must hold; several values of one tuple: any of them.

    `owner` and `system` are refs, their kinds may be left out; `favourite` and `owned` are the viewer's.
    Without `order`, a search comes by relevance and everything else by name.
    """

    kind: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    owner: tuple[str, ...] = ()
    lifecycle: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    namespace: tuple[str, ...] = ()
    system: tuple[str, ...] = ()
    name: tuple[str, ...] = ()
    orphan: bool | None = None
    has_problems: bool | None = None
    favourite: bool | None = None
    owned: bool | None = None
    where: tuple[Condition, ...] = ()
    all_of: tuple["EntityQuery", ...] = ()
    any_of: tuple["EntityQuery", ...] = ()
    none_of: tuple["EntityQuery", ...] = ()
    search: str = ""
    order: EntityOrder | None = None

    def without(self, key: str) -> "EntityQuery":
        """The same question without its own condition on one key of a facet."""
        changes: dict[str, Any] = {key: ()}
        return replace(self, **changes)

    def parts(self) -> Iterator["EntityQuery"]:
        """The question itself and every question it is made of."""
        yield self
        for part in (*self.all_of, *self.any_of, *self.none_of):
            yield from part.parts()


@dataclass(slots=True)
class Filter:
    """Turns a query into a Q for one viewer; what the viewer may not know of is read once, when needed."""

    viewer: Principal
    _hidden: frozenset[str] | None = field(default=None)

    @property
    def hidden(self) -> frozenset[str]:
        if self._hidden is None:
            self._hidden = hidden_namespaces(self.viewer)
        return self._hidden

    def q(self, query: EntityQuery) -> Q:
        result = Q()
        if query.kind:
            result &= Q(kind__in=_kind_names(query.kind))
        if query.namespace:
            result &= Q(namespace__in=[v.lower() for v in query.namespace if is_namespace(v.lower())])
        if query.owner:
            result &= Q(owner_ref__in=self._refs(query.owner, "group"))
        if query.system:
            result &= self._relation("partOf", self._refs(query.system, "system"))
        for key, values in (
            ("spec.type", query.type),
            ("spec.lifecycle", query.lifecycle),
            ("metadata.tags", query.tags),
            ("metadata.name", query.name),
        ):
            if values:
                result &= _terms(key, values)
        result &= self._flags(query)
        for condition in query.where:
            result &= self._condition(condition)
        for part in query.all_of:
            result &= self.q(part)
        if query.any_of:
            either = NOTHING
            for part in query.any_of:
                either |= self.q(part)
            result &= either
        for part in query.none_of:
            result &= ~self.q(part)
        if query.search.strip():
            result &= search_q(query.search)
        return result

    def _flags(self, query: EntityQuery) -> Q:
        result = Q()
        if query.orphan is not None:
            result &= Q(orphan=query.orphan)
        if query.has_problems is not None:
            there = Q(Exists(Problem.objects.filter(ref=OuterRef("ref"))))
            result &= there if query.has_problems else ~there
        if query.favourite is not None:
            mine = Favourite.objects.filter(account=self.viewer.account, entity=OuterRef("pk"))
            result &= Q(Exists(mine)) if query.favourite else ~Q(Exists(mine))
        if query.owned is not None:
            owned = Q(owner_ref__in=subjects_sql(self.viewer)) & ~Q(owner_ref="")
            result &= owned if query.owned else ~owned
        return result

    def _condition(self, condition: Condition) -> Q:
        result = Q()
        key = condition.key.strip().lower()
        if not key or "\x00" in key:
            return NOTHING
        relation = key.removeprefix("relations.") if key.startswith("relations.") else ""
        if condition.values is not None:
            if relation:
                result &= self._relation(relation, self._refs(condition.values, None))
            elif key == "metadata.uid":
                result &= Q(uid__in=[value for value in condition.values if _is_uuid(value)])
            else:
                result &= _terms(key, condition.values)
        if condition.prefix is not None:
            prefix = fold(condition.prefix)
            result &= self._relation(relation, None, prefix) if relation else term_begins(key, prefix)
        if condition.exists is not None:
            there = (
                self._relation(relation, None)
                if relation
                else Q()
                if key == "metadata.uid"
                else Q(terms__contains=[fold(key)])
            )
            result &= there if condition.exists else ~there
        return result

    def _refs(self, texts: tuple[str, ...], default_kind: str | None) -> list[str]:
        """The canonical refs of those texts that are refs, without those the viewer may not know of."""
        refs = []
        for text in texts:
            try:
                refs.append(str(EntityRef.parse(text, default_kind=default_kind)))
            except InvalidRef:
                continue
        return [ref for ref in refs if namespace_of(ref) not in self.hidden]

    def _relation(self, relation_type: str, refs: list[str] | None, prefix: str = "") -> Q:
        """Entities with that relation, to one of `refs` if given, to a ref that begins with `prefix`;
        both directions, seen ends only."""
        wanted = _relation_types().get(relation_type.lower(), relation_type)
        out = Relation.objects.filter(visible_to(self.viewer, "target_namespace"), type=wanted)
        back = Relation.objects.filter(visible_to(self.viewer, "source__namespace"), inverse=wanted)
        if refs is not None:
            out, back = out.filter(target_ref__in=refs), back.filter(source__ref__in=refs)
        if prefix:
            out, back = out.filter(target_ref__startswith=prefix), back.filter(source__ref__startswith=prefix)
        return Q(pk__in=out.values("source_id")) | Q(ref__in=back.values("target_ref"))


def search_q(text: str) -> Q:
    """Every word begins a word of the entity's text, or the whole stands somewhere in its names."""
    words = search_words(text)
    part = plain(text.strip())
    if "\x00" in part:
        return NOTHING
    names = Q(search_name__contains=part)
    if not words:
        return names
    return Q(search=_tsquery(words)) | names


def order_key(query: EntityQuery) -> Combinable:
    """What the rows are ordered by, before the uid; empty texts come last in ascending order."""
    if query.order is None and query.search.strip():
        return relevance(query.search)
    wanted = (query.order or EntityOrder()).field
    if wanted is OrderField.NAME:
        return F("sort_name")
    if wanted in (OrderField.UPDATED_AT, OrderField.CREATED_AT):
        return F(wanted.value)
    column = {OrderField.OWNER: "owner_ref"}.get(wanted, wanted.value)
    folded = Lower(column, output_field=TextField())
    empty = When(**{column: "", "then": Value(LAST)})
    return Collate(Case(empty, default=folded, output_field=TextField()), "C")


def relevance(text: str) -> Combinable:
    """Smaller is better: the name itself, names that begin so, names that hold it, then the words."""
    part = plain(text.strip()).replace("\x00", "")
    words = search_words(text)
    tiers = Case(
        When(ref__endswith=f"/{part}", then=Value(-8.0)),
        When(Q(search_name__startswith=part), then=Value(-4.0)),
        When(Q(search_name__contains=f" {part}"), then=Value(-2.0)),
        When(Q(search_name__contains=part), then=Value(-1.0)),
        default=Value(0.0),
        output_field=FloatField(),
    )
    if not words:
        return tiers
    rank = Cast(SearchRank(F("search"), _tsquery(words)), FloatField())
    return tiers - rank


def order_direction(query: EntityQuery) -> bool:
    """Whether the order runs downwards."""
    return query.order.descending if query.order else False


@cache
def _relation_types() -> dict[str, str]:
    """Relation types as they are written, by their lower-case form."""
    return {each.lower(): each for each in inverse_types()}


def _kind_names(names: tuple[str, ...]) -> list[str]:
    kinds = all_kinds()
    return [kinds[name.lower()].name for name in names if name.lower() in kinds]


def _terms(key: str, values: tuple[str, ...]) -> Q:
    wanted = [
        f"{fold(key)}={fold(value)}" for value in values if len(value) <= MAX_TEXT and "\x00" not in value
    ]
    return Q(terms__overlap=wanted) if wanted else NOTHING


def _tsquery(words: list[str]) -> SearchQuery:
    return SearchQuery(" & ".join(f"{word}:*" for word in words), config="simple", search_type="raw")


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
