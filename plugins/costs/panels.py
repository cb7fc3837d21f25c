"""What the plugin shows: of an entity in short and whole, of a team, of what the viewer owns."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, time
from decimal import Decimal
from urllib.parse import quote
from uuid import UUID

from django.utils import timezone

from portal.plugin_api import (
    Bar,
    Bars,
    Block,
    Error,
    Gauge,
    HomePanel,
    KeyValue,
    Line,
    Panel,
    Principal,
    Series,
    Slot,
    Stat,
    Status,
    Table,
    TeamPanel,
    load_one,
)
from portal.plugin_api.catalog import Entity, owned_by_team, owned_by_viewer

from . import demo
from .explorer import Report, Row, report
from .places import UNALLOCATED
from .selectors import (
    CostOf,
    amounts_by,
    costs_by_entity,
    members_by_entity,
    read_at,
    readings,
    source_states,
)
from .settings import DEMO, current_settings
from .wording import cents, money, percent

WHOLE = ("System", "Domain")
SHOWN = 12


class _OfCosts(Panel):
    """Of what charges belong to, once there is a source."""

    def applies_to(self, entity: Entity) -> bool:
        settings = current_settings()
        return bool(settings.sources) and entity.kind in (*settings.kinds, *WHOLE)

    def as_of(self, entity: Entity, *, viewer: Principal) -> datetime | None:
        return read_at()

    def made_from(self, entity: Entity) -> Iterable[tuple[str, str]]:
        return readings()


class MonthlyCostPanel(_OfCosts):
    """The month so far, what it will come to, and whether that is more than usual or allowed."""

    title = "Cost"
    slot = Slot.OVERVIEW
    order = 60

    def blocks(self, entity: Entity, *, viewer: Principal) -> Iterator[Block]:
        cost = load_one(costs_by_entity, entity, viewer)
        if cost:
            yield from notices()
            yield from _figures(cost)
            yield from _warnings(cost)


class CostsPanel(_OfCosts):
    """Day by day, by service and cluster, with days that stand out."""

    title = "Costs"
    slot = Slot.TAB
    order = 60

    def blocks(self, entity: Entity, *, viewer: Principal) -> Iterator[Block]:
        cost = load_one(costs_by_entity, entity, viewer)
        if cost is None:
            return
        yield from notices()
        yield from _figures(cost)
        yield from _warnings(cost)
        yield _series(cost)
        yield from _parts(cost)
        uids = load_one(members_by_entity, entity, viewer) or frozenset()
        for column, title in (("service", "By service, this month"), ("cluster", "By cluster, this month")):
            amounts = amounts_by(column, uids)
            yield from _bars(
                title, {str(key) or "other": amount for key, amount in amounts.items()}, cost.currency
            )


class TeamCostPanel(TeamPanel):
    """What a team's things cost, beside its budget, the dearest first."""

    title = "Cost"
    order = 60

    def applies_to(self, entity: Entity) -> bool:
        return super().applies_to(entity) and bool(current_settings().sources)

    def as_of(self, entity: Entity, *, viewer: Principal) -> datetime | None:
        return read_at()

    def made_from(self, entity: Entity) -> Iterable[tuple[str, str]]:
        return readings()

    def blocks(self, entity: Entity, *, viewer: Principal) -> Iterator[Block]:
        cost = load_one(costs_by_entity, entity, viewer)
        if cost is None:
            return
        yield from notices()
        yield from _figures(cost)
        yield from _warnings(cost)
        yield from _dearest(load_one(owned_by_team, entity, viewer) or [], cost.currency)


class CostExplorerPanel(HomePanel):
    """What the viewer's things cost this month, and what everything costs by team."""

    title = "Costs this month"
    order = 60

    def as_of(self, *, viewer: Principal) -> datetime | None:
        return read_at()

    def made_from(self, *, viewer: Principal) -> Iterable[tuple[str, str]]:
        return readings()

    def blocks(self, *, viewer: Principal) -> Iterator[Block]:
        settings = current_settings()
        if not settings.sources:
            return
        yield from notices()
        owned = owned_by_viewer(viewer)
        if owned:
            amounts = amounts_by("entity_uid", [each.uid for each in owned])
            yield Stat("What you own", money(sum(amounts.values(), Decimal(0)), settings.currency))
        everything = report(viewer, f"{timezone.now():%Y-%m}", "team")
        if everything and everything.rows:
            yield Stat("Everything you may see", money(everything.total, everything.currency))
            yield Bars("By team", tuple(_team_bars(everything)), unit=everything.currency)


def _team_bars(everything: Report) -> Iterator[Bar]:
    """The dearest teams, the others together, and what is nobody's."""
    teams = [row for row in everything.rows if row.label != UNALLOCATED]
    rest = sum((row.amount for row in teams[SHOWN:]), Decimal(0))
    others = [Row("the others", rest)] if rest else []
    nobodys = [row for row in everything.rows if row.label == UNALLOCATED]
    for row in (*teams[:SHOWN], *others, *nobodys):
        text = money(row.amount, everything.currency)
        yield Bar(row.label, float(row.amount), text, url=href(row.ref))


def _figures(cost: CostOf) -> Iterator[Block]:
    yield Stat("This month so far", money(cost.month_to_date, cost.currency))
    items = [("Last month", money(cost.last_month, cost.currency))]
    if cost.forecast is not None:
        items.append(("This month will be", money(cost.forecast, cost.currency)))
    if cost.trend is not None:
        items.append(("Last seven days", f"{percent(cost.trend, signed=True)} to the seven before"))
    yield KeyValue(tuple(items))


def _warnings(cost: CostOf) -> Iterator[Block]:
    budget = cost.budget
    if budget and budget.problem:
        yield Error("The budget cannot be read", budget.problem)
    elif budget and budget.amount:
        yield Gauge(
            "Budget used", float(round(cost.month_to_date / budget.amount * 100, 1)), level=budget.level,
            detail=f"of {money(budget.amount, cost.currency)}. {budget.reason}".strip(),
        )  # fmt: skip
    if cost.anomalies:
        newest = cost.anomalies[0]
        day, amount = f"{newest.day.day} {newest.day:%B}", money(newest.amount, cost.currency)
        label = f"{len(cost.anomalies)} days stand out" if len(cost.anomalies) > 1 else "A day stands out"
        yield Status(
            label, "warning", f"{day}: {amount} instead of about {money(newest.expected, cost.currency)}"
        )
    for currency in cost.missing:
        yield Status(f"Costs in {currency} are left out", "unknown", f"No rate to {cost.currency} is set.")


def notices() -> Iterator[Block]:
    """What is invented, and what could not be read lately."""
    states = source_states()
    for source in current_settings().sources:
        taken = states.get(source.name)
        if source.address == DEMO:
            yield Status("Demo", "unknown", demo.NOTICE)
        elif taken and taken.error:
            yield Status(source.name, "unknown", taken.error)


def _series(cost: CostOf) -> Series:
    points = tuple(
        (datetime.combine(day, time(), UTC), float(cents(cost.days[day]))) for day in sorted(cost.days)
    )
    return Series("By day", (Line("cost", points),), unit=cost.currency)


def _parts(cost: CostOf) -> Iterator[Block]:
    names = {
        "direct": "By itself",
        "idle": "Its part of what nobody used",
        "shared": "Its part of what all use",
    }
    rows = tuple(
        (names[part], money(cost.parts[part], cost.currency)) for part in names if part in cost.parts
    )
    if rows:
        yield Table(("This month", "Cost"), rows)


def _dearest(owned: Sequence[Entity], currency: str) -> Iterator[Block]:
    by_uid: dict[UUID, Entity] = {each.uid: each for each in owned}
    amounts = amounts_by("entity_uid", by_uid)
    bars = tuple(
        Bar(
            by_uid[uid].title or by_uid[uid].name,
            float(amount),
            money(amount, currency),
            url=href(by_uid[uid].ref),
        )
        for uid, amount in sorted(amounts.items(), key=lambda item: -item[1])[:SHOWN]
    )
    if bars:
        yield Bars("The dearest this month", bars, unit=currency)


def _bars(title: str, amounts: Mapping[str, Decimal], currency: str) -> Iterator[Block]:
    dearest = sorted(amounts.items(), key=lambda item: -item[1])[:SHOWN]
    if dearest:
        yield Bars(
            title,
            tuple(Bar(key, float(amount), money(amount, currency)) for key, amount in dearest),
            unit=currency,
        )


def href(ref: str) -> str | None:
    if not ref:
        return None
    kind, _, rest = ref.partition(":")
    namespace, _, name = rest.partition("/")
    return "/catalog/" + "/".join(quote(part, safe="") for part in (namespace, kind, name))
