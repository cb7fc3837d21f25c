"""An entity stays itself over renames and deletions; former refs lead to it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from catalog.ingestion.rebuild import rebuild
from catalog.models import Entity, Event, FormerRef, Location, Problem, Relation
from catalog.provenance.overlay_services import set_overlay
from catalog.selectors import get_entity
from catalog.services import unregister_location
from catalog.tasks import refresh_locations
from portal.accounts.models import Account, NamespaceGrant
from portal.accounts.principal import SYSTEM
from tests.catalog.conftest import Folder, everything
from tests.conftest import GraphQLClient

pytestmark = pytest.mark.django_db

SHOP = """
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: {name}
  annotations: {{{annotations}}}
spec:
  type: service
  lifecycle: production
  owner: {owner}
"""
TEAM = """
apiVersion: backstage.io/v1alpha1
kind: Group
metadata:
  name: {name}
  annotations: {{{annotations}}}
spec: {{type: team, children: []}}
"""
OLD, NEW = "component:default/old", "component:default/new"
FROM_OLD = "portal/renamed-from: old"


def shop(name: str, annotations: str = "", owner: str = "team-a") -> str:
    return SHOP.format(name=name, annotations=annotations, owner=owner)


def team(name: str, annotations: str = "") -> str:
    return TEAM.format(name=name, annotations=annotations)


def user(name: str, annotations: str = "") -> str:
    text = team(name, annotations).replace("Group", "User")
    return text.replace("type: team, children: []", "memberOf: [team-a]")


def codes(ref: str) -> list[str]:
    """The problems of an entity, but for the teams that these tests have not got."""
    rows = Problem.objects.filter(ref=ref).exclude(code="UNRESOLVED_REFERENCE").order_by("code")
    return list(rows.values_list("code", flat=True))


@pytest.fixture
def renamed(folder: Folder) -> Entity:
    """old became new, told by the annotation; returns it as it was before."""
    folder.write("all.yaml", shop("old"))
    folder.add()
    before = Entity.objects.get(ref=OLD)
    folder.write("all.yaml", shop("new", FROM_OLD))
    folder.refresh()
    return before


def test_a_renamed_entity_keeps_its_uid_and_its_history(
    renamed: Entity, graphql: Callable[..., GraphQLClient], member: Account
) -> None:
    ask = graphql(member)
    entity = Entity.objects.get(ref=NEW)
    assert (entity.uid, entity.pk, entity.created_at) == (renamed.uid, renamed.pk, renamed.created_at)
    assert not Entity.objects.filter(ref=OLD).exists()
    fields = "{ ref aliases history { nodes { what formerRef } } }"
    by_old = ask('{ entity(ref: "%s") %s }' % (OLD, fields))["entity"]
    assert by_old["ref"] == NEW
    assert by_old["aliases"] == [OLD]
    assert [(each["what"], each["formerRef"]) for each in by_old["history"]["nodes"]] == [
        ("RENAMED", OLD),
        ("RELATED", None),
        ("CREATED", None),
    ]
    (found,) = ask('{ entitiesByRefs(refs: ["Component:OLD"]) { ref } }')["entitiesByRefs"]
    assert found == {"ref": NEW}
    assert rebuild().differences == 0


def test_what_it_was_called_then_is_what_the_past_says(
    folder: Folder, graphql: Callable[..., GraphQLClient], member: Account
) -> None:
    folder.write("all.yaml", shop("old"))
    folder.add()
    then = timezone.now().isoformat()
    folder.write("all.yaml", shop("new", FROM_OLD))
    folder.refresh()
    ask = graphql(member)
    query = 'query($at: DateTime) { old: entity(ref: "%s", asOf: $at) { ref name }' % OLD
    query += ' new: entity(ref: "%s", asOf: $at) { ref } }' % NEW
    assert ask(query, at=then) == {"old": {"ref": OLD, "name": "old"}, "new": None}


def test_relations_by_a_former_ref_lead_to_the_entity_and_their_writers_are_told(
    folder: Folder, graphql: Callable[..., GraphQLClient], member: Account
) -> None:
    folder.write("teams.yaml", team("team-a"))
    folder.write("shop.yaml", shop("web"))
    folder.add("teams.yaml")
    folder.add("shop.yaml")
    folder.write("teams.yaml", team("team-b", "portal/renamed-from: team-a"))

    folder.refresh("teams.yaml")

    web = Entity.objects.get(ref="component:default/web")
    assert web.owner_ref == "group:default/team-b"
    assert web.content["spec"]["owner"] == "team-a"
    assert Relation.objects.get(source=web).target_ref == "group:default/team-b"
    assert "group:default/team-b" in web.relations_text
    ask = graphql(member)
    facets = ask('{ entityFacets(facets: ["owner"]) { buckets { value count } } }')["entityFacets"]
    assert facets[0]["buckets"] == [{"value": "group:default/team-b", "count": 1}]
    owned = ask('{ entities(filter: {owner: ["team-b"]}) { nodes { ref owner { ref } } } }')["entities"]
    assert owned["nodes"] == [{"ref": "component:default/web", "owner": {"ref": "group:default/team-b"}}]
    assert rebuild().differences == 0

    refresh_locations()
    assert codes("component:default/web") == ["REF_RENAMED"]
    folder.write("shop.yaml", shop("web", owner="team-b"))
    refresh_locations()
    assert codes("component:default/web") == []


def test_accounts_and_grants_follow_a_renamed_user_and_group(
    folder: Folder, make_account: Callable[..., Account]
) -> None:
    jane = make_account("jane")
    NamespaceGrant.objects.create(namespace="secret", subject="group:default/team-a", role="reader")
    folder.write("all.yaml", team("team-a") + "---" + user("jane"))
    folder.add()
    now = team("team-b", "portal/renamed-from: team-a")
    folder.write("all.yaml", now + "---" + user("janet", "portal/renamed-from: jane"))
    folder.refresh()
    jane.refresh_from_db()
    assert jane.user_ref == "user:default/janet"
    assert NamespaceGrant.objects.get().subject == "group:default/team-b"


def test_a_former_ref_is_kept_free_and_then_given_away(renamed: Entity, folder: Folder) -> None:
    folder.write("other.yaml", shop("old"))
    folder.add("other.yaml")
    assert codes(OLD) == ["REF_RESERVED"]
    assert not Entity.objects.filter(ref=OLD).exists()

    FormerRef.objects.update(since=timezone.now() - timedelta(days=91))
    Location.objects.update(etag="")
    refresh_locations()

    taken = Entity.objects.get(ref=OLD)
    assert taken.uid != renamed.uid
    assert get_entity(OLD, viewer=SYSTEM) == taken
    assert not FormerRef.objects.exists()
    assert rebuild().differences == 0


def test_only_its_own_source_renames_an_entity(folder: Folder) -> None:
    folder.write("all.yaml", shop("old"))
    folder.add()
    before = everything()
    folder.write("other.yaml", shop("new", FROM_OLD))
    folder.add("other.yaml")
    assert codes(NEW) == ["RENAME_IGNORED"]
    assert [row for row in everything() if row in before] == before
    assert Entity.objects.get(ref=NEW).uid != Entity.objects.get(ref=OLD).uid
    folder.write("all.yaml", shop("old") + "---" + shop("newer", FROM_OLD))
    folder.refresh()
    assert codes("component:default/newer") == ["RENAME_IGNORED"]


def test_a_rename_there_and_back_and_overlays_on_the_way(renamed: Entity, folder: Folder) -> None:
    set_overlay(NEW, path="/metadata/title", value="The shop", reason="As people say", actor=SYSTEM)
    folder.write("all.yaml", shop("old", "portal/renamed-from: new"))
    folder.refresh()
    entity = Entity.objects.get(ref=OLD)
    assert (entity.uid, entity.title) == (renamed.uid, "The shop")
    assert list(FormerRef.objects.values_list("ref", flat=True)) == [NEW]


@pytest.mark.parametrize(("days", "other", "same"), [(29, False, True), (31, False, False), (1, True, False)])
def test_what_comes_back_from_where_it_was_takes_its_uid_back(
    folder: Folder, days: int, other: bool, same: bool
) -> None:
    folder.write("all.yaml", shop("old"))
    folder.add()
    uid = Entity.objects.get(ref=OLD).uid
    unregister_location(Location.objects.get().uid, actor=SYSTEM)
    FormerRef.objects.update(since=timezone.now() - timedelta(days=days))
    name = "other.yaml" if other else "all.yaml"
    folder.write(name, shop("old"))
    folder.add(name)
    assert (Entity.objects.get(ref=OLD).uid == uid) is same
    last = Event.objects.filter(ref=OLD, relation_type="").order_by("-id").first()
    assert last is not None
    assert last.what == ("RESTORED" if same else "CREATED")


def test_an_alias_from_a_hidden_namespace_leads_nowhere_for_others(
    folder: Folder, graphql: Callable[..., Any], outsider: Account, admin: Account
) -> None:
    hidden = shop("old").replace("name: old", "name: old\n  namespace: secret")
    folder.write("all.yaml", hidden)
    folder.add()
    folder.write("all.yaml", shop("new", "portal/renamed-from: 'component:secret/old'"))
    folder.refresh()
    NamespaceGrant.objects.create(namespace="secret", subject="group:default/team-a", role="reader")
    query = '{ entity(ref: "component:secret/old") { ref } }'
    assert graphql(admin)(query)["entity"] == {"ref": NEW}
    assert graphql(outsider)(query)["entity"] is None
    shown = graphql(outsider)('{ entity(ref: "%s") { aliases history { nodes { what } } } }' % NEW)
    assert shown["entity"]["aliases"] == []
    assert "RENAMED" not in str(shown)
