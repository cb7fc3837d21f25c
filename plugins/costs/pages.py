"""The cost explorer: a month divided, beside the month before, its days, budgets, and what is nobody's."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal

from django.utils import timezone

from portal.plugin_api import (
    Bar,
    Bars,
    Block,
    Empty,
    KeyValue,
    Line,
    Link,
    Page,
    PagePanel,
    Parameter,
    Principal,
    Series,
    Stat,
    Status,
    Table,
)
from portal.plugin_api.catalog import Condition, EntityQuery, find_entities

from .explorer import Outline, Report, Row, days, forecasts, is_running, months, outline, report
from .panels import href, notices
from .places import NONE, OTHERS, UNALLOCATED, titles
from .selectors import read_at, readings, spending_by_entity
from .settings import current_settings
from .trends import BUDGET
from .wording import cents, change, money, percent

DIVISIONS = (
    ("team", "Team"), ("system", "System"), ("domain", "Domain"), ("component", "Component"),
    ("cluster", "Cluster"), ("service", "Service"), ("source", "Source"), ("day", "Day"),
)  # fmt: skip
BARS, LINES, BUDGETED, WHOLES = 12, 5, 200, 500
Given = Mapping[str, str]


def month_choices(viewer: Principal) -> list[tuple[str, str]]:
    """Newest first; the running month where nothing is known yet."""
    known = months(viewer) or [f"{timezone.now():%Y-%m}"]
    return [(month, f"{date.fromisoformat(f'{month}-01'):%B %Y}") for month in known]


def whole_choices(viewer: Principal) -> list[tuple[str, str]]:
    """Everything, then the groups, domains and systems that a part of it belongs to."""
    wholes = find_entities(EntityQuery(kind=("Group", "Domain", "System")), viewer=viewer)
    rows = wholes.order_by("kind", "sort_name")[:WHOLES]
    return [("", "Everything"), *((row.ref, f"{row.kind}: {row.title or row.name}") for row in rows)]


class _OfMonth(PagePanel):
    def as_of(self, *, viewer: Principal, given: Given) -> datetime | None:
        return read_at()

    def made_from(self, *, viewer: Principal, given: Given) -> list[tuple[str, str]]:
        return readings()


class MonthPanel(_OfMonth):
    """What the month comes to, beside the month before."""

    title = "The month"

    def blocks(self, *, viewer: Principal, given: Given) -> Iterator[Block]:
        if not current_settings().sources:
            yield Empty(
                "No costs yet", "Name a source of costs in the plugin's settings, on the plugins page."
            )
            return
        yield from notices()
        found, currency = outline(viewer, given["month"], given["of"]), current_settings().currency
        if found is None:
            return
        yield Stat("Altogether", money(found.total, currency))
        items = [("The month before", money(found.before, currency))]
        if found.before and not is_running(given["month"]):
            items.append(("Change", change(found.total, found.before)))
        if found.total and not given["of"]:
            share = percent(found.unallocated / found.total)
            items.append(("Unallocated", f"{money(found.unallocated, currency)}, {share} of it"))
        items += _outlook(found, currency)
        yield KeyValue(tuple(items))
        for currency in found.missing:
            yield Status(
                f"Costs in {currency} are left out", "warning", "No rate is known for this currency."
            )


class DaysPanel(_OfMonth):
    """Day by day, a line for each of the dearest."""

    title = "Day by day"

    def blocks(self, *, viewer: Principal, given: Given) -> Iterator[Block]:
        by = "team" if given["by"] == "day" else given["by"]
        found = days(viewer, given["month"], by, given["of"], LINES)
        if found is None or not found.lines:
            return
        today = timezone.now().date()
        lines = tuple(
            Line(label, tuple(_points(found.days, amounts, today))) for (label, _), amounts in found.lines
        )
        yield Series(f"By {dict(DIVISIONS)[by].lower()}", lines, unit=current_settings().currency)


class DividedPanel(_OfMonth):
    """The month in parts, each charge in one of them; every row, with the month before."""

    title = "Divided"
    wide = True

    def blocks(self, *, viewer: Principal, given: Given) -> Iterator[Block]:
        by, month = given["by"], given["month"]
        found = report(viewer, month, by, given["of"])
        if found is None or not found.rows:
            yield Empty("Nothing in this month", "No charges of this month are known that you may see.")
            return
        named = dict(DIVISIONS)[by]
        bars = tuple(_bar(row, found.currency) for row in _largest(found.rows))
        yield Bars(f"By {named.lower()}", bars, unit=found.currency)
        compared = (
            forecasts(viewer, found, given["of"])
            if is_running(month)
            else {(row.label, row.ref): row.amount for row in found.rows}
        )
        rows = tuple(_row(row, found, compared.get((row.label, row.ref))) for row in found.rows)
        yield Table((named, "Cost", "Share", "Month before", "Change"), rows, file=f"costs-{month}-by-{by}")


class BudgetsPanel(_OfMonth):
    """Every budget that somebody set for this month, and how it does."""

    title = "Budgets of this month"
    wide = True

    def blocks(self, *, viewer: Principal, given: Given) -> Iterator[Block]:
        budgeted = EntityQuery(where=(Condition(f"metadata.annotations.{BUDGET}", exists=True),))
        entities = list(find_entities(budgeted, viewer=viewer)[:BUDGETED])
        spending, currency = spending_by_entity(entities, viewer), current_settings().currency
        named = titles({entity.ref for entity in entities}, viewer)
        rows = []
        for entity in entities:
            cost = spending.get(entity.pk)
            if cost is None:
                continue
            budget = cost.budget
            used = percent(cost.so_far / budget.amount) if budget.amount else ""
            expected = money(cost.forecast, currency) if cost.forecast is not None else ""
            rows.append(
                (
                    Link(href(entity.ref) or "", named[entity.ref]),
                    money(cost.so_far, currency),
                    expected,
                    money(budget.amount, currency),
                    used,
                    Status(budget.problem or budget.reason or "within", budget.level),
                )
            )
        if rows:
            yield Table(
                ("Whose", "So far", "Forecast", "Budget", "Used", "State"), tuple(rows), file="budgets"
            )
        else:
            yield Empty("No budgets", f"The annotation {BUDGET} of a group, system or component sets one.")


class CostsPage(Page):
    title = "Costs"
    icon = "coins"
    description = "What everything costs that you may see, by whom and where, and what it will come to."
    parameters = (
        Parameter("by", "Divided by", DIVISIONS),
        Parameter("month", "Month", month_choices),
        Parameter("of", "Part", whole_choices),
    )
    panels = (MonthPanel, DaysPanel, DividedPanel, BudgetsPanel)


def _points(
    every: Sequence[date], amounts: Sequence[Decimal], today: date
) -> Iterator[tuple[datetime, float | None]]:
    for day, amount in zip(every, amounts, strict=True):
        if day < today:
            yield datetime.combine(day, time(), UTC), float(cents(amount))


def _outlook(found: Outline, currency: str) -> Iterator[tuple[str, str]]:
    """Of the running month, what it will come to, and the last week beside the one before."""
    if found.expected is not None:
        beside = f", {change(found.expected, found.before)} to the month before" if found.before else ""
        yield "It will come to", f"{money(found.expected, currency)}{beside}"
    if found.pace is not None:
        yield "Last seven days", f"{percent(found.pace, signed=True)} to the seven before"


def _largest(rows: tuple[Row, ...]) -> list[Row]:
    rest = sum((row.amount for row in rows[BARS:]), Decimal(0))
    return [*rows[:BARS], *([Row(OTHERS, rest)] if rest else [])]


def _bar(row: Row, currency: str) -> Bar:
    text = money(row.amount, currency)
    if row.label in {UNALLOCATED, *NONE.values()}:
        return Bar(row.label, float(row.amount), text, level="unknown")
    return Bar(row.label, float(row.amount), text, url=href(row.ref))


def _row(row: Row, found: Report, compared: Decimal | None) -> tuple[str | Link, ...]:
    """`compared` is what is compared with the month before, if that is known."""
    address = href(row.ref)
    return (
        Link(address, row.label) if address else row.label,
        money(row.amount, found.currency),
        percent(row.amount / found.total) if found.total else "",
        money(row.before, found.currency) if row.before else "",
        change(compared, row.before) if row.before and compared is not None else "",
    )
