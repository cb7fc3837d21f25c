"""The settings of the plugin, read from PORTAL_CI_*, and what they mean."""

import re
from dataclasses import dataclass
from datetime import timedelta

from portal.plugin_api import secret, setting, settings_of

DEMO = "demo:"


@dataclass(frozen=True)
class GitHub:
    """A GitHub to ask for runs of Actions: the host of its repositories and the address of its API."""

    host: str
    api: str
    token: str = secret(help="May read actions. PORTAL_CREDENTIALS may hold it instead.")


@dataclass(frozen=True)
class CiSettings:
    """`branches` are those whose builds say how a component is doing."""

    githubs: tuple[GitHub, ...] = setting((), help="Each GitHub whose Actions are asked for runs.")
    report_secret: str = secret(help="Signs the reports of other systems; without one none is taken.")
    branches: tuple[str, ...] = setting(("main", "master", "trunk"), help="The branches that count.")
    keep_days: int = setting(90, help="How long runs are kept.")
    every: timedelta = setting(timedelta(minutes=5), fixed=True)

    def __post_init__(self) -> None:
        mistakes = [
            f"{each.api!r} of {each.host} is no address: write https://api.github.com."
            for each in self.githubs
            if each.api != DEMO and not re.match(r"https?://[^/]+", each.api)
        ]
        if len({each.host for each in self.githubs}) != len(self.githubs):
            mistakes.append("Two GitHubs have the same host.")
        if self.keep_days < 1:
            mistakes.append("keep_days is at least 1.")
        if mistakes:
            raise ValueError(" ".join(mistakes))


def current_settings() -> CiSettings:
    """The settings as they are now."""
    return settings_of(CiSettings)
