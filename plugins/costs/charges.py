"""Charges as sources tell of them, and how idle and shared ones are divided without losing a cent."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum

SMALLEST = Decimal("0.0000000001")


class Part(StrEnum):
    """Why something costs: by itself, as its part of what nobody used, or of what everybody uses."""

    DIRECT = "direct"
    IDLE = "idle"
    SHARED = "shared"


@dataclass(frozen=True, slots=True)
class Charge:
    """An amount of one day. `name` is whom the source names, empty where it names nobody."""

    day: date
    name: str
    amount: Decimal
    cluster: str = ""
    service: str = ""
    part: Part = Part.DIRECT


def summed(charges: Iterable[Charge]) -> list[Charge]:
    """One charge for each day, name, cluster, service and part, to ten decimal places."""
    sums: dict[tuple[date, str, str, str, Part], Decimal] = defaultdict(Decimal)
    for each in charges:
        sums[each.day, each.name, each.cluster, each.service, each.part] += each.amount
    return [
        Charge(day, name, amount.quantize(SMALLEST), cluster, service, part)
        for (day, name, cluster, service, part), amount in sums.items()
        if amount
    ]


def divided(charges: Iterable[Charge], *, idle: bool, shared: bool) -> list[Charge]:
    """The charges with idle and shared ones divided among whom the direct ones name.

    An idle charge goes to what ran on its cluster that day, a shared one to everything of that day, each in
    proportion to its direct cost (what names nobody takes its part too). What cannot or shall not be divided
    names nobody. The sum stays exactly the same.
    """
    known = summed(charges)
    weights: dict[tuple[date, str | None], dict[tuple[str, str], Decimal]] = defaultdict(
        lambda: defaultdict(Decimal)
    )
    for each in known:
        if each.part is Part.DIRECT and each.amount > 0:
            for place in (each.cluster, None):
                weights[each.day, place][each.name, each.cluster] += each.amount
    found: list[Charge] = []
    for each in known:
        if each.part is Part.DIRECT:
            found.append(each)
            continue
        wanted = idle if each.part is Part.IDLE else shared
        among = weights.get((each.day, each.cluster if each.part is Part.IDLE else None), {})
        found.extend(_shares(each, among) if wanted and among else [_nobodys(each)])
    return summed(found)


def _shares(charge: Charge, weights: Mapping[tuple[str, str], Decimal]) -> Iterator[Charge]:
    """The charge in parts; what rounding leaves over goes to the greatest."""
    total = sum(weights.values(), Decimal(0))
    ordered = sorted(weights.items(), key=lambda item: (-item[1], item[0]))
    amounts = [(charge.amount * weight / total).quantize(SMALLEST, ROUND_DOWN) for _, weight in ordered]
    amounts[0] += charge.amount - sum(amounts, Decimal(0))
    for ((name, cluster), _), amount in zip(ordered, amounts, strict=True):
        yield Charge(charge.day, name, amount, cluster, charge.service, charge.part)


def _nobodys(charge: Charge) -> Charge:
    return Charge(charge.day, "", charge.amount, charge.cluster, charge.service, charge.part)
