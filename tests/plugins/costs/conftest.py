"""A company whose things cost something, and what a member sees of it."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from catalog.services import register_location
from plugins.costs.settings import CostSource
from portal.accounts.principal import SYSTEM
from portal.extension import guard
from portal.plugin_api.testing import with_settings
from portal.snapshots.models import Snapshot
from portal.snapshots.services import refresh_due_snapshots
from tests.servers import HttpServer

CATALOG = """\
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: team-a, annotations: {portal/cost-budget: "%(budget)s"}}
spec: {type: team, children: [team-b], members: [member]}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: team-b}
spec: {type: team, parent: team-a, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: member}
spec: {memberOf: [team-a]}
---
apiVersion: backstage.io/v1alpha1
kind: Domain
metadata: {name: sea}
spec: {owner: team-a}
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: {name: ships}
spec: {owner: team-a, domain: sea}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: engine}
spec: {type: service, lifecycle: production, owner: team-a, system: ships}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: pump}
spec: {type: service, lifecycle: production, owner: team-b, system: ships, subcomponentOf: engine}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: pump, namespace: other}
spec: {type: service, lifecycle: production, owner: default/team-b}
---
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: {name: store, annotations: {portal/cost-names: "bucket-1,bucket-2"}}
spec: {type: bucket, owner: team-b}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: safe, namespace: hidden}
spec: {type: service, lifecycle: production, owner: default/team-b}
"""
YESTERDAY = timezone.now().date() - timedelta(days=1)


@pytest.fixture
def company(tmp_path: Path, transactional_db: None) -> Callable[..., None]:
    """Puts the company into the catalog; plugins read on a connection of their own."""
    guard.shut_down()

    def register(budget: str = "1000 EUR") -> None:
        path = tmp_path / "company.yaml"
        path.write_text(CATALOG % {"budget": budget}, encoding="utf-8")
        register_location(f"file:{path}", actor=SYSTEM, trusted=True)

    return register


@pytest.fixture
def configure(settings: Any, tmp_path: Path, transactional_db: None) -> Iterator[Callable[..., None]]:
    """Settings of the plugin, as if the portal had been started with them; loopback may be called."""
    cache.clear()
    with ExitStack() as stack:

        def change(*sources: CostSource, **values: Any) -> None:
            values = {"folder": str(tmp_path), **values, "sources": sources}
            stack.enter_context(with_settings("costs", **values))
            settings.OUTBOUND_PRIVATE = [source.address.rpartition("//")[2] for source in sources]

        yield change


@pytest.fixture
def fetch() -> Callable[[], dict[str, str]]:
    """Read every source now; answers what went wrong by source."""

    def run() -> dict[str, str]:
        Snapshot.objects.filter(source="costs.sources").update(due_at=timezone.now())
        refresh_due_snapshots("costs.sources")
        return dict(Snapshot.objects.exclude(error="").values_list("target", "error"))

    return run


@pytest.fixture
def server() -> Iterator[HttpServer]:
    with HttpServer() as running:
        yield running


class Focus:
    """A FOCUS file that grows row by row."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.path.write_text("ChargePeriodStart,BilledCost,BillingCurrency,ServiceName,SubAccountName,Tags\n")

    def row(
        self, amount: str, name: str = "", *, day: date = YESTERDAY, currency: str = "EUR", **tags: str
    ) -> None:
        told = json.dumps({**({"component": name} if name else {}), **tags}).replace('"', '""')
        with self.path.open("a") as file:
            file.write(f'{day}T00:00:00Z,{amount},{currency},Compute,north,"{told}"\n')


@pytest.fixture
def focus(tmp_path: Path, configure: Callable[..., None]) -> Focus:
    """The one source of this portal."""
    configure(CostSource("bills", "focus", "bills.csv", currency="EUR", shared=("everybody",)))
    return Focus(tmp_path / "bills.csv")


FIELD = """query ($ref: String!) { entity(ref: $ref) { costs {
    currency monthToDate lastMonth forecast trend direct idle shared
    days { day amount } anomalies { day amount expected } budget { amount level reason problem } } } }"""


@pytest.fixture
def costs_of(graphql: Callable[..., Any], member: Any) -> Callable[[str], dict]:
    """The plugin's field of an entity as a member sees it."""
    return lambda ref: graphql(member)(FIELD, ref=ref)["entity"]["costs"]


@pytest.fixture
def total_of(costs_of: Callable[[str], dict]) -> Callable[[str], str]:
    """What all known days of an entity come to."""
    from decimal import Decimal

    return lambda ref: str(sum(Decimal(each["amount"]) for each in (costs_of(ref) or {"days": []})["days"]))
