"""Questions to the catalog: conditions, order, facets, search, relations."""

# ruff: noqa: E501 - the conditions are a table

from collections.abc import Callable

import pytest

from catalog.models import Location
from catalog.selectors import (
    Condition,
    EntityOrder,
    EntityQuery,
    OrderField,
    facets,
    get_entities_by_refs,
    get_entity,
    related_by_entity,
)
from catalog.services import set_favourite
from portal.accounts.models import Account
from portal.accounts.principal import SYSTEM, Principal
from portal.rest.errors import Invalid, NotFound

pytestmark = pytest.mark.usefixtures("company")
Refs = Callable[..., list[str]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"kind": ("component",)}, ["component:default/orders", "component:secret/vault", "component:default/shop-web"]),
        ({"kind": ("COMPONENT", "api"), "owner": ("team-b",)}, ["component:default/orders", "api:default/orders-api"]),
        ({"type": ("WEBSITE", "database")}, ["resource:default/shop-db", "component:default/shop-web"]),
        ({"lifecycle": ("experimental",)}, ["component:default/orders"]),
        ({"tags": ("java", "web")}, ["component:default/orders", "component:default/shop-web"]),
        ({"namespace": ("secret",)}, ["component:secret/vault"]),
        ({"name": ("shop-WEB",)}, ["component:default/shop-web"]),
        ({"system": ("shop",), "kind": ("api",)}, ["api:default/orders-api"]),
        ({"owner": ("not a ref",)}, []),
        ({"kind": ("nothing",)}, []),
        ({"where": (Condition("spec.type", ("Website",)),)}, ["component:default/shop-web"]),
        ({"where": (Condition("metadata.annotations.example.com/answer", ("42",)),)}, ["component:default/shop-web"]),
        ({"where": (Condition("metadata.tags.java", exists=True),)}, ["component:default/orders"]),
        ({"where": (Condition("METADATA.name", ("shop-web",)),)}, ["component:default/shop-web"]),
        ({"where": (Condition("spec.domain", exists=True),)}, ["system:default/shop"]),
        ({"where": (Condition("spec.system", exists=False),), "kind": ("component",)}, ["component:secret/vault"]),
        ({"where": (Condition("relations.dependencyof", ("component:default/shop-web",)),)}, ["resource:default/shop-db"]),
        ({"where": (Condition("relations.dependsOn", ("component:gone",)),)}, ["component:default/shop-web"]),
        ({"where": (Condition("relations.apiprovidedby", exists=True),)}, ["api:default/orders-api"]),
        ({"where": (Condition("spec.type", ("a\x00b",)),)}, []),
        ({"where": (Condition("\x00", exists=True),)}, []),
        ({"kind": ("component",), "none_of": (EntityQuery(tags=("java",)),)}, ["component:secret/vault", "component:default/shop-web"]),
        ({"any_of": (EntityQuery(kind=("domain",)), EntityQuery(kind=("system",)))}, ["domain:default/selling", "system:default/shop"]),
        ({"all_of": (EntityQuery(kind=("api",)), EntityQuery(kind=("system",)))}, []),
        ({"orphan": True}, []),
        ({"has_problems": True}, ["component:secret/vault", "component:default/shop-web"]),
    ],
)  # fmt: skip
def test_conditions(refs: Refs, query: dict[str, object], found: list[str]) -> None:
    assert [ref for ref in refs(**query) if not ref.startswith("location:")] == found


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("shop-web", "component:default/shop-web"),
        ("SHOP-W", "component:default/shop-web"),
        ("op-we", "component:default/shop-web"),
        ("customers see", "component:default/shop-web"),
        ("cust", "component:default/shop-web"),
        ("orders", "component:default/orders"),
        ("shop", "system:default/shop"),
        ("mary", "user:default/member"),
        ("mary@example.com", "user:default/member"),
        ("A Team", "group:default/team-a"),
    ],
)
def test_search_finds_the_best_first(refs: Refs, text: str, first: str) -> None:
    assert refs(search=text)[0] == first


@pytest.mark.parametrize("text", ["no such thing", "'", "\\", "%", "q & x | !", ":*", "((", "\x00"])
def test_search_for_odd_texts_is_an_empty_answer(refs: Refs, text: str) -> None:
    assert refs(search=text) == []


def test_order_puts_empty_values_last_and_turns_around(refs: Refs) -> None:
    kinds = ("component", "domain")
    up = refs(kind=kinds, order=EntityOrder(OrderField.LIFECYCLE))
    down = refs(kind=kinds, order=EntityOrder(OrderField.LIFECYCLE, descending=True))
    assert up[0] == "component:default/orders"
    assert up[-1] == "domain:default/selling"
    assert down == up[::-1]


@pytest.mark.parametrize("field", list(OrderField))
def test_every_order_lists_everything_once(refs: Refs, field: OrderField) -> None:
    assert sorted(refs(order=EntityOrder(field))) == sorted(refs())


def test_a_facet_ignores_its_own_condition_and_keeps_the_others() -> None:
    query = EntityQuery(kind=("component",), lifecycle=("production",))
    found = facets(["kind", "lifecycle", "tags", "owner"], query, viewer=SYSTEM)
    assert found == {
        "kind": [("Component", 2), ("API", 1)],
        "lifecycle": [("production", 2), ("Experimental", 1)],
        "tags": [("python", 1), ("web", 1)],
        "owner": [("group:default/team-a", 1), ("group:secret/keepers", 1)],
    }


def test_an_unknown_facet_is_refused() -> None:
    with pytest.raises(Invalid, match="no facet 'spec'"):
        facets(["spec"], EntityQuery(), viewer=SYSTEM)


def test_relations_are_shown_from_both_ends_sorted_and_dangling_ones_too() -> None:
    web, db = (get_entity(ref, viewer=SYSTEM) for ref in ("component:shop-web", "resource:shop-db"))
    found = related_by_entity([web, db], viewer=SYSTEM)
    assert [(end.type, end.target_ref, end.entity is None) for end in found[web.pk]] == [
        ("consumesApi", "api:default/orders-api", False),
        ("dependsOn", "component:default/gone", True),
        ("dependsOn", "resource:default/shop-db", False),
        ("ownedBy", "group:default/team-a", False),
        ("partOf", "system:default/shop", False),
    ]
    assert [(end.type, end.target_ref) for end in found[db.pk]] == [
        ("dependencyOf", "component:default/shop-web"),
        ("dependencyOf", "component:secret/vault"),
        ("ownedBy", "group:default/team-a"),
    ]


def test_the_number_of_statements_for_relations_does_not_grow(
    django_assert_num_queries: Callable[..., object], refs: Refs
) -> None:
    few = list(get_entities_by_refs(["component:orders"], SYSTEM).values())
    many = list(get_entities_by_refs(refs(), SYSTEM).values())
    for entities in (few, many):
        with django_assert_num_queries(2):
            related_by_entity(entities, viewer=SYSTEM)


def test_refs_are_read_in_any_case_and_a_missing_entity_says_its_ref() -> None:
    assert get_entity("Component:Default/SHOP-web", viewer=SYSTEM).name == "Shop-Web"
    with pytest.raises(NotFound, match="component:default/nothing"):
        get_entity("component:nothing", viewer=SYSTEM)


def test_owned_follows_groups_and_favourites_are_the_viewers(
    refs: Refs, member: Account, outsider: Account, as_principal: Callable[[Account], Principal]
) -> None:
    mine, other = as_principal(member), as_principal(outsider)
    set_favourite("component:orders", True, actor=mine)
    assert refs(mine, owned=True, kind=("component",)) == ["component:default/shop-web"]
    assert refs(other, owned=True) == []
    assert refs(mine, favourite=True) == ["component:default/orders"]
    assert refs(other, favourite=True) == []
    set_favourite("component:orders", False, actor=mine)
    assert refs(mine, favourite=True) == []


def test_the_document_keeps_the_order_of_the_file_and_says_where_it_is_from(company: Location) -> None:
    document = get_entity("component:shop-web", viewer=SYSTEM).content
    assert list(document) == ["apiVersion", "kind", "metadata", "spec"]
    assert list(document["spec"]) == ["type", "lifecycle", "owner", "system", "consumesApis", "dependsOn"]
    annotations = document["metadata"]["annotations"]
    assert annotations["backstage.io/managed-by-location"].endswith("/company/things/shop.yaml")
    assert annotations["backstage.io/managed-by-origin-location"] == str(company)
    assert document["metadata"]["namespace"] == "default"


def test_a_placeholder_is_replaced_by_its_file() -> None:
    definition = get_entity("api:orders-api", viewer=SYSTEM).content["spec"]["definition"]
    assert definition == '{"openapi": "3.1.0", "info": {"title": "Orders"}}\n'
