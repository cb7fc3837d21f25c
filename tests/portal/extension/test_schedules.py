"""Scheduled work of plugins: once at a time, and what it raises costs nothing else."""

import pytest

from portal.extension import guard
from portal.extension.points import Contribution
from portal.extension.schedules import Schedule, run_schedule
from tests.dummy_plugin import contributions, misbehaving

pytestmark = pytest.mark.usefixtures("until_released")


def schedule(run):
    return Contribution("dummy", "count", Schedule("count", run, every=contributions.EVERY), 100)


@pytest.mark.django_db
def test_a_schedule_runs():
    contributions.runs.clear()
    assert run_schedule(schedule(contributions.count_run)) is True
    assert contributions.runs == ["run"]


@pytest.mark.django_db
@pytest.mark.parametrize("run", [misbehaving.raising_run, misbehaving.exiting_run])
def test_a_schedule_that_fails_is_logged_with_its_plugin(run, caplog):
    assert run_schedule(schedule(run)) is False
    assert any("plugin=dummy schedule dummy.count" in record.getMessage() for record in caplog.records)
    assert run_schedule(schedule(contributions.count_run)) is True


@pytest.mark.django_db
def test_a_schedule_runs_once_at_a_time():
    contributions.runs.clear()
    item = schedule(contributions.count_run)
    seen = []

    def meanwhile():
        seen.append(guard.contained("other", "x", lambda: run_schedule(item)))

    assert run_schedule(schedule(meanwhile)) is True
    assert (seen, contributions.runs) == ([False], [])
