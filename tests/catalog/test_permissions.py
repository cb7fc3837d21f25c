"""Who sees and changes what in the catalog: namespaces with grants, owners, scopes; denials are on record."""

from collections.abc import Callable

import pytest

from catalog.models import Favourite, Location
from catalog.permissions import hidden_namespaces, subjects_of
from catalog.problems import ProblemQuery, find_problems
from catalog.selectors import (
    FACET_KEYS,
    Condition,
    EntityQuery,
    facets,
    find_entities,
    find_locations,
    get_entities_by_refs,
    get_entity,
    related_by_entity,
)
from catalog.services import (
    preview_location,
    refresh_entity,
    refresh_location,
    register_location,
    set_favourite,
    unregister_location,
)
from portal.accounts.models import Account, NamespaceGrant
from portal.accounts.principal import SYSTEM, Principal
from portal.audit.models import Record
from portal.rest.errors import Denied, NotFound

from .conftest import COMPONENT, Folder, everything

Refs = Callable[..., list[str]]
VAULT = "component:secret/vault"


@pytest.fixture
def guarded(company: Location) -> None:
    """The namespace `secret` is for team-a's department."""
    NamespaceGrant.objects.create(namespace="secret", subject="group:default/department", role="reader")


def test_groups_are_followed_upwards_from_both_sides(company: Location, member: Account) -> None:
    assert subjects_of(Principal(account=member)) == {
        "user:default/member",
        "group:default/team-a",
        "group:default/department",
    }
    second = Principal(account=Account(pk=7, username="second", user_ref="user:default/second"))
    assert subjects_of(second) == {
        "user:default/second",
        "group:default/crew",
        "group:default/team-a",
        "group:default/department",
    }
    assert subjects_of(Principal(account=Account(pk=8, username="none"))) == frozenset()


def test_a_group_that_names_itself_ends(folder: Folder, member: Account) -> None:
    folder.write(
        "all.yaml",
        """
        apiVersion: backstage.io/v1alpha1
        kind: Group
        metadata: {name: a}
        spec: {type: team, parent: b, children: [b, a], members: [member]}
        ---
        apiVersion: backstage.io/v1alpha1
        kind: Group
        metadata: {name: b}
        spec: {type: team, parent: a, children: []}
        """,
    )
    folder.add()
    assert subjects_of(Principal(account=member)) == {
        "user:default/member",
        "group:default/a",
        "group:default/b",
    }


@pytest.mark.usefixtures("company")
def test_a_namespace_without_grants_is_read_by_everybody_signed_in(outside: Principal) -> None:
    assert get_entity(VAULT, viewer=outside).ref == VAULT


@pytest.mark.usefixtures("guarded")
class TestHidden:
    """The entity `component:secret/vault`, seen by somebody without a grant, as if it were not there."""

    def test_members_see_it(self, inside: Principal, refs: Refs) -> None:
        assert hidden_namespaces(inside) == frozenset()
        assert get_entity(VAULT, viewer=inside).ref == VAULT
        assert VAULT in refs(inside)

    def test_a_grant_for_everyone_shows_it(self, outside: Principal) -> None:
        NamespaceGrant.objects.create(namespace="secret", subject="everyone", role="reader")
        assert get_entity(VAULT, viewer=outside).ref == VAULT

    def test_it_is_missing_in_the_same_words(self, outside: Principal) -> None:
        answers = []
        for ref in (VAULT, "component:secret/nothing"):
            with pytest.raises(NotFound) as caught:
                get_entity(ref, viewer=outside)
            answers.append((caught.value.code, caught.value.message.replace(ref, "")))
        assert answers[0] == answers[1]

    def test_it_is_in_no_list_count_search_or_facet(self, outside: Principal, refs: Refs) -> None:
        assert VAULT not in refs(outside)
        assert refs(outside, search="vault") == []
        assert refs(outside, namespace=("secret",)) == []
        assert refs(outside, owner=("group:secret/keepers",)) == []
        assert get_entities_by_refs([VAULT], outside) == {}
        assert find_entities(EntityQuery(kind=("component",)), viewer=outside).count() == 2
        found = facets(FACET_KEYS, EntityQuery(), viewer=outside)
        assert "secret" not in str(found)
        assert ("Component", 2) in found["kind"]

    def test_it_is_no_end_of_a_relation_and_no_condition_finds_it(
        self, outside: Principal, refs: Refs
    ) -> None:
        db = get_entity("resource:shop-db", viewer=outside)
        ends = related_by_entity([db], viewer=outside)[db.pk]
        assert [end.target_ref for end in ends] == ["component:default/shop-web", "group:default/team-a"]
        assert refs(outside, where=(Condition("relations.dependencyOf", (VAULT,)),)) == []

    def test_a_dangling_ref_into_it_is_as_hidden_as_a_real_one(
        self, folder: Folder, outside: Principal
    ) -> None:
        folder.write(
            "all.yaml", COMPONENT.format(name="web") + f"  dependsOn: ['{VAULT}', 'component:secret/no']\n"
        )
        folder.add()
        web = get_entity("component:web", viewer=outside)
        ends = related_by_entity([web], viewer=outside)[web.pk]
        assert [end.target_ref for end in ends] == ["group:default/team-a"]

    def test_an_owner_in_it_is_in_no_facet_and_no_filter(
        self, folder: Folder, outside: Principal, refs: Refs
    ) -> None:
        folder.write("all.yaml", COMPONENT.format(name="web").replace("team-a", "group:secret/keepers"))
        folder.add()
        assert "secret" not in str(facets(["owner"], EntityQuery(), viewer=outside))
        assert refs(outside, owner=("group:secret/keepers",)) == []
        assert refs(SYSTEM, owner=("group:secret/keepers",)) == [
            "component:secret/vault",
            "component:default/web",
        ]

    def test_its_problems_and_locations_are_hidden(self, folder: Folder, outside: Principal) -> None:
        folder.write(
            "all.yaml", COMPONENT.format(name="bad\n  namespace: secret") + "  dependsOn: [nothing]\n"
        )
        folder.add()
        query = ProblemQuery(code=("INVALID_REF",))
        assert find_problems(query, viewer=SYSTEM).count() == 1
        assert find_problems(query, viewer=outside).count() == 0
        Location.objects.filter(target__startswith=str(folder.path)).update(namespace="secret")
        assert find_locations(viewer=outside).count() == 1

    def test_it_cannot_be_refreshed_or_marked(self, outside: Principal) -> None:
        for act in (
            lambda: refresh_entity(VAULT, actor=outside),
            lambda: set_favourite(VAULT, True, actor=outside),
        ):
            with pytest.raises(NotFound):
                act()
        assert Favourite.objects.count() == 0


@pytest.mark.usefixtures("company")
def test_a_token_sees_nothing_without_read_and_changes_nothing_without_write(
    member: Account, refs: Refs
) -> None:
    blind = Principal(account=member, scopes=frozenset({"catalog:write"}))
    reader = Principal(account=member, scopes=frozenset({"read"}))
    assert refs(blind) == []
    before = everything()
    for act in (
        lambda: refresh_entity("component:shop-web", actor=reader),
        lambda: refresh_location(Location.objects.get().uid, actor=reader),
        lambda: unregister_location(Location.objects.get().uid, actor=reader),
        lambda: register_location("file:/x", actor=reader),
        lambda: preview_location("file:/x", actor=reader),
        lambda: set_favourite("component:shop-web", True, actor=reader),
    ):
        with pytest.raises(Denied, match="has no scope catalog:write"):
            act()
    assert everything() == before
    denied = Record.objects.filter(outcome="denied").values_list("action", flat=True)
    assert sorted(denied) == [
        "entity.favourite", "entity.refresh", "location.preview", "location.refresh", "location.register",
        "location.unregister",
    ]  # fmt: skip


@pytest.mark.usefixtures("company")
def test_owners_and_editors_refresh_an_entity_others_do_not(inside: Principal, outside: Principal) -> None:
    assert refresh_entity("component:shop-web", actor=inside).name == "Shop-Web"
    with pytest.raises(Denied):
        refresh_entity("component:shop-web", actor=outside)
    NamespaceGrant.objects.create(namespace="default", subject="user:default/outsider", role="editor")
    assert refresh_entity("component:shop-web", actor=outside).name == "Shop-Web"
