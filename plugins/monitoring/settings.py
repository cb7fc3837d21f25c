"""The settings of the plugin, read from PORTAL_MONITORING_*, and what they mean."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from portal.plugin_api import secret, setting, settings_of

from .queries import CONVENTIONS, Convention

NAME = re.compile(r"[a-z0-9]([a-z0-9_.-]{0,40}[a-z0-9])?")
DEMO = "demo:"


@dataclass(frozen=True)
class Server:
    """A Prometheus, for one cluster or environment, and the Alertmanager it tells."""

    name: str
    prometheus: str
    alertmanager: str = ""
    token: str = secret(help="Sent to both of them as a bearer token.")


@dataclass(frozen=True)
class MonitoringSettings:
    """`convention` says what the series are called; `label` and the four queries replace parts of it."""

    servers: tuple[Server, ...] = setting((), help="Each Prometheus, by cluster or environment.")
    convention: Literal["http", "opentelemetry", "istio"] = "http"
    label: str = setting("", help="The label that names a component, where the convention's does not.")
    rate: str = setting("", help="Requests a second, by $label.")
    errors: str = setting("", help="Failed requests a second, by $label.")
    duration: str = setting("", help="Seconds, by $label.")
    saturation: str = setting("", help="How full, from 0 to 1, by $label.")
    kinds: tuple[str, ...] = ("Component",)
    own_queries: bool = setting(True, help="Whether entities may bring queries of their own.")
    tier_label: str = setting("portal/tier", help="The label of entities that names their tier.")
    objectives: tuple[str, ...] = setting((), help="Availability by tier: 1=99.95; *=99 for every other.")
    dashboard: str = setting("", help="An address with $name, $server and $namespace.")
    logs: str = setting("", help="An address with $name, $server and $namespace.")
    seconds: int = setting(10, help="Longest that a server may take for an answer.")
    keep_days: int = setting(30, help="How long alerts are kept that have ended.")
    every: timedelta = setting(timedelta(seconds=60), fixed=True)
    alerts_every: timedelta = setting(timedelta(seconds=30), fixed=True)
    objectives_every: timedelta = setting(timedelta(minutes=5), fixed=True)

    def __post_init__(self) -> None:
        mistakes = []
        for server in self.servers:
            if not NAME.fullmatch(server.name):
                mistakes.append(f"{server.name!r} cannot be the name of a server: write small letters.")
            for url in filter(None, (server.prometheus, server.alertmanager)):
                if url != DEMO and not re.match(r"https?://", url):
                    mistakes.append(f"{url!r} of {server.name} is no address: write https://….")
        if len(self.all_servers) != len(self.servers):
            mistakes.append("Two servers have the same name.")
        for entry in self.objectives:
            if not re.fullmatch(r"[^=]+=\d{2}(\.\d{1,4})?", entry):
                mistakes.append(f"{entry!r} is no objective of a tier: write 1=99.95.")
        if mistakes:
            raise ValueError(" ".join(mistakes))

    @property
    def all_servers(self) -> dict[str, Server]:
        """The servers by name, in the order of the setting."""
        return {server.name: server for server in self.servers}

    @property
    def objective_of_tier(self) -> dict[str, str]:
        """Percent by tier."""
        return {tier: percent for tier, _, percent in (each.partition("=") for each in self.objectives)}

    @property
    def queries(self) -> Convention:
        """The convention with what the settings replace of it."""
        chosen = CONVENTIONS[self.convention]
        return Convention(
            label=self.label or chosen.label,
            rate=self.rate or chosen.rate,
            errors=self.errors or chosen.errors,
            duration=self.duration or chosen.duration,
            saturation=self.saturation or chosen.saturation,
            slow=chosen.slow,
            measured=chosen.measured,
        )


def current_settings() -> MonitoringSettings:
    """The settings as they are now."""
    return settings_of(MonitoringSettings)
