"""How a location is doing, and what people do about removals that wait, through GraphQL."""

import datetime as dt

import pytest
from django.utils import timezone

from catalog.models import Entity, Location, SourceRun
from portal.audit.models import Record
from tests.catalog.conftest import found_by_reading
from tests.catalog.sources.conftest import components

LOCATIONS = """{ locations { nodes { id title state lastError nextAttemptAt unchangedSince
    runs(first: 2) { totalCount nodes { outcome added changed removed unchanged problems error revision } }
    pendingRemoval { refs count total reason since } } } }"""
APPROVE = """mutation($id: ID!, $n: Int!) { approveRemoval(input: {locationId: $id, count: $n}) {
    location { state pendingRemoval { count } } problems { code path } } }"""
DISMISS = """mutation($id: ID!) { dismissRemoval(input: {locationId: $id}) {
    location { state pendingRemoval { count } } problems { code } } }"""
REFRESH = """mutation($id: ID!) { refreshLocation(input: {locationId: $id}) {
    location { state runs { totalCount } } problems { code } } }"""
MANY = [f"c{number:02}" for number in range(20)]


@pytest.fixture
def client(graphql, admin):
    return graphql(admin)


def location_of(client):
    return client(LOCATIONS)["locations"]["nodes"][0]


@pytest.fixture
def held(web, add, poll, client):
    """A location of 20 components of which 15 are gone; what the page shows of it."""
    web.routes["/a.yaml"] = (200, {}, components(*MANY).encode())
    add(f"{web.url}/a.yaml")
    web.routes["/a.yaml"] = (200, {}, components(*MANY[:5]).encode())
    poll()
    return location_of(client)


def test_the_state_says_what_matters_most(web, add, poll, client):
    web.routes["/a.yaml"] = (200, {}, components("one").encode())
    add(f"{web.url}/a.yaml")
    shown = location_of(client)
    assert (shown["state"], shown["title"]) == ("OK", f"{web.host}/a.yaml")
    assert shown["runs"]["nodes"] == [
        {"outcome": "CHANGED", "added": 2, "changed": 0, "removed": 0, "unchanged": 0, "problems": 0,
         "error": None, "revision": Location.objects.get().etag}
    ]  # fmt: skip
    web.routes.clear()
    poll()
    shown = location_of(client)
    assert (shown["state"], shown["runs"]["totalCount"]) == ("FAILING", 2)
    assert "is not there (404)" in shown["lastError"]
    Location.objects.update(last_success_at=timezone.now() - dt.timedelta(days=2))
    assert location_of(client)["state"] == "STALE"
    run = SourceRun.objects.create(location=Location.objects.get(), started_at=timezone.now())
    assert location_of(client)["state"] == "RUNNING"
    SourceRun.objects.filter(pk=run.pk).update(started_at=timezone.now() - dt.timedelta(hours=1))
    assert location_of(client)["state"] == "STALE"
    web.routes["/a.yaml"] = (200, {}, components("one", "two").encode())
    poll()
    outcomes = [node["outcome"] for node in location_of(client)["runs"]["nodes"]]
    assert outcomes == ["CHANGED", "INTERRUPTED"]


def test_a_large_removal_waits_and_is_approved_by_who_has_seen_it(held, client, names):
    assert held["state"] == "WAITING"
    pending = held["pendingRemoval"]
    assert (pending["count"], pending["total"], len(names())) == (15, 21, 20)
    assert pending["refs"] == [f"component:default/{name}" for name in MANY[5:]]
    assert held["runs"]["nodes"][0]["outcome"] == "HELD"
    stale = client(APPROVE, id=held["id"], n=3)["approveRemoval"]
    assert stale["problems"] == [{"code": "REMOVAL_CHANGED", "path": ["count"]}]
    assert len(names()) == 20
    done = client(APPROVE, id=held["id"], n=15)["approveRemoval"]
    assert done == {"location": {"state": "OK", "pendingRemoval": None}, "problems": []}
    assert names() == MANY[:5]
    assert not found_by_reading().exists()
    again = client(APPROVE, id=held["id"], n=15)["approveRemoval"]
    assert again["problems"][0]["code"] == "NO_REMOVAL_PENDING"
    record = Record.objects.filter(action="location.approve_removal", outcome="allowed").get()
    assert record.detail["entities"] == 15


def test_a_dismissed_removal_stays_away_until_more_is_gone(held, client, web, poll, names):
    done = client(DISMISS, id=held["id"])["dismissRemoval"]
    assert done["location"] == {"state": "OK", "pendingRemoval": None}
    assert not found_by_reading().exists()
    web.routes["/a.yaml"] = (200, {}, components(*MANY[:5], "new").encode())
    poll()
    assert location_of(client)["pendingRemoval"] is None
    assert Entity.objects.filter(orphan=True).count() == 15
    web.routes["/a.yaml"] = (200, {}, components("new").encode())
    poll()
    assert location_of(client)["pendingRemoval"]["count"] == 20


def test_an_empty_answer_waits_too_and_can_be_approved(web, add, poll, client, names):
    web.routes["/a.yaml"] = (200, {}, components("one", "two").encode())
    add(f"{web.url}/a.yaml")
    web.routes["/a.yaml"] = (200, {}, b"# nothing\n")
    poll()
    shown = location_of(client)
    assert (shown["state"], shown["pendingRemoval"]["count"], names()) == ("WAITING", 2, ["one", "two"])
    client(APPROVE, id=shown["id"], n=2)
    assert names() == []


def test_what_returns_does_not_wait_any_more(held, client, web, poll, names):
    web.routes["/a.yaml"] = (200, {}, components(*MANY).encode())
    poll()
    shown = location_of(client)
    assert (shown["state"], shown["pendingRemoval"], len(names())) == ("OK", None, 20)
    assert not Entity.objects.filter(orphan=True).exists()


def test_only_who_manages_a_location_decides(held, graphql, outsider, names):
    other = graphql(outsider)
    for query, variables in ((APPROVE, {"n": 15}), (DISMISS, {}), (REFRESH, {})):
        answer = next(iter(other(query, id=held["id"], **variables).values()))
        assert [problem["code"] for problem in answer["problems"]] == ["DENIED"]
    assert len(names()) == 20
    assert Record.objects.filter(outcome="denied").count() == 3


def test_a_location_is_looked_at_on_demand(web, add, client, names):
    web.routes["/a.yaml"] = (200, {}, components("one").encode())
    add(f"{web.url}/a.yaml")
    shown = location_of(client)
    web.routes["/a.yaml"] = (200, {}, components("one", "two").encode())
    done = client(REFRESH, id=shown["id"])["refreshLocation"]
    assert done == {"location": {"state": "OK", "runs": {"totalCount": 2}}, "problems": []}
    assert names() == ["one", "two"]
    assert client(REFRESH, id="x")["refreshLocation"]["problems"][0]["code"] == "LOCATION_NOT_FOUND"
