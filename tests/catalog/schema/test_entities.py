"""What the API says about one entity."""

import base64
import json
from typing import Any

import pytest

from catalog.models import Entity, Location

pytestmark = pytest.mark.usefixtures("company")


def names(connection: Any) -> list[str]:
    return [node["name"] for node in connection["nodes"]]


def test_an_entity_has_the_fields_of_every_kind(graphql: Any, member: Any) -> None:
    entity = graphql(member)(
        """{ entity(ref: "Component:Web") {
            __typename uid ref apiVersion kind namespace name title displayName description type lifecycle
            tags labels orphan isFavourite sourceLine owner { ref } ownerRef
            spec(path: "apple.a") missing: spec(path: "apple.x.y") links { url title icon safe }
        } }"""
    )["entity"]

    assert entity.pop("uid") == str(Entity.objects.get(ref="component:default/web").uid)
    assert entity == {
        "__typename": "Component",
        "ref": "component:default/web",
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "namespace": "default",
        "name": "web",
        "title": "Web shop",
        "displayName": "Web shop",
        "description": "Where people buy.",
        "type": "website",
        "lifecycle": "production",
        "tags": ["python", "public"],
        "labels": {"tier": "1"},
        "orphan": False,
        "isFavourite": False,
        "sourceLine": 32,
        "owner": {"ref": "group:default/team-a"},
        "ownerRef": "group:default/team-a",
        "spec": [2, 3],
        "missing": None,
        "links": [
            {"url": "https://shop.acme.test", "title": "Shop", "icon": "web", "safe": True},
            {"url": "javascript:alert(1)", "title": "Trap", "icon": None, "safe": False},
        ],
    }


def test_the_keys_of_documents_stay_in_the_order_of_the_file(graphql: Any, member: Any) -> None:
    query = """{ entity(ref: "component:web") { document spec metadata annotations descriptor } }"""
    entity = json.loads(graphql(member).post(query).content)["data"]["entity"]

    wanted = ["zebra", "type", "lifecycle", "owner", "system", "consumesApis", "dependsOn", "apple"]
    assert list(entity["spec"]) == wanted
    assert list(entity["document"]["spec"]) == wanted
    assert list(entity["document"])[:3] == ["apiVersion", "kind", "metadata"]
    assert list(entity["spec"]["apple"]) == ["b", "a"]
    assert entity["document"]["metadata"] == entity["metadata"]
    assert entity["annotations"]["acme.test/pager"] == "on"
    assert "  zebra: 1\n  type: website\n" in entity["descriptor"]


def test_names_come_from_the_title_or_the_profile(graphql: Any, member: Any) -> None:
    query = "query($r: [String!]!) { entitiesByRefs(refs: $r) { displayName title } }"
    refs = ["user:member", "group:everyone", "group:team-a", "group:team-b"]

    assert graphql(member)(query, r=refs)["entitiesByRefs"] == [
        {"displayName": "Mia Member", "title": None},
        {"displayName": "Everyone at ACME", "title": None},
        {"displayName": "Team A", "title": "Team A"},
        {"displayName": "team-b", "title": None},
    ]


def test_each_kind_has_its_relations_as_fields(graphql: Any, member: Any) -> None:
    found = graphql(member)(
        """fragment N on EntityConnection { totalCount nodes { name } }
        { web: entity(ref: "component:web") { ... on Component {
              system { name } subcomponentOf { name } consumesApis { ...N } dependsOn { ...N } } }
          backend: entity(ref: "component:backend") { owner { ref } ... on Component {
              providesApis { ...N } dependencyOf { ...N } hasPart { ...N } } }
          report: entity(ref: "component:report") { ... on Component {
              subcomponentOf { name } system { name } } }
          api: entity(ref: "api:orders-api") { ... on API {
              definition apiProvidedBy { ...N } apiConsumedBy { ...N } } }
          orders: entity(ref: "system:orders") { ... on System { domain { name } hasPart { ...N } } }
          shop: entity(ref: "domain:shop") { ... on Domain { hasPart { ...N } } }
          everyone: entity(ref: "group:everyone") { ... on Group { children { ...N } parent { name } } }
          b: entity(ref: "group:team-b") { ... on Group { parent { name } ownerOf { ...N } } }
          a: entity(ref: "group:team-a") { ... on Group { members { ...N } parent { name } } }
          mia: entity(ref: "user:member") { ... on User { memberOf { ...N } ownerOf { ...N } profile } }
        }"""
    )

    def page(*wanted: str) -> dict[str, Any]:
        return {"totalCount": len(wanted), "nodes": [{"name": name} for name in wanted]}

    assert found["web"] == {
        "system": {"name": "orders"},
        "subcomponentOf": None,
        "consumesApis": page("orders-api"),
        "dependsOn": page("backend", "database"),
    }
    assert found["backend"] == {
        "owner": {"ref": "user:default/member"},
        "providesApis": page("orders-api"),
        "dependencyOf": page("web"),
        "hasPart": page("report"),
    }
    assert found["report"] == {"subcomponentOf": {"name": "backend"}, "system": None}
    assert found["api"] == {
        "definition": "openapi: 3.1.0",
        "apiProvidedBy": page("backend"),
        "apiConsumedBy": page("web"),
    }
    assert found["orders"] == {"domain": {"name": "shop"}, "hasPart": page("backend", "orders-api", "web")}
    assert found["shop"] == {"hasPart": page("orders")}
    assert found["everyone"] == {"children": page("team-a", "team-b"), "parent": None}
    assert found["b"] == {"parent": {"name": "everyone"}, "ownerOf": page("database", "orders-api", "west")}
    assert found["a"] == {"members": page("member"), "parent": {"name": "everyone"}}
    assert found["mia"]["memberOf"] == page("team-a")
    assert found["mia"]["ownerOf"] == page("backend")
    assert found["mia"]["profile"] == {"displayName": "Mia Member", "email": "mia@acme.test"}


def test_a_relation_that_dangles_is_shown_without_an_entity(graphql: Any, member: Any) -> None:
    query = """{ entity(ref: "component:web") { relations(type: "dependsOn") {
        totalCount nodes { type targetRef entity { name } } } } }"""

    assert graphql(member)(query)["entity"]["relations"] == {
        "totalCount": 3,
        "nodes": [
            {"type": "dependsOn", "targetRef": "component:default/backend", "entity": {"name": "backend"}},
            {"type": "dependsOn", "targetRef": "component:default/lost", "entity": None},
            {"type": "dependsOn", "targetRef": "resource:default/database", "entity": {"name": "database"}},
        ],
    }
    report = graphql(member)('{ entity(ref: "component:report") { owner { ref } ownerRef } }')["entity"]
    assert report == {"owner": None, "ownerRef": "group:default/nobody"}


def test_related_entities_can_be_filtered_and_paged(graphql: Any, member: Any) -> None:
    query = """query($after: String) { entity(ref: "system:orders") { ... on System {
        hasPart(filter: {kind: ["Component"]}, first: 1, after: $after) {
            totalCount nodes { name } edges { cursor node { owner { name } } }
            pageInfo { hasNextPage hasPreviousPage endCursor } } } } }"""
    first = graphql(member)(query)["entity"]["hasPart"]
    second = graphql(member)(query, after=first["pageInfo"]["endCursor"])["entity"]["hasPart"]

    assert (first["totalCount"], names(first), names(second)) == (2, ["backend"], ["web"])
    assert second["edges"][0]["node"] == {"owner": {"name": "team-a"}}
    assert (first["pageInfo"]["hasNextPage"], first["pageInfo"]["hasPreviousPage"]) == (True, False)
    assert (second["pageInfo"]["hasNextPage"], second["pageInfo"]["hasPreviousPage"]) == (False, True)


def test_relations_are_paged(graphql: Any, member: Any) -> None:
    query = """query($after: String) { entity(ref: "component:web") { relations(first: 2, after: $after) {
        nodes { type targetRef } pageInfo { hasNextPage endCursor } } } }"""
    client, after, found = graphql(member), None, []
    while True:
        page = client(query, after=after)["entity"]["relations"]
        found += [f"{node['type']} {node['targetRef']}" for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break

    assert found == [
        "consumesApi api:default/orders-api",
        "dependsOn component:default/backend",
        "dependsOn component:default/lost",
        "dependsOn resource:default/database",
        "ownedBy group:default/team-a",
        "partOf system:default/orders",
    ]


def test_a_template_has_its_form_in_pages(graphql: Any, member: Any) -> None:
    query = """{ templates { nodes { name ... on Template {
        parameterPages { title description schema } steps buttonLabels } } } }"""
    template = json.loads(graphql(member).post(query).content)["data"]["templates"]["nodes"][0]

    first, second = template["parameterPages"]
    assert (first["title"], first["description"]) == ("About", "What it is")
    assert list(first["schema"]["properties"]) == ["zone", "name"]
    assert (second["title"], second["description"]) == ("Where", None)
    assert template["steps"][0]["action"] == "debug:log"
    assert template["buttonLabels"] == {"createButtonText": "Make it"}


def test_an_entity_says_where_it_comes_from(graphql: Any, member: Any, company: Any) -> None:
    query = """{ entity(ref: "component:backend") { sourcePath location { id target entityCount } } }"""
    entity = graphql(member)(query)["entity"]

    assert entity["sourcePath"] == "catalog-info.yaml"
    assert entity["location"]["target"] == company.target
    assert entity["location"]["entityCount"] == 13
    uid = base64.urlsafe_b64encode(f"PortalLocation:{company.uid}".encode()).decode().rstrip("=")
    assert entity["location"]["id"] == uid


def test_a_kind_that_the_schema_does_not_know_breaks_nothing(graphql: Any, member: Any) -> None:
    Entity.objects.filter(ref="component:default/web").update(kind="Spaceship")
    query = """{ entity(ref: "component:web") { __typename id kind name owner { name } panels { title } } }"""
    entity = graphql(member)(query)["entity"]

    assert entity["__typename"] == "PortalEntity"
    assert (entity["kind"], entity["name"], entity["owner"]) == ("Spaceship", "web", {"name": "team-a"})
    again = graphql(member)("query($id: ID!) { node(id: $id) { __typename id } }", id=entity["id"])["node"]
    assert again == {"__typename": "PortalEntity", "id": entity["id"]}


def test_entities_of_all_kinds_stand_in_one_list(graphql: Any, member: Any) -> None:
    found = graphql(member)("{ entities(first: 100) { totalCount nodes { __typename kind } } }")["entities"]

    assert found["totalCount"] == len(found["nodes"])
    assert {node["__typename"] for node in found["nodes"]} >= {
        "API", "Component", "Domain", "Group", "Resource", "System", "Template", "User",
    }  # fmt: skip
    assert all(node["__typename"] == node["kind"] for node in found["nodes"])


def test_a_text_that_is_no_ref_is_an_error_with_a_sentence(graphql: Any, member: Any) -> None:
    answer = graphql(member).post('{ entity(ref: "a b:c/d/e") { name } }').json()

    assert answer["data"] == {"entity": None}
    assert answer["errors"][0]["extensions"]["code"] == "INVALID_REF"


def test_entities_by_refs_keep_the_order_asked_for(graphql: Any, member: Any) -> None:
    query = "query($r: [String!]!) { entitiesByRefs(refs: $r) { ref } }"
    refs = ["component:web", "nonsense", "component:default/missing", "GROUP:default/team-a", "component:web"]

    assert graphql(member)(query, r=refs)["entitiesByRefs"] == [
        {"ref": "component:default/web"},
        None,
        None,
        {"ref": "group:default/team-a"},
        {"ref": "component:default/web"},
    ]
    answer = graphql(member).post(query, r=["component:web"] * 101).json()
    assert answer["errors"][0]["extensions"]["code"] == "TOO_MANY_REFS"


def test_a_registered_location_is_called_by_where_it_is(graphql: Any, member: Any, company: Location) -> None:
    answer = graphql(member)("""{ entities(filter: {kind: ["location"]}) { nodes { displayName name } } }""")
    (home,) = answer["entities"]["nodes"]
    assert home["displayName"] == company.target
    assert home["name"].startswith("generated-")
