"""A source of the dummy plugin, run as a worker runs it: batches, failures, forgetting, asking again."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from catalog.models import CatalogState
from portal.celery import all_schedules
from portal.extension.points import ExtensionError
from portal.extension.schedules import run_schedule
from portal.extension.snapshots import Failed, SnapshotSource
from portal.extension_points import snapshot_sources
from portal.snapshots.models import Snapshot
from portal.snapshots.selectors import is_round_due, snapshots_by_target, states_of_sources
from portal.snapshots.services import refresh_due_snapshots, request_refresh
from tests.dummy_plugin.contributions import asked, harbours, weather

pytestmark = pytest.mark.django_db
KEY = "dummy.weather"


@pytest.fixture(autouse=True)
def source() -> Iterator[None]:
    harbours[:] = ["north", "south", "fog"]
    asked.clear()
    with snapshot_sources.temporarily(weather, plugin="dummy"):
        yield


def make_due(**more: str) -> None:
    Snapshot.objects.filter(**more).update(due_at=timezone.now() - timedelta(seconds=1))


def test_targets_are_fetched_in_batches_and_only_when_they_are_due() -> None:
    assert refresh_due_snapshots(KEY) == 3
    assert asked == [["fog", "north"], ["south"]]
    assert refresh_due_snapshots(KEY) == 0
    assert asked == [["fog", "north"], ["south"]]


def test_first_looks_leave_room_for_others_and_later_ones_do_not_wait(monkeypatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("portal.snapshots.services.time.sleep", pauses.append)
    harbours[:] = ["north", "south", "east", "west"]
    assert refresh_due_snapshots(KEY) == 4
    assert len(pauses) == 2, "one for each batch"
    assert all(0 < pause <= 2 for pause in pauses)
    make_due()
    assert refresh_due_snapshots(KEY) == 4
    assert len(pauses) == 2


def test_the_schedule_of_a_source_runs_it() -> None:
    [schedule] = [item for item in all_schedules() if item.name == "snapshot-weather"]
    assert schedule.plugin == "dummy"
    assert schedule.value.every == timedelta(seconds=15)
    assert run_schedule(schedule)
    assert Snapshot.objects.filter(source=KEY).count() == 3


def test_many_targets_are_read_in_one_statement(django_assert_num_queries) -> None:
    refresh_due_snapshots(KEY)
    with django_assert_num_queries(1):
        taken = snapshots_by_target(KEY, ["north", "south", "fog", "unknown"])
    assert {name: each.data for name, each in taken.items()} == {
        "north": {"wind": 7}, "south": {"wind": 7}, "fog": None,
    }  # fmt: skip
    assert (taken["north"].stale, taken["north"].error) == (False, "")
    assert (taken["fog"].stale, taken["fog"].error) == (True, "Nothing can be seen.")


def test_an_error_keeps_the_last_good_data_and_waits_longer_each_time() -> None:
    refresh_due_snapshots(KEY)
    Snapshot.objects.filter(target="fog").update(data={"wind": 1}, taken_at=timezone.now())
    waits = []
    for _ in range(3):
        make_due(target="fog")
        refresh_due_snapshots(KEY)
        row = Snapshot.objects.get(target="fog")
        waits.append((row.due_at - timezone.now()).total_seconds())
    assert row.data == {"wind": 1}
    assert row.failures == 4
    assert waits[0] * 1.5 < waits[1] < waits[2] / 1.5


def test_an_upstream_that_says_when_is_asked_then() -> None:
    later = SnapshotSource(
        "tides", lambda: ["ebb"], lambda targets: {"ebb": Failed("Busy.", timedelta(hours=9))},
        every=timedelta(seconds=10),
    )  # fmt: skip
    with snapshot_sources.temporarily(later, plugin="dummy"):
        refresh_due_snapshots("dummy.tides")
    due = Snapshot.objects.get(target="ebb").due_at - timezone.now()
    assert timedelta(hours=8, minutes=59) < due <= timedelta(hours=9)


def test_a_target_without_an_answer_and_a_fetch_that_raises_are_failures() -> None:
    silent = SnapshotSource("silent", lambda: ["a"], lambda targets: {}, every=timedelta(minutes=1))
    broken = SnapshotSource("broken", lambda: ["a"], lambda targets: {}["x"], every=timedelta(minutes=1))
    with snapshot_sources.temporarily(silent, broken, plugin="dummy"):
        refresh_due_snapshots("dummy.silent")
        refresh_due_snapshots("dummy.broken")
        assert snapshots_by_target("dummy.silent", ["a"])["a"].error == "The upstream said nothing about it."
        found = snapshots_by_target("dummy.broken", ["a"])["a"].error
    assert found == "Fetching failed (KeyError); the log says more."


def test_what_is_no_longer_a_target_is_forgotten_and_an_error_forgets_nothing() -> None:
    refresh_due_snapshots(KEY)
    harbours[:] = ["north"]
    refresh_due_snapshots(KEY)
    assert list(Snapshot.objects.values_list("target", flat=True)) == ["north"]

    def cannot_list() -> list[str]:
        raise OSError("no catalog")

    with snapshot_sources.temporarily(
        SnapshotSource("other", cannot_list, lambda targets: {}, every=timedelta(minutes=1)), plugin="dummy"
    ):
        Snapshot.objects.create(source="dummy.other", target="kept", due_at=timezone.now())
        with pytest.raises(OSError, match="no catalog"):
            refresh_due_snapshots("dummy.other")
    assert Snapshot.objects.filter(target="kept").exists()


def test_asking_makes_a_target_due_but_not_twice_in_a_moment() -> None:
    refresh_due_snapshots(KEY)
    assert request_refresh(KEY, ["north"]) == 0  # fetched a moment ago
    Snapshot.objects.filter(target="north").update(taken_at=timezone.now() - timedelta(minutes=1))
    assert request_refresh(KEY, ["north", "south"]) == 1
    asked.clear()
    assert refresh_due_snapshots(KEY) == 1
    assert asked == [["north"]]


def test_what_fails_is_tried_once_in_a_while_however_often_somebody_asks() -> None:
    def away(targets: object) -> dict[str, Failed]:
        calls.append(targets)
        return {"ebb": Failed("It cannot be reached.")}

    calls: list[object] = []
    tides = SnapshotSource("tides", lambda: ["ebb"], away, every=timedelta(minutes=5))
    with snapshot_sources.temporarily(tides, plugin="dummy"):
        refresh_due_snapshots("dummy.tides")
        for _ in range(50):
            request_refresh("dummy.tides", ["ebb"])
            refresh_due_snapshots("dummy.tides")
        assert len(calls) == 1
        wait = Snapshot.objects.get(target="ebb").due_at - timezone.now()
        assert timedelta(seconds=20) < wait <= timedelta(seconds=30), "well before its turn would come"
        make_due(target="ebb")
        refresh_due_snapshots("dummy.tides")
    assert len(calls) == 2


def test_a_source_shows_how_it_is_doing() -> None:
    refresh_due_snapshots(KEY)
    [state] = [state for state in states_of_sources() if f"{state.plugin}.{state.name}" == KEY]
    assert (state.targets, state.waiting, state.failing, state.error) == (3, 0, 1, "Nothing can be seen.")
    assert state.oldest is not None
    assert state.next_try == Snapshot.objects.get(target="fog").due_at


@pytest.mark.parametrize(("name", "seconds"), [("Some Words", 60), ("fast", 1)])
def test_a_source_that_could_not_be_run_is_refused(name: str, seconds: int) -> None:
    odd = SnapshotSource(name, lambda: [], lambda targets: {}, every=timedelta(seconds=seconds))
    with pytest.raises(ExtensionError), snapshot_sources.temporarily(odd, plugin="dummy"):
        pass


def test_a_round_is_due_for_due_targets_and_when_the_catalog_has_changed(monkeypatch) -> None:
    monkeypatch.setattr("portal.snapshots.selectors._looked", {})
    assert is_round_due(KEY), "a clock that has just started knows nothing"
    refresh_due_snapshots(KEY)
    assert not is_round_due(KEY)
    make_due(target="north")
    assert is_round_due(KEY)
    refresh_due_snapshots(KEY)
    assert not is_round_due(KEY)
    CatalogState.objects.update_or_create(pk=1, defaults={"generation": 1_000_000})
    assert is_round_due(KEY)
    assert not is_round_due(KEY)
