"""What happened to an entity, what it was, and the feed: asked for through the API."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from catalog.ingestion.rebuild import rebuild
from catalog.models import Change, Entity, Event, Horizon, Location
from catalog.services import register_location, unregister_location
from catalog.tasks import forget_old_history
from portal.accounts.models import Account, NamespaceGrant
from portal.accounts.principal import SYSTEM, Principal
from portal.audit.models import Record
from tests.catalog.conftest import COMPONENT, Folder
from tests.conftest import GraphQLClient

pytestmark = pytest.mark.django_db
Graphql = Callable[[Account | None], GraphQLClient]

WEB = "component:default/web"
EVENTS = """nodes { what ref actor cause source former: formerRef relation { type targetRef }
    changes { path before after } }"""
HISTORY = "query($ref: String!) { entityHistory(ref: $ref) { totalCount %s } }" % EVENTS
FEED = """query($after: String, $first: Int, $filter: ChangeFilter) {
    changes(after: $after, first: $first, filter: $filter) {
        cursor hasMore events { what ref uid cursor document patch relation { type targetRef } } } }"""
AS_OF = """query($ref: String!, $at: DateTime) { entity(ref: $ref, asOf: $at) {
    uid etag orphan title ownerRef document owner { ref } relations { nodes { type targetRef } }
    descriptor problems { code } panels { title } docs { __typename } history { totalCount } } }"""


@pytest.fixture
def ask(graphql: Graphql, admin: Account) -> GraphQLClient:
    return graphql(admin)


def now_cursor(ask: GraphQLClient) -> str:
    page = ask(FEED)["changes"]
    assert (page["events"], page["hasMore"]) == ([], False)
    return str(page["cursor"])


def feed(ask: GraphQLClient, after: str, **arguments: Any) -> list[tuple[str, str, str]]:
    events = ask(FEED, after=after, **arguments)["changes"]["events"]
    return [(e["what"], e["ref"], (e["relation"] or {}).get("targetRef", "")) for e in events]


def owned_by(folder: Folder, owner: str, *, extra: str = "") -> None:
    folder.write("all.yaml", COMPONENT.format(name="web").replace("team-a", owner).rstrip() + f"\n{extra}")


def test_the_history_of_an_entity_goes_on_to_its_end(folder: Folder, ask: GraphQLClient) -> None:
    owned_by(folder, "team-a")
    folder.add()
    owned_by(folder, "team-b", extra="  system: shop\n")
    folder.refresh()
    unregister_location(Location.objects.get().uid, actor=SYSTEM)

    history = ask(HISTORY, ref=WEB)["entityHistory"]

    assert history["totalCount"] == 9
    found = [(each["what"], each["relation"] and each["relation"]["targetRef"]) for each in history["nodes"]]
    assert found == [
        ("DELETED", None),
        ("UNRELATED", "system:default/shop"),
        ("UNRELATED", "group:default/team-b"),
        ("RELATED", "system:default/shop"),
        ("RELATED", "group:default/team-b"),
        ("UNRELATED", "group:default/team-a"),
        ("CHANGED", None),
        ("RELATED", "group:default/team-a"),
        ("CREATED", None),
    ]


def test_a_change_names_values_actor_and_audit_record(
    folder: Folder, ask: GraphQLClient, admin: Account, settings: Any
) -> None:
    settings.CATALOG_ROOTS = [folder.path]
    owned_by(folder, "team-a")
    target = f"file:{folder.path / 'all.yaml'}"
    register_location(target, actor=Principal(account=admin))
    owned_by(folder, "team-b", extra="  system: shop\n")
    folder.refresh()

    changed = [e for e in ask(HISTORY, ref=WEB)["entityHistory"]["nodes"] if e["what"] == "CHANGED"]

    assert [(e["actor"], e["cause"], e["source"]) for e in changed] == [("system", "ingestion", target)]
    assert changed[0]["changes"] == [
        {"path": "/spec/owner", "before": "team-a", "after": "team-b"},
        {"path": "/spec/system", "before": None, "after": "shop"},
    ]
    created, refreshed = Change.objects.order_by("id")
    assert (created.actor, created.record) == ("user:default/admin", None)
    assert refreshed.record == Record.objects.get(action="location.refresh").uid


def test_the_past_is_shown_as_it_was(folder: Folder, ask: GraphQLClient) -> None:
    owned_by(folder, "team-a")
    folder.add()
    first = ask(AS_OF, ref=WEB)["entity"]
    then = timezone.now().isoformat()
    owned_by(folder, "team-b", extra="  system: shop\n")
    folder.refresh()
    between = timezone.now().isoformat()
    unregister_location(Location.objects.get().uid, actor=SYSTEM)

    assert ask(AS_OF, ref=WEB)["entity"] is None
    past = ask(AS_OF, ref=WEB, at=then)["entity"]
    for key in ("uid", "etag", "document", "relations", "ownerRef"):
        assert past[key] == first[key]
    assert list(past["document"]) == list(first["document"])
    assert (past["descriptor"], past["problems"], past["panels"], past["docs"]) == (None, [], [], None)
    later = ask(AS_OF, ref=WEB, at=between)["entity"]
    assert later["relations"]["nodes"] == [
        {"type": "ownedBy", "targetRef": "group:default/team-b"},
        {"type": "partOf", "targetRef": "system:default/shop"},
    ]
    assert ask(AS_OF, ref="component:default/never", at=then)["entity"] is None


def test_what_nobody_changed_is_no_event(folder: Folder, ask: GraphQLClient) -> None:
    owned_by(folder, "team-a")
    folder.add()
    cursor = now_cursor(ask)
    rows = Event.objects.count(), Change.objects.count()

    owned_by(folder, "team-a", extra="# a comment\n")
    folder.refresh()
    assert rebuild().differences == 0

    assert feed(ask, cursor) == []
    assert (Event.objects.count(), Change.objects.count()) == rows


def test_the_feed_brings_every_event_in_pages_of_any_size(folder: Folder, ask: GraphQLClient) -> None:
    cursor = now_cursor(ask)
    folder.components("all.yaml", "a", "b", "c")
    folder.add()
    every = feed(ask, cursor)
    paged: list[tuple[str, str, str]] = []
    after, more = cursor, True
    while more:
        page = ask(FEED, after=after, first=2)["changes"]
        paged += [(e["what"], e["ref"], (e["relation"] or {}).get("targetRef", "")) for e in page["events"]]
        after, more = page["cursor"], page["hasMore"]
    assert paged == every
    assert [what for what, _, _ in every] == ["CREATED"] * 4 + ["RELATED"] * 3
    filtered = {"kind": ["component"], "what": ["CREATED"], "refs": ["Component:default/B"]}
    assert feed(ask, cursor, filter=filtered) == [("CREATED", "component:default/b", "")]


def test_a_viewer_learns_nothing_of_what_is_hidden(
    folder: Folder, ask: GraphQLClient, graphql: Graphql, outsider: Account
) -> None:
    cursor = now_cursor(ask)
    owned_by(folder, "team-a", extra="  dependsOn: ['component:secret/vault']\n")
    vault = COMPONENT.format(name="vault").replace("name: vault", "name: vault\n  namespace: secret")
    folder.write("vault.yaml", vault)
    folder.add()
    folder.add("vault.yaml")
    then = timezone.now().isoformat()
    NamespaceGrant.objects.create(namespace="secret", subject="group:default/team-a", role="reader")
    outside = graphql(outsider)

    everything = feed(ask, cursor)
    seen = feed(outside, cursor)

    assert len(everything) - len(seen) == 3
    assert not [event for event in seen if "secret" in event[1] + event[2]]
    hidden = outside.post(HISTORY, ref="component:secret/vault").json()
    missing = outside.post(HISTORY, ref="component:secret/nothing").json()
    assert hidden["errors"][0]["extensions"] == missing["errors"][0]["extensions"]
    assert outside(AS_OF, ref="component:secret/vault", at=then)["entity"] is None
    past = outside(AS_OF, ref=WEB, at=then)["entity"]
    assert past["relations"]["nodes"] == [{"type": "ownedBy", "targetRef": "group:default/team-a"}]
    assert outside(HISTORY, ref=WEB)["entityHistory"]["totalCount"] == 2
    assert outside(FEED, after=cursor, filter={"refs": ["component:secret/vault"]})["changes"]["events"] == []


def test_old_history_is_forgotten_and_its_readers_are_told(
    folder: Folder, ask: GraphQLClient, settings: Any
) -> None:
    settings.HISTORY_DAYS = 30
    cursor = now_cursor(ask)
    owned_by(folder, "team-a")
    folder.add()
    Change.objects.update(at=timezone.now() - timedelta(days=31))
    Horizon.objects.update_or_create(pk=1, defaults={"since": timezone.now() - timedelta(days=60)})
    middle = now_cursor(ask)
    owned_by(folder, "team-b")
    folder.refresh()

    forget_old_history()

    assert [what for what, _, _ in feed(ask, middle)] == ["CHANGED", "UNRELATED", "RELATED"]
    answer = ask.post(FEED, after=cursor).json()
    assert answer["errors"][0]["extensions"]["code"] == "CURSOR_EXPIRED"
    old = (timezone.now() - timedelta(days=40)).isoformat()
    assert ask.post(AS_OF, ref=WEB, at=old).json()["errors"][0]["extensions"]["code"] == "HISTORY_EXPIRED"
    assert Change.objects.count() == 1
    assert Entity.objects.filter(ref=WEB).exists()


@pytest.mark.parametrize("cursor", ["", "x" * 1_000_000, "AAAA", "' OR 1=1 --"])
def test_a_made_up_cursor_is_refused(ask: GraphQLClient, cursor: str) -> None:
    assert ask.post(FEED, after=cursor).json()["errors"][0]["extensions"]["code"] in (
        "INVALID_CURSOR",
        "QUERY_TOO_LARGE",
    )
