"""Which tests stay together on one of the workers that run them side by side: those that share servers."""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

IN_ONE_PORTAL = "tests/e2e/"


class ByServers(LoadScopeScheduling):
    """A module is run by one worker; so is all of tests/e2e, which has one portal and one browser."""

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0]
        return IN_ONE_PORTAL if module.startswith(IN_ONE_PORTAL) else module


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByServers | None:
    """With `--dist loadfile`; the largest part is begun first."""
    return ByServers(config, log) if config.getoption("dist") == "loadfile" else None
