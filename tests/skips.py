"""A test that was skipped tested nothing: with PORTAL_TEST_REQUIRE=1 that is a failure."""

import os
from collections.abc import Iterator
from typing import Any

import pytest


def _refuse(report: Any) -> Any:
    required = os.environ.get("PORTAL_TEST_REQUIRE") == "1"
    if required and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"PORTAL_TEST_REQUIRE=1, but this was skipped: {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Iterator[None]:
    return _refuse((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Iterator[None]:
    return _refuse((yield))
