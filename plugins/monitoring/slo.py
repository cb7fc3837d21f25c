"""Service level objectives: what was promised, how much of the error budget is left, how fast it burns.

After "Alerting on SLOs" of the Site Reliability Workbook: a page where 2 % of a month's budget went in an
hour or 5 % in six hours, a ticket where 10 % went in three days; each also over a window of a twelfth, so
that it ends soon after the trouble does. https://sre.google/workbook/alerting-on-slos/
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from portal.plugin_api.catalog import Entity

from .settings import MonitoringSettings
from .watching import AVAILABILITY, LATENCY

Level = Literal["ok", "warning", "error", "unknown"]
HOURS = {"5m": 1 / 12, "30m": 0.5, "1h": 1.0, "6h": 6.0, "3d": 72.0}


@dataclass(frozen=True, slots=True)
class Rule:
    """Too fast: `share` of the whole budget within the `long` window, and still so over the `short` one."""

    long: str
    short: str
    share: float
    level: Level


ALERTS = (
    Rule("1h", "5m", 0.02, "error"),
    Rule("6h", "30m", 0.05, "error"),
    Rule("3d", "6h", 0.10, "warning"),
)
PERIOD_DAYS = 30
PERCENT = r"(?P<percent>\d{2}(?:\.\d{1,4})?)\s*%?"
OVER = r"(?:\s+over\s+(?P<days>\d{1,2})\s*d(?:ays)?)?"
AVAILABILITY_FORM = re.compile(PERCENT + OVER)
LATENCY_FORM = re.compile(PERCENT + r"\s+under\s+(?P<amount>\d+(?:\.\d+)?)\s*(?P<unit>ms|s)" + OVER)


class UnreadableObjective(ValueError):
    """An annotation that is no objective; the message says what to write."""


@dataclass(frozen=True, slots=True)
class Objective:
    """`ratio` of the requests (0.999) are good over `days`; good is to be answered within `under` seconds
    where that is given, and not to fail otherwise."""

    name: str
    ratio: float
    days: int = PERIOD_DAYS
    under: float | None = None

    @property
    def title(self) -> str:
        promised = f"{self.ratio * 100:.6g} %"
        limit = "" if self.under is None else f" under {self.under * 1000:g} ms"
        return f"{promised}{limit} over {self.days} days"


@dataclass(frozen=True, slots=True)
class Burn:
    """How an objective is doing. At a burn rate of 1 the budget lasts exactly as long as the period."""

    objective: Objective
    budget_left: float | None
    rates: Mapping[str, float]
    level: Level
    reason: str


def objectives_of(entity: Entity, settings: MonitoringSettings) -> tuple[Objective, ...]:
    """What is written in the entity; without that, what its tier promises. Raises UnreadableObjective."""
    metadata = entity.content["metadata"]
    annotations = metadata.get("annotations") or {}
    found = []
    if AVAILABILITY in annotations:
        found.append(_read("availability", AVAILABILITY_FORM, AVAILABILITY, annotations[AVAILABILITY]))
    else:
        tier = str((metadata.get("labels") or {}).get(settings.tier_label, ""))
        promised = settings.objective_of_tier.get(tier, settings.objective_of_tier.get("*"))
        if promised:
            found.append(Objective("availability", _ratio(promised)))
    if LATENCY in annotations:
        found.append(_read("latency", LATENCY_FORM, LATENCY, annotations[LATENCY]))
    return tuple(found)


def burn_of(objective: Objective, bad: Mapping[str, float | None]) -> Burn:
    """How the budget is doing, from the share of bad requests by window (`5m` … `3d`, `period`)."""
    allowed = 1 - objective.ratio
    rates = {window: share / allowed for window, share in bad.items() if share is not None}
    spent = rates.get("period")
    left = None if spent is None else 1 - spent
    fast = next(filter(None, (_fast(objective, rates, rule) for rule in ALERTS)), None)
    if fast and fast[0] == "error":
        return Burn(objective, left, rates, *fast)
    if left is not None and left < 0:
        return Burn(objective, left, rates, "error", f"The error budget of {objective.days} days is spent.")
    if fast:
        return Burn(objective, left, rates, *fast)
    if not rates:
        return Burn(objective, None, rates, "unknown", "No requests were counted.")
    return Burn(objective, left, rates, "ok", "")


def _fast(objective: Objective, rates: Mapping[str, float], rule: Rule) -> tuple[Level, str] | None:
    """What the rule says where the budget burns too fast over both of its windows."""
    limit = rule.share * objective.days * 24 / HOURS[rule.long]
    if min(rates.get(rule.long, 0), rates.get(rule.short, 0)) < limit:
        return None
    return (
        rule.level,
        f"The budget burns {rates[rule.long]:.1f} times too fast, over {rule.long} and {rule.short}.",
    )


def _read(name: str, form: re.Pattern[str], annotation: str, value: object) -> Objective:
    match = form.fullmatch(str(value).strip())
    if match is None:
        example = "99.9% over 30d" if form is AVAILABILITY_FORM else "99% under 300ms over 30d"
        raise UnreadableObjective(f"{annotation}: {str(value)[:80]!r} is no objective; write {example!r}.")
    parts = match.groupdict()
    under = None
    if "amount" in parts:
        under = float(parts["amount"]) / (1000 if parts["unit"] == "ms" else 1)
    return Objective(name, _ratio(parts["percent"]), int(parts["days"] or PERIOD_DAYS), under)


def _ratio(percent: str) -> float:
    return float(Decimal(percent) / 100)
