"""The cost explorer: everything of a month by team, system, domain, component, cluster, service or day.

A row is in the report once: the sum of its rows is what the sources say, with what is nobody's. Costs of
entities that the viewer may not read are in no row and in no sum.
"""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from portal.plugin_api import Principal
from portal.plugin_api.catalog import (
    Entity,
    EntityQuery,
    find_entities,
    get_entities_by_refs,
    related_by_entity,
)

from .models import Cost
from .selectors import in_our_currency, members_by_entity
from .settings import current_settings

UNALLOCATED = "unallocated"
OTHERS = "others"
COLUMNS = {"cluster": "cluster", "service": "service", "source": "source", "day": "day", "part": "part"}
NONE = {
    "team": "without an owner", "system": "in no system", "domain": "in no domain",
    "cluster": "in no cluster", "service": "other",
}  # fmt: skip
MOST_LINES = 20

BY_PLACE = """
    SELECT wanted.place, cost.day, cost.currency, sum(cost.amount)
      FROM unnest(%s::int[], %s::uuid[]) AS wanted(place, uid)
      JOIN costs_cost AS cost ON cost.entity_uid = wanted.uid AND cost.day BETWEEN %s AND %s
     GROUP BY 1, 2, 3
"""

Place = tuple[str, str]
"""Label and ref of a row; the ref is empty where it is no entity's."""


@dataclass(frozen=True, slots=True)
class Row:
    """One amount and that of the month before; `ref` where it is an entity's."""

    label: str
    amount: Decimal
    ref: str = ""
    before: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Report:
    """Rows from the dearest down, and their sum, in the portal's currency; `before` is that of the month
    before. `missing` are currencies without a rate."""

    month: str
    by: str
    currency: str
    total: Decimal
    before: Decimal
    rows: tuple[Row, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Days:
    """The days of a month, and a line of amounts, one for each day, for each of the dearest rows."""

    days: tuple[date, ...]
    lines: tuple[tuple[Place, tuple[Decimal, ...]], ...]


def months(viewer: Principal) -> list[str]:
    """The months that costs are known of, newest first."""
    return [f"{day:%Y-%m}" for day in Cost.objects.dates("day", "month", order="DESC")]


def report(viewer: Principal, month: str, by: str = "team", of: str = "") -> Report | None:
    """The costs of a month (`2026-01`), with `of` only those of a component, system, domain or group and
    everything in it; None where there is no such month or entity, or nothing to divide by."""
    found = _asked(viewer, month, by, of)
    if found is None:
        return None
    first, last, rows = found
    ended = first - timedelta(days=1)
    of_month = rows.filter(day__range=(first, last)).order_by()
    amounts = _amounts(of_month, by, viewer)
    # Days have none before them: they are other days.
    before = rows.filter(day__range=(ended.replace(day=1), ended))
    earlier = {} if by == "day" else _amounts(before, by, viewer)
    settings = current_settings()
    known = set(of_month.values_list("currency", flat=True).distinct())
    named = [
        Row(label, amounts.get((label, ref), Decimal(0)), ref, earlier.get((label, ref), Decimal(0)))
        for label, ref in {**amounts, **earlier}
    ]
    return Report(
        month=month,
        by=by,
        currency=settings.currency,
        total=sum(amounts.values(), Decimal(0)),
        before=sum(in_our_currency(before, "currency").values(), Decimal(0)),
        rows=tuple(sorted(named, key=lambda row: (-row.amount, -row.before, row.label))),
        missing=tuple(sorted(known - set(settings.rate_of))),
    )


def days(viewer: Principal, month: str, by: str = "team", of: str = "", first: int = 8) -> Days | None:
    """The same day by day for the dearest rows, and for all others together."""
    found = _asked(viewer, month, by, of)
    if found is None or by == "day":
        return None
    begin, end, rows = found
    every = tuple(begin + timedelta(days=number) for number in range((end - begin).days + 1))
    amounts = _amounts_by_day(rows.filter(day__range=(begin, end)), by, viewer, (begin, end))
    dearest = sorted(amounts, key=lambda place: (-sum(amounts[place].values()), place))
    shown = dearest[: max(1, min(first, MOST_LINES))]
    lines = [(place, tuple(amounts[place].get(day, Decimal(0)) for day in every)) for place in shown]
    rest = dearest[len(shown) :]
    if rest:
        sums = (sum((amounts[place].get(day, Decimal(0)) for place in rest), Decimal(0)) for day in every)
        lines.append(((OTHERS, ""), tuple(sums)))
    return Days(every, tuple(lines))


def _asked(viewer: Principal, month: str, by: str, of: str) -> tuple[date, date, QuerySet[Cost]] | None:
    """First and last day of the month, and every cost that is asked about, of whatever day."""
    range_ = _days(month)
    if range_ is None or by not in {*COLUMNS, *GROUPINGS}:
        return None
    if not of:
        visible = find_entities(EntityQuery(), viewer=viewer).order_by().values("uid")
        return *range_, Cost.objects.filter(Q(entity_uid=None) | Q(entity_uid__in=visible))
    named = list(get_entities_by_refs([of], viewer).values())
    if not named:
        return None
    [members] = members_by_entity(named, viewer).values()
    return *range_, Cost.objects.filter(entity_uid__in=members)


def _amounts(rows: QuerySet[Cost], by: str, viewer: Principal) -> dict[Place, Decimal]:
    if by in COLUMNS:
        sums = in_our_currency(rows.order_by(), COLUMNS[by])
        return {(str(key) or NONE.get(by, ""), ""): amount for key, amount in sums.items()}
    amounts = in_our_currency(rows.order_by(), "entity_uid")
    nobodys = amounts.pop(None, Decimal(0))
    grouped: dict[Place, Decimal] = defaultdict(Decimal)
    for uid, place in _places(amounts, by, viewer).items():
        grouped[place] += amounts[uid]
    if nobodys:
        grouped[UNALLOCATED, ""] = nobodys
    return dict(grouped)


def _amounts_by_day(
    rows: QuerySet[Cost], by: str, viewer: Principal, between: tuple[date, date]
) -> dict[Place, dict[date, Decimal]]:
    found: dict[Place, dict[date, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    if by in COLUMNS:
        for (key, day), amount in in_our_currency(rows.order_by(), COLUMNS[by], "day").items():
            found[str(key) or NONE.get(by, ""), ""][day] += amount
        return found
    rates = current_settings().rate_of
    uids = rows.order_by().values_list("entity_uid", flat=True).distinct()
    place_of = _places([uid for uid in uids if uid], by, viewer)
    numbers = {place: number for number, place in enumerate(dict.fromkeys(place_of.values()))}
    places = list(numbers)
    with connection.cursor() as cursor:
        wanted = [numbers[place] for place in place_of.values()], list(place_of)
        cursor.execute(BY_PLACE, [*wanted, *between])
        for number, day, currency, amount in cursor.fetchall():
            found[places[number]][day] += amount * rates.get(currency, 0)
    for day, amount in in_our_currency(rows.order_by().filter(entity_uid=None), "day").items():
        found[UNALLOCATED, ""][day] += amount
    return found


def _places(uids: Iterable[UUID], by: str, viewer: Principal) -> Mapping[UUID, Place]:
    entities = list(find_entities(EntityQuery(), viewer=viewer).order_by().filter(uid__in=list(uids)))
    return GROUPINGS[by](entities, viewer)


def _itself(entities: Sequence[Entity], viewer: Principal) -> Mapping[UUID, Place]:
    return {entity.uid: (entity.title or entity.name, entity.ref) for entity in entities}


def _owner(entities: Sequence[Entity], viewer: Principal) -> Mapping[UUID, Place]:
    named = titles({entity.owner_ref for entity in entities}, viewer)
    return {
        entity.uid: (named[entity.owner_ref], entity.owner_ref)
        if entity.owner_ref in named
        else (NONE["team"], "")
        for entity in entities
    }


def _system(entities: Sequence[Entity], viewer: Principal) -> Mapping[UUID, Place]:
    """The first system that each is a part of."""
    wholes = _wholes(entities, "System", viewer)
    return {each.uid: _named(wholes.get(each.pk), "system") for each in entities}


def _domain(entities: Sequence[Entity], viewer: Principal) -> Mapping[UUID, Place]:
    """The domain of the first system that each is a part of."""
    systems = _wholes(entities, "System", viewer)
    domains = _wholes(list({each.pk: each for each in systems.values()}.values()), "Domain", viewer)
    return {
        each.uid: _named(domains.get(systems[each.pk].pk) if each.pk in systems else None, "domain")
        for each in entities
    }


GROUPINGS: dict[str, Callable[[Sequence[Entity], Principal], Mapping[UUID, Place]]] = {
    "component": _itself,
    "team": _owner,
    "system": _system,
    "domain": _domain,
}


def _wholes(entities: Sequence[Entity], kind: str, viewer: Principal) -> dict[int, Entity]:
    """By primary key the first entity of a kind that each is a part of."""
    found: dict[int, Entity] = {}
    for pk, ends in related_by_entity(entities, ["partOf"], viewer=viewer).items():
        for end in ends:
            if end.entity is not None and end.entity.kind == kind:
                found.setdefault(pk, end.entity)
    return found


def _named(entity: Entity | None, by: str) -> Place:
    return (entity.title or entity.name, entity.ref) if entity else (NONE[by], "")


def titles(refs: set[str], viewer: Principal) -> dict[str, str]:
    """What owners are called: people and groups have a name of their own in their profile."""
    rows = find_entities(EntityQuery(), viewer=viewer).order_by().filter(ref__in=refs)
    profiles = {row: (row.content.get("spec") or {}).get("profile") or {} for row in rows}
    return {
        row.ref: row.title or str(profile.get("displayName") or row.name) for row, profile in profiles.items()
    }


def _days(month: str) -> tuple[date, date] | None:
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        return None
    return first, first.replace(day=monthrange(first.year, first.month)[1])
