"""The settings of the plugin, read from PORTAL_COSTS_* and the page, and what they mean."""

import re
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal, InvalidOperation

from portal.plugin_api import secret, setting, settings_of

KINDS = ("opencost", "focus", "aws")
DEMO = "demo:"
CURRENCY = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True)
class CostSource:
    """Where costs come from. `kind` is opencost, focus or aws; `address` where it answers, or the file.

    `key` names the label or tag that says whom a charge belongs to, `cluster` a cluster for all of it where
    the source does not say; what is under one of the names in `shared` is everybody's.
    """

    name: str
    kind: str
    address: str = ""
    key: str = "component"
    currency: str = "USD"
    cluster: str = ""
    shared: tuple[str, ...] = ()
    metric: str = ""
    access_key: str = ""
    secret_key: str = secret()
    token: str = secret()


@dataclass(frozen=True)
class CostsSettings:
    """`split_idle` and `split_shared` say whether such costs are divided by what each costs by itself, or
    stay unallocated. `rates` are what one unit of another currency is worth in `currency`: USD=0.92."""

    sources: tuple[CostSource, ...] = setting((), help="OpenCost, FOCUS files, AWS Cost Explorer.")
    currency: str = setting("EUR", help="What everything is shown in (ISO 4217).")
    rates: tuple[str, ...] = setting((), help="What one unit of another currency is worth: USD=0.92.")
    split_idle: bool = setting(True, help="Idle cost of a cluster is divided among what runs on it.")
    split_shared: bool = setting(True, help="Shared cost is divided among everything of its source.")
    kinds: tuple[str, ...] = setting(("Component", "Resource"), help="Kinds that charges may belong to.")
    days: int = setting(62, help="So many days are fetched again each time: invoices change.")
    keep_days: int = setting(800, help="How long costs are kept; by whole months.")
    seconds: int = setting(60, help="Longest that a source may take for an answer.")
    folder: str = setting("", fixed=True, help="FOCUS files are read below this folder only.")
    every: timedelta = setting(timedelta(hours=6), fixed=True)

    def __post_init__(self) -> None:
        mistakes = []
        for source in self.sources:
            if source.kind not in KINDS:
                mistakes.append(
                    f"The source {source.name} is of the kind {source.kind!r}: write opencost, focus or aws."
                )
            if not CURRENCY.fullmatch(source.currency):
                mistakes.append(f"The currency {source.currency!r} of {source.name} is no ISO 4217 code.")
        if len({source.name for source in self.sources}) != len(self.sources):
            mistakes.append("Two sources have the same name.")
        if not CURRENCY.fullmatch(self.currency):
            mistakes.append(f"The currency {self.currency!r} is no ISO 4217 code.")
        try:
            wrong = [rate for rate in self.rate_of.values() if rate <= 0]
        except InvalidOperation:
            wrong = [Decimal(0)]
        if wrong:
            mistakes.append("A rate is written USD=0.92.")
        if mistakes:
            raise ValueError(" ".join(mistakes))

    @property
    def rate_of(self) -> dict[str, Decimal]:
        """What one unit of a currency is worth in ours."""
        pairs = (rate.partition("=") for rate in self.rates)
        return {self.currency: Decimal(1)} | {name.strip(): Decimal(value) for name, _, value in pairs}


def current_settings() -> CostsSettings:
    """The settings as they are now."""
    return settings_of(CostsSettings)
