"""Charges as sources tell of them, and how idle and shared ones are divided without losing a cent."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum
from typing import NamedTuple

SMALLEST = Decimal("0.0000000001")

# A company has millions of amounts: below they are entries of mappings, and no objects.
Whose = tuple[str, str, str, "Part"]
"""Name, cluster, service and part."""

Amounts = Mapping[Whose, Decimal]
"""Of one day."""


class Part(StrEnum):
    """Why something costs: by itself, as its part of what nobody used, or of what everybody uses."""

    DIRECT = "direct"
    IDLE = "idle"
    SHARED = "shared"


class Charge(NamedTuple):
    """An amount of one day. `name` is whom the source names, empty where it names nobody."""

    day: date
    name: str
    amount: Decimal
    cluster: str = ""
    service: str = ""
    part: Part = Part.DIRECT


def by_day(charges: Iterable[Charge]) -> dict[date, Amounts]:
    """What belongs together added up, to ten decimal places."""
    days: dict[date, dict[Whose, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for day, name, amount, cluster, service, part in charges:
        days[day][name, cluster, service, part] += amount
    return {day: _rounded(amounts) for day, amounts in days.items()}


def divided(amounts: Amounts, *, idle: bool, shared: bool) -> Amounts:
    """The amounts of a day with idle and shared ones divided among whom the direct ones name.

    An idle one goes to what ran on its cluster (where it names none, to what names none, else to everything),
    a shared one to everything, each in proportion to its direct
    cost (what names nobody takes its part too). What cannot or shall not be divided names nobody. The sum
    stays exactly the same.
    """
    weights: dict[str | None, dict[tuple[str, str], Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for (name, cluster, _, part), amount in amounts.items():
        if part is Part.DIRECT and amount > 0:
            weights[cluster][name, cluster] += amount
            weights[None][name, cluster] += amount
    found: dict[Whose, Decimal] = defaultdict(Decimal)
    for (name, cluster, service, part), amount in amounts.items():
        wanted = {Part.DIRECT: False, Part.IDLE: idle, Part.SHARED: shared}[part]
        among = weights.get(cluster) if part is Part.IDLE else None
        if part is Part.SHARED or not (among or cluster):
            among = weights.get(None)
        if among and wanted:
            for (of_name, of_cluster), share in _shares(amount, among):
                found[of_name, of_cluster, service, part] += share
        else:
            found[name if part is Part.DIRECT else "", cluster, service, part] += amount
    return _rounded(found)


def _rounded(amounts: Amounts) -> Amounts:
    return {whose: amount.quantize(SMALLEST) for whose, amount in amounts.items() if amount}


def _shares(
    amount: Decimal, weights: Mapping[tuple[str, str], Decimal]
) -> Iterable[tuple[tuple[str, str], Decimal]]:
    """The amount in parts; what rounding leaves over goes to the greatest."""
    total = sum(weights.values(), Decimal(0))
    greatest = min(weights, key=lambda key: (-weights[key], key))
    shares = {
        key: (amount * weight / total).quantize(SMALLEST, ROUND_DOWN) for key, weight in weights.items()
    }
    shares[greatest] += amount - sum(shares.values(), Decimal(0))
    return shares.items()
