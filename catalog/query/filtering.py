"""What a question to the catalog means in SQL, for one viewer."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, JSONField, OuterRef, Q, TextField
from django.db.models.expressions import RawSQL
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Lower
from django.db.models.lookups import In, IsNull

from catalog.entities.refs import EntityRef, InvalidRef, is_namespace, namespace_of
from catalog.entities.terms import MAX_TEXT, fold
from catalog.kinds import all_kinds, inverse_types
from catalog.models import Entity, Favourite, Relation
from catalog.permissions import hidden_namespaces, subjects_sql, visible_to
from catalog.problems import visible_problems
from catalog.query.entity_query import Condition, EntityQuery, RelatedTo
from catalog.query.term_filters import term_begins, term_compares, term_contains
from catalog.query.text_search import search_q
from portal.accounts.principal import Principal

NOTHING, ANY = Q(pk__in=[]), Q()
# The entities at the other side of a relation to ends that are known and seen. One set of ids, which
# PostgreSQL starts from: for two conditions with OR it looks at every entity, which is the better plan only
# where the ends are a query of their own. Ready made: Django takes longer to write it than it takes.
AT_ENDS = """
    SELECT source_id FROM catalog_relation WHERE type = %s AND target_ref = ANY(%s::text[])
    UNION ALL
    SELECT behind.id FROM catalog_entity behind WHERE behind.ref IN (
        SELECT target_ref FROM catalog_relation JOIN catalog_entity source ON source.id = source_id
         WHERE inverse = %s AND source.ref = ANY(%s::text[]))
"""
COLUMN_OF = {"createdat": "created_at", "updatedat": "updated_at"}


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
        if query.ref:
            result &= Q(ref__in=[ref.lower() for ref in query.ref])
        if query.owner:
            result &= Q(owner_ref__in=self._refs(query.owner, "group"))
        if query.system:
            result &= self._relation("partOf", ref__in=self._refs(query.system, "system"))
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
        for related in query.related:
            result &= self._related(related)
        if query.search.strip():
            result &= search_q(query.search, query.similarity)
        return result & self._parts(query)

    def _parts(self, query: EntityQuery) -> Q:
        result = Q()
        for part in query.all_of:
            result &= self.q(part)
        if query.any_of:
            either = NOTHING
            for part in query.any_of:
                one = self.q(part)
                either = (either | one) if one else one  # an empty Q is true, and Django's `|` drops it
                if not one:
                    break
            result &= either
        for part in query.none_of:
            one = self.q(part)
            result &= ~one if one else NOTHING
        return result

    def _flags(self, query: EntityQuery) -> Q:
        result = Q()
        if query.orphan is not None:
            result &= Q(orphan=query.orphan)
        if query.has_problems is not None:
            there = Q(Exists(visible_problems(self.viewer).filter(ref=OuterRef("ref"))))
            result &= there if query.has_problems else ~there
        if query.favourite is not None:
            mine = Favourite.objects.filter(account=self.viewer.account, entity=OuterRef("pk"))
            result &= Q(Exists(mine)) if query.favourite else ~Q(Exists(mine))
        if query.owned is not None:
            owned = Q(owner_ref__in=subjects_sql(self.viewer)) & ~Q(owner_ref="")
            result &= owned if query.owned else ~owned
        return result

    def _condition(self, condition: Condition) -> Q:
        key = fold(condition.key.strip())
        if not key or "\x00" in key:
            return NOTHING
        if key.startswith("relations."):
            result = self._relation_condition(key.removeprefix("relations."), condition)
        elif key == "metadata.uid":
            result = _uid_condition(condition)
        else:
            result = _term_condition(key, condition)
        return ~result if condition.negated else result

    def _relation_condition(self, relation: str, condition: Condition) -> Q:
        result = Q()
        if condition.values is not None:
            result &= self._relation(relation, ref__in=self._refs(condition.values, None))
        if condition.prefix is not None:
            result &= self._relation(relation, ref__startswith=fold(condition.prefix))
        if condition.contains is not None:
            result &= self._relation(relation, ref__contains=fold(condition.contains))
        if condition.bounds:
            return NOTHING
        if condition.exists is not None:
            there = self._relation(relation)
            result &= there if condition.exists else ~there
        return result

    def _related(self, related: RelatedTo) -> Q:
        ends = Entity.objects.filter(visible_to(self.viewer, hidden=self._hidden), self.q(related.query))
        return self._relation(related.type, _said(related), ref__in=ends.values("ref"))

    def _refs(self, texts: tuple[str, ...], default_kind: str | None) -> list[str]:
        """The canonical refs of those texts that are refs, without those the viewer may not know of."""
        refs = []
        for text in texts:
            try:
                refs.append(str(EntityRef.parse(text, default_kind=default_kind)))
            except InvalidRef:
                continue
        return [ref for ref in refs if namespace_of(ref) not in self.hidden]

    def _relation(self, relation_type: str, said: Q = ANY, **end: Any) -> Q:
        """Entities with that relation to an `end` (`ref__in=…`, `ref__startswith=…`); both directions, seen
        ends only. `said` is about the relation itself. A list of refs is one of `_refs`."""
        wanted = _relation_types().get(relation_type.lower(), relation_type)
        known = end.get("ref__in")
        if isinstance(known, list) and not said:
            return Q(pk__in=RawSQL(AT_ENDS, [wanted, known, wanted, known]))  # noqa: S611 - a constant text
        out = Relation.objects.filter(
            visible_to(self.viewer, "target_namespace", hidden=self._hidden), said, type=wanted
        )
        back = Relation.objects.filter(
            visible_to(self.viewer, "source__namespace", hidden=self._hidden), said, inverse=wanted
        )
        for lookup, value in end.items():
            out = out.filter(**{f"target_{lookup}": value})
            back = back.filter(**{f"source__{lookup}": value})
        return Q(pk__in=out.values("source_id")) | Q(ref__in=back.values("target_ref"))


def _said(related: RelatedTo) -> Q:
    """What the relation's own row must say."""
    if any("\x00" in text for text in (related.field, *(key for key, _ in related.attributes))):
        return NOTHING
    result = Q(field=related.field) if related.field else Q()
    for key, values in related.attributes:
        value = Lower(KeyTextTransform(key, Cast("attributes", JSONField())), output_field=TextField())
        result &= (
            Q(IsNull(value, False))
            if values is None
            else Q(In(value, [fold(each) for each in values if "\x00" not in each]))
        )
    return result


def _term_condition(key: str, condition: Condition) -> Q:
    result = Q()
    if condition.values is not None:
        result &= _terms(key, condition.values)
    if condition.prefix is not None:
        result &= term_begins(key, fold(condition.prefix))
    if condition.contains is not None:
        result &= term_contains(key, condition.contains)
    for operator, bound in condition.bounds:
        result &= (
            Q(**{f"{COLUMN_OF[key]}__{operator}": bound})
            if key in COLUMN_OF and isinstance(bound, datetime)
            else term_compares(key, operator, bound)
        )
    if condition.exists is not None:
        there = Q(terms__contains=[key])
        result &= there if condition.exists else ~there
    return result


def _uid_condition(condition: Condition) -> Q:
    result = Q()
    if condition.values is not None:
        result &= Q(uid__in=[value for value in condition.values if _is_uuid(value)])
    if condition.exists is False or condition.contains is not None or condition.bounds:
        return NOTHING
    if condition.prefix is not None:
        result &= term_begins("metadata.uid", fold(condition.prefix))
    return result


def _relation_types() -> dict[str, str]:
    """Relation types as they are written, by their lower-case form."""
    return {each.lower(): each for each in inverse_types()}


def _kind_names(names: tuple[str, ...]) -> list[str]:
    kinds = all_kinds()
    return [kinds[name.lower()].name if name.lower() in kinds else name for name in names]


def _terms(key: str, values: tuple[str, ...]) -> Q:
    wanted = [
        f"{fold(key)}={fold(value)}" for value in values if len(value) <= MAX_TEXT and "\x00" not in value
    ]
    return Q(terms__overlap=wanted) if wanted else NOTHING


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
