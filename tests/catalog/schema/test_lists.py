"""Lists of entities: pages, orders, filters, search and facets."""

from typing import Any

import pytest

from catalog.models import Location

pytestmark = pytest.mark.usefixtures("company")

PAGE = """query($filter: EntityFilter, $search: String, $orderBy: EntityOrder, $first: Int, $after: String) {
    entities(filter: $filter, search: $search, orderBy: $orderBy, first: $first, after: $after) {
        totalCount nodes { name } edges { cursor }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""


def names(client: Any, **variables: Any) -> list[str]:
    return [node["name"] for node in client(PAGE, **variables)["entities"]["nodes"]]


def test_pages_follow_each_other_without_gap_or_overlap(graphql: Any, member: Any) -> None:
    client = graphql(member)
    everything = names(client, first=100)
    found: list[str] = []
    after = None
    for _ in range(10):
        page = client(PAGE, first=3, after=after)["entities"]
        assert page["totalCount"] == len(everything)
        assert page["pageInfo"]["hasPreviousPage"] == (after is not None)
        assert page["pageInfo"]["startCursor"] == page["edges"][0]["cursor"]
        assert page["pageInfo"]["endCursor"] == page["edges"][-1]["cursor"]
        found += [node["name"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break

    assert found == everything
    assert len(everything) == 14


def test_a_row_that_appears_meanwhile_moves_no_page(graphql: Any, member: Any, load: Any) -> None:
    client, filter = graphql(member), {"not": {"kind": ["Location"]}}
    first = client(PAGE, first=3, filter=filter)["entities"]
    expected = names(client, first=100, filter=filter)[3:6]

    group = "{apiVersion: backstage.io/v1alpha1, kind: Group, metadata: {name: aaa}, spec: %s}"
    load(group % "{type: team, children: []}", "new.yaml")

    assert names(client, first=100)[0] == "aaa"
    assert names(client, first=3, after=first["pageInfo"]["endCursor"], filter=filter) == expected


@pytest.mark.parametrize("field", ["NAME", "KIND", "TYPE", "LIFECYCLE", "OWNER", "UPDATED_AT", "CREATED_AT"])
@pytest.mark.parametrize("direction", ["ASC", "DESC"])
def test_every_order_pages_through_everything(graphql: Any, member: Any, field: str, direction: str) -> None:
    client, order = graphql(member), {"field": field, "direction": direction}
    everything = names(client, first=100, orderBy=order)
    found: list[str] = []
    after = None
    while len(found) < len(everything):
        page = client(PAGE, first=4, after=after, orderBy=order)["entities"]
        found += [node["name"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]

    assert found == everything
    assert len(found) == 14


def test_names_are_ordered_without_case(graphql: Any, member: Any) -> None:
    components = {"kind": ["Component"]}
    assert names(graphql(member), filter=components) == ["backend", "report", "web"]
    down = {"field": "NAME", "direction": "DESC"}
    assert names(graphql(member), filter=components, orderBy=down) == ["web", "report", "backend"]
    by_lifecycle = {"field": "LIFECYCLE"}
    assert names(graphql(member), filter=components, orderBy=by_lifecycle) == ["report", "backend", "web"]


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        ({"kind": ["component", "API"]}, ["backend", "orders-api", "report", "web"]),
        ({"kind": ["Component"], "type": ["SERVICE"]}, ["backend", "report"]),
        ({"kind": []}, None),
        ({"kind": ["Spaceship"]}, []),
        ({"tags": ["public", "nope"]}, ["web"]),
        ({"owner": ["team-a"], "kind": ["Component"]}, ["web"]),
        ({"owner": ["user:default/member", "group:team-b"]}, ["backend", "database", "orders-api", "west"]),
        ({"system": ["orders"]}, ["backend", "orders-api", "web"]),
        ({"lifecycle": ["deprecated"]}, ["report"]),
        ({"name": ["web", "WEST"]}, ["west", "web"]),
        ({"namespace": ["elsewhere"]}, []),
        ({"where": [{"key": "metadata.annotations.acme.test/pager", "in": ["on"]}]}, ["web"]),
        ({"where": [{"key": "spec.apple.b", "exists": True}]}, ["web"]),
        ({"where": [{"key": "relations.dependsOn", "in": ["resource:default/database"]}]}, ["web"]),
        ({"where": [{"key": "spec.type", "in": []}]}, []),
        ({"kind": ["Component"], "not": {"tags": ["python"]}}, ["report"]),
        ({"or": [{"tags": ["public"]}, {"type": ["database"]}]}, ["database", "web"]),
        ({"and": [{"tags": ["python"]}, {"tags": ["public"]}]}, ["web"]),
        ({"orphan": True}, []),
        ({"hasProblems": True}, ["report", "web"]),
        ({"owned": True, "kind": ["Component"]}, ["backend", "web"]),
        ({"owned": False, "kind": ["Component"]}, ["report"]),
        ({"favourite": True}, []),
        ({"where": [{"key": "owner__password__startswith", "in": ["a"]}]}, []),
    ],
)
def test_filters(graphql: Any, member: Any, filter: dict[str, Any], expected: list[str] | None) -> None:
    found = names(graphql(member), filter=filter, first=100)
    if expected is None:
        assert len(found) == 14
    else:
        by_title = {"west": "west", "web": "web shop"}
        assert sorted(found) == sorted(expected)
        assert found == sorted(found, key=lambda name: by_title.get(name, name))


def test_search_finds_beginnings_of_words_best_first(graphql: Any, member: Any) -> None:
    assert names(graphql(member), search="web")[0] == "web"
    assert names(graphql(member), search="peo buy") == ["web"]
    assert names(graphql(member), search="SHOP")[:2] == ["shop", "web"]
    assert names(graphql(member), search="' OR 1=1 --") == []
    assert len(names(graphql(member), search="  ")) == 14


def test_search_is_paged_by_relevance(graphql: Any, member: Any) -> None:
    client = graphql(member)
    everything = names(client, search="o", first=100)
    found: list[str] = []
    after = None
    while len(found) < len(everything):
        page = client(PAGE, search="o", first=2, after=after)["entities"]
        found += [node["name"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
    assert found == everything


def test_named_lists_are_the_entities_of_their_kind(graphql: Any, member: Any) -> None:
    query = """{ teams { nodes { name } } services(filter: {tags: ["python"]}) { nodes { name } }
        all: services { nodes { name } } clusters { nodes { name } } templates { nodes { name } } }"""
    found = graphql(member)(query)

    assert {key: [node["name"] for node in page["nodes"]] for key, page in found.items()} == {
        "teams": ["everyone", "team-a", "team-b"],
        "services": ["backend"],
        "all": ["backend", "report"],
        "clusters": ["west"],
        "templates": ["new-service"],
    }


def test_facets_leave_their_own_condition_out(graphql: Any, member: Any) -> None:
    query = """query($f: EntityFilter) { entityFacets(facets: ["kind", "type", "owner"], filter: $f) {
        key buckets { value count label } } }"""
    found = graphql(member)(query, f={"kind": ["Component"], "type": ["service"]})["entityFacets"]
    kind, type_, owner = found

    assert [facet["key"] for facet in found] == ["kind", "type", "owner"]
    assert {bucket["value"]: bucket["count"] for bucket in kind["buckets"]} == {"Component": 2, "Template": 1}
    assert {bucket["value"]: bucket["count"] for bucket in type_["buckets"]} == {"service": 2, "website": 1}
    assert owner["buckets"] == [
        {"value": "group:default/nobody", "count": 1, "label": "group:default/nobody"},
        {"value": "user:default/member", "count": 1, "label": "Mia Member"},
    ]


def test_a_facet_that_is_not_there_is_refused(graphql: Any, member: Any) -> None:
    answer = graphql(member).post('{ entityFacets(facets: ["pk"]) { key } }').json()
    assert answer["errors"][0]["extensions"]["code"] == "UNKNOWN_FACET"


def cursor(client: Any, **variables: Any) -> str:
    return str(client(PAGE, first=1, **variables)["entities"]["pageInfo"]["endCursor"])


def test_a_cursor_is_good_for_its_list_order_and_viewer_only(
    graphql: Any, member: Any, outsider: Any
) -> None:
    client = graphql(member)
    mine = cursor(client)
    assert names(client, after=mine)

    def refusal(who: Any, after: str, **variables: Any) -> str:
        answer = who.post(PAGE, after=after, **variables).json()
        assert answer["data"] is None
        return str(answer["errors"][0]["extensions"]["code"])

    assert refusal(graphql(outsider), mine) == "INVALID_CURSOR"
    assert refusal(client, mine, filter={"kind": ["Component"]}) == "INVALID_CURSOR"
    assert refusal(client, mine, search="web") == "INVALID_CURSOR"
    assert refusal(client, mine, orderBy={"field": "KIND"}) == "INVALID_CURSOR"
    assert refusal(client, mine, orderBy={"field": "NAME", "direction": "DESC"}) == "INVALID_CURSOR"
    teams = client("{ teams(first: 1) { pageInfo { endCursor } } }")["teams"]["pageInfo"]["endCursor"]
    assert refusal(client, teams) == "INVALID_CURSOR"
    for forged in (
        "",
        "x",
        "é",
        mine[:-2],
        mine[:8] + ("A" if mine[8] != "A" else "B") + mine[9:],
        "A" * 40_000,
    ):
        assert refusal(client, forged) == "INVALID_CURSOR"


def test_a_cursor_of_relations_is_good_for_its_entity_only(graphql: Any, member: Any) -> None:
    query = """query($ref: String!, $after: String) { entity(ref: $ref) {
        relations(first: 1, after: $after) { nodes { type } pageInfo { endCursor } } } }"""
    client = graphql(member)
    of_web = client(query, ref="component:web")["entity"]["relations"]["pageInfo"]["endCursor"]

    assert client(query, ref="component:web", after=of_web)["entity"]["relations"]["nodes"]
    answer = client.post(query, ref="component:backend", after=of_web).json()
    assert answer["errors"][0]["extensions"]["code"] == "INVALID_CURSOR"


def test_locations_and_problems_are_paged(graphql: Any, member: Any, load: Any) -> None:
    bad = "{apiVersion: backstage.io/v1alpha1, kind: Component, metadata: {name: %s}, spec: {type: x}}"
    load("\n---\n".join(bad % f"bad-{i}" for i in range(5)), "bad.yaml")
    client = graphql(member)
    query = """query($after: String) { problems(first: 2, after: $after) { totalCount
        nodes { level code message path line ref } pageInfo { hasNextPage endCursor } } }"""
    after, found = None, []
    while True:
        page = client(query, after=after)["problems"]
        found += page["nodes"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break

    assert page["totalCount"] == len(found)
    unresolved = [problem for problem in found if problem["code"] == "UNRESOLVED_REFERENCE"]
    found = [problem for problem in found if problem not in unresolved]
    assert [problem["line"] for problem in found] == sorted(problem["line"] for problem in found)
    assert {problem["path"] for problem in found} == {"bad.yaml"}
    assert {problem["ref"] for problem in found} == {f"component:default/bad-{i}" for i in range(5)}
    locations = client(
        "{ locations { totalCount nodes { type target entityCount lastError problems { ref } } } }"
    )["locations"]
    assert locations["totalCount"] == Location.objects.count() == 2
    assert len(locations["nodes"][1]["problems"]) == len(found)
    assert {problem["ref"] for problem in locations["nodes"][0]["problems"]} == {
        problem["ref"] for problem in unresolved
    }


def test_the_viewer_is_the_account_with_its_groups(graphql: Any, member: Any) -> None:
    viewer = graphql(member)(
        """{ viewer { username displayName email isAdmin userRef user { ref } groups { ref } ownershipRefs
            scopes owned(filter: {kind: ["Component"]}) { totalCount nodes { name } }
            favourites { ref } } }"""
    )["viewer"]

    assert viewer == {
        "username": "member",
        "displayName": "Mia Member",
        "email": "",
        "isAdmin": False,
        "userRef": "user:default/member",
        "user": {"ref": "user:default/member"},
        "groups": [{"ref": "group:default/everyone"}, {"ref": "group:default/team-a"}],
        "ownershipRefs": ["user:default/member", "group:default/everyone", "group:default/team-a"],
        "scopes": None,
        "owned": {"totalCount": 2, "nodes": [{"name": "backend"}, {"name": "web"}]},
        "favourites": [],
    }


def test_a_token_shows_its_scopes(bearer: Any, member: Any) -> None:
    client = bearer(member, "read", "catalog:write")
    body = {"query": "{ viewer { scopes isAdmin } }"}
    answer = client.post("/graphql", body, content_type="application/json").json()
    assert answer == {"data": {"viewer": {"scopes": ["catalog:write", "read"], "isAdmin": False}}}


def test_kinds_say_what_they_are(graphql: Any, member: Any) -> None:
    kinds = graphql(member)("{ kinds { name plural label icon description schema } }")["kinds"]
    by_name = {kind["name"]: kind for kind in kinds}
    assert by_name.keys() >= {
        "AiResource", "API", "Component", "Domain", "Group", "KindDefinition", "Location", "Resource",
        "System", "Template", "User",
    }  # fmt: skip
    assert by_name["Component"]["schema"]["properties"]["owner"]["type"] == "string"
