"""An entity that moves from one source to another is there all the time, and stays itself."""

import random
import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from catalog.models import Departure, Entity, Event, Location, Problem
from catalog.refresh.polling import poll_local
from catalog.services import refresh_location, unregister_location
from catalog.tasks import refresh_locations
from portal.accounts.principal import SYSTEM
from tests.catalog.conftest import COMPONENT, Folder

pytestmark = pytest.mark.django_db
WEB = "component:default/web"


@pytest.fixture
def two(folder: Folder) -> Folder:
    """Two locations, `old` with the entity and `new` without."""
    folder.components("old.yaml", "stays", "web")
    folder.components("new.yaml", "other")
    folder.add("old.yaml")
    folder.add("new.yaml")
    return folder


def move(folder: Folder) -> None:
    folder.components("old.yaml", "stays")
    folder.components("new.yaml", "other", "web")


def read_only(folder: Folder, name: str) -> None:
    """One source is read, and no other is looked at."""
    from catalog.refresh.polling import look_at

    look_at([Location.objects.get(target=str(folder.path / name))])


def source_of(ref: str) -> str:
    entity = Entity.objects.get(ref=ref)
    assert entity.location
    place = entity.content["metadata"]["annotations"]["backstage.io/managed-by-location"]
    assert place == f"file:{entity.location.target}"
    return entity.location.target.rpartition("/")[2]


@pytest.mark.parametrize("order", [("old.yaml", "new.yaml"), ("new.yaml", "old.yaml", "new.yaml"), ()])
def test_it_keeps_its_uid_and_its_history_tells_of_the_move(two: Folder, order: tuple[str, ...]) -> None:
    before = Entity.objects.get(ref=WEB)
    move(two)
    for name in order:
        read_only(two, name)
        assert Entity.objects.get(ref=WEB).uid == before.uid
    if not order:
        poll_local()
    assert (source_of(WEB), Entity.objects.get(ref=WEB).uid) == ("new.yaml", before.uid)
    refresh_locations()
    assert source_of(WEB) == "new.yaml"
    assert (Departure.objects.count(), Problem.objects.filter(code="REF_CONFLICT").count()) == (0, 0)
    events = Event.objects.filter(ref=WEB, relation_type="").order_by("id")
    assert [event.what for event in events] == ["CREATED", "ADOPTED"]
    last = events.last()
    assert last is not None
    assert last.change.source == f"file:{two.path}/new.yaml"
    assert "new.yaml" in last.after


def test_the_first_location_keeps_it_while_both_have_it(two: Folder) -> None:
    two.components("new.yaml", "other", "web")
    refresh_locations()
    assert source_of(WEB) == "old.yaml"
    assert list(Problem.objects.filter(code="REF_CONFLICT").values_list("ref", flat=True)) == [WEB]
    two.write("old.yaml", "kind: [")
    refresh_locations()
    assert source_of(WEB) == "old.yaml"


def test_the_first_location_keeps_it_however_long_it_has_failed(two: Folder, settings: Any) -> None:
    two.write("new.yaml", COMPONENT.format(name="web").replace("team-a", "thieves"))
    (two.path / "old.yaml").unlink()
    refresh_locations()
    before = Entity.objects.get(ref=WEB)
    ages = timedelta(seconds=settings.CATALOG_STALE_SECONDS + settings.CATALOG_MOVE_SECONDS)
    for _ in range(3):
        Location.objects.update(last_success_at=timezone.now() - ages)
        refresh_locations()
    after = Entity.objects.get(ref=WEB)
    assert (source_of(WEB), after.uid, after.document) == ("old.yaml", before.uid, before.document)
    assert Location.objects.get(target__endswith="old.yaml").last_error == "old.yaml is not there."
    assert list(Problem.objects.filter(code="REF_CONFLICT").values_list("ref", flat=True)) == [WEB]


def test_what_is_declared_nowhere_goes_when_all_other_sources_were_read(two: Folder) -> None:
    two.components("old.yaml", "stays")
    read_only(two, "old.yaml")
    assert Entity.objects.filter(ref=WEB).exists()
    refresh_locations()
    assert not Entity.objects.filter(ref=WEB).exists()
    assert Event.objects.filter(ref=WEB, what="DELETED").get().change.source.endswith("old.yaml")


def test_it_goes_at_once_where_somebody_asks_and_no_source_is_elsewhere(two: Folder) -> None:
    two.components("old.yaml", "stays")
    old = Location.objects.get(target__endswith="old.yaml")
    assert refresh_location(old.uid, actor=SYSTEM).removed == 1
    assert not Entity.objects.filter(ref=WEB).exists()


def test_a_source_that_cannot_be_read_keeps_it_for_a_while_only(two: Folder, settings: Any) -> None:
    two.components("old.yaml", "stays")
    (two.path / "new.yaml").unlink()
    refresh_locations()
    assert Entity.objects.filter(ref=WEB).exists()
    long_ago = timezone.now() - timedelta(seconds=settings.CATALOG_MOVE_SECONDS + 1)
    Departure.objects.update(since=long_ago)
    refresh_locations()
    assert not Entity.objects.filter(ref=WEB).exists()


def test_what_is_declared_again_where_it_was_stays(two: Folder) -> None:
    two.components("old.yaml", "stays")
    read_only(two, "old.yaml")
    two.components("old.yaml", "stays", "web")
    refresh_locations()
    assert (source_of(WEB), Departure.objects.count()) == ("old.yaml", 0)


def test_a_location_that_is_removed_leaves_it_to_the_one_that_waits(two: Folder) -> None:
    two.components("new.yaml", "other", "web")
    refresh_locations()
    uid = Entity.objects.get(ref=WEB).uid
    unregister_location(Location.objects.get(target__endswith="old.yaml").uid, actor=SYSTEM)
    assert Entity.objects.get(ref=WEB).uid == uid
    refresh_locations()
    assert (source_of(WEB), Entity.objects.get(ref=WEB).uid) == ("new.yaml", uid)
    assert not Entity.objects.filter(ref="component:default/stays").exists()


@pytest.mark.django_db(transaction=True)
def test_who_reads_it_all_the_time_never_misses_it(two: Folder, member: Any, bearer: Any) -> None:
    """Fifty moves there and back, sources read in any order, and a reader that never stops."""
    uid = str(Entity.objects.get(ref=WEB).uid)
    seen: list[tuple[int, str]] = []
    ended = threading.Event()

    def reads() -> None:
        client = bearer(member)
        while not ended.is_set():
            answer = client.get("/api/catalog/entities/by-name/component/default/web")
            seen.append((answer.status_code, answer.json().get("metadata", {}).get("uid", "")))
            time.sleep(0.005)
        connection.close()

    reader = threading.Thread(target=reads)
    reader.start()
    chance = random.Random(38)
    try:
        for number in range(50):
            names = ["old.yaml", "new.yaml"]
            without, having = names if number % 2 == 0 else reversed(names)
            two.components(without, "stays" if without == "old.yaml" else "other")
            two.components(having, "stays" if having == "old.yaml" else "other", "web")
            for name in chance.choice([(without, having), (having, without), ()]):
                read_only(two, name)
            poll_local()
            poll_local()
            assert source_of(WEB) == having
    finally:
        ended.set()
        reader.join()
    assert len(seen) > 50
    assert set(seen) == {(200, uid)}
