"""Changing the catalog through the API: what is refused changes nothing and says why."""

from pathlib import Path
from typing import Any

import pytest

from catalog.models import Entity, Favourite, Location
from portal.accounts.models import NamespaceGrant
from portal.graphql.nodes import encode_id

COMPONENT = """apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: %s}
spec: {type: service, lifecycle: production, owner: team-a}
"""
REGISTER = """mutation($target: String!, $dryRun: Boolean) {
    registerLocation(input: {target: $target, dryRun: $dryRun}) {
        location { id target registeredBy } entities { ref }
        preview { ref kind name path outcome message changes { path before after } }
        problems { path code message } } }"""


@pytest.fixture
def folder(tmp_path: Path, settings: Any, db: None) -> Path:
    """A folder that catalogs may be registered from, with one file."""
    root = tmp_path / "catalogs"
    root.mkdir()
    settings.CATALOG_ROOTS = [root]
    (root / "one.yaml").write_text(COMPONENT % "one", encoding="utf-8")
    return root


def register(client: Any, target: Path | str, **variables: Any) -> dict[str, Any]:
    answer: dict[str, Any] = client(REGISTER, target=f"file:{target}", **variables)["registerLocation"]
    return answer


def test_a_location_is_registered_and_read(graphql: Any, member: Any, folder: Path) -> None:
    answer = register(graphql(member), folder / "one.yaml")

    assert answer["problems"] == []
    assert answer["location"]["registeredBy"] == "user:default/member"
    assert "component:default/one" in [entity["ref"] for entity in answer["entities"]]
    assert Location.objects.get().target == str(folder / "one.yaml")


def test_a_dry_run_says_what_would_happen_and_changes_nothing(
    graphql: Any, member: Any, folder: Path
) -> None:
    (folder / "one.yaml").write_text(
        COMPONENT % "one" + "---\n" + "apiVersion: v1\nkind: Pod\nmetadata: {name: two}\n", encoding="utf-8"
    )
    answer = register(graphql(member), folder / "one.yaml", dryRun=True)

    assert (answer["location"], answer["entities"], answer["problems"]) == (None, [], [])
    one, two = (item for item in answer["preview"] if item["kind"] != "Location")
    assert one == {
        "ref": "component:default/one",
        "kind": "Component",
        "name": "one",
        "path": "one.yaml:1",
        "outcome": "add",
        "message": None,
        "changes": [],
    }
    assert (two["outcome"], two["name"]) == ("refused", "two")
    assert two["message"]
    assert (Location.objects.count(), Entity.objects.count()) == (0, 0)


def test_a_dry_run_of_a_registered_location_says_what_changes_and_what_goes(
    graphql: Any, member: Any, folder: Path
) -> None:
    file = folder / "one.yaml"
    file.write_text("---\n".join(COMPONENT % name for name in ("one", "two", "three")), encoding="utf-8")
    register(graphql(member), file)
    changed = (COMPONENT % "one").replace("service", "library")
    file.write_text(f"{changed}---\n{COMPONENT % 'three'}", encoding="utf-8")

    answer = register(graphql(member), file, dryRun=True)
    assert answer["location"]["registeredBy"] == "user:default/member"
    preview = answer["preview"]
    assert [(each["outcome"], each["ref"], each["path"]) for each in preview] == [
        ("change", "component:default/one", "one.yaml:1"),
        ("unchanged", "component:default/three", "one.yaml:6"),
        ("remove", "component:default/two", "one.yaml:6"),
    ]
    assert preview[0]["changes"] == [{"path": "/spec/type", "before": "service", "after": "library"}]
    assert Entity.objects.filter(ref="component:default/two").exists()


def test_a_dry_run_tells_a_removal_that_would_wait(graphql: Any, member: Any, folder: Path) -> None:
    file = folder / "one.yaml"
    file.write_text("---\n".join(COMPONENT % f"c{number}" for number in range(12)), encoding="utf-8")
    register(graphql(member), file)
    file.write_text((COMPONENT % "c0").replace("service", "library"), encoding="utf-8")

    preview = register(graphql(member), file, dryRun=True)["preview"]
    assert [each["outcome"] for each in preview] == ["change"] + ["held"] * 11
    assert preview[1]["message"].startswith("The source no longer declares 11 of 13 entities")


def test_a_dry_run_tells_nothing_of_entities_that_are_hidden(
    graphql: Any, member: Any, outsider: Any, folder: Path
) -> None:
    file = folder / "one.yaml"
    file.write_text((COMPONENT % "c").replace("name: c", "name: c, namespace: closed"), encoding="utf-8")
    register(graphql(member), file)
    NamespaceGrant.objects.create(namespace="closed", subject="group:default/nobody", role="reader")

    preview = register(graphql(outsider), file, dryRun=True)["preview"]
    assert [(each["outcome"], each["changes"]) for each in preview] == [("refused", [])]
    file.write_text(COMPONENT % "d", encoding="utf-8")
    preview = register(graphql(outsider), file, dryRun=True)["preview"]
    assert [(each["outcome"], each["ref"]) for each in preview] == [("add", "component:default/d")]


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("file:/etc", "OUTSIDE_ROOT"),
        ("file:relative/path", "OUTSIDE_ROOT"),
        ("https://127.0.0.1/catalog-info.yaml", "REFUSED"),
        ("ftp:somewhere", "UNKNOWN_LOCATION_TYPE"),
        ("nonsense", "INVALID_REF"),
    ],
)
def test_a_target_that_cannot_be_read_is_a_problem(
    graphql: Any, member: Any, folder: Path, target: str, code: str
) -> None:
    answer = graphql(member)(REGISTER, target=target)["registerLocation"]

    assert [problem["code"] for problem in answer["problems"]] == [code]
    assert (answer["location"], answer["entities"], answer["preview"]) == (None, [], [])
    assert Location.objects.count() == 0


def test_the_same_location_twice_is_a_problem(graphql: Any, member: Any, folder: Path) -> None:
    register(graphql(member), folder / "one.yaml")
    again = register(graphql(member), folder / "one.yaml")

    assert [(problem["code"], problem["path"]) for problem in again["problems"]] == [
        ("LOCATION_EXISTS", ["target"])
    ]
    assert Location.objects.count() == 1


UNREGISTER = "mutation($id: ID!) { unregisterLocation(input: {id: $id}) { id problems { path code } } }"


def test_who_registered_a_location_removes_it_with_its_entities(
    graphql: Any, member: Any, outsider: Any, folder: Path
) -> None:
    id = register(graphql(member), folder / "one.yaml")["location"]["id"]

    denied = graphql(outsider)(UNREGISTER, id=id)["unregisterLocation"]
    assert (denied["id"], [problem["code"] for problem in denied["problems"]]) == (None, ["DENIED"])
    assert Entity.objects.filter(ref="component:default/one").exists()

    assert graphql(member)(UNREGISTER, id=id)["unregisterLocation"] == {"id": id, "problems": []}
    assert (Location.objects.count(), Entity.objects.count()) == (0, 0)


def test_a_location_that_is_not_there_is_a_problem(graphql: Any, member: Any, company: Any) -> None:
    entity = Entity.objects.get(ref="component:default/web")
    for id in ("x", encode_id("Component", company.uid), encode_id("PortalLocation", entity.uid)):
        answer = graphql(member)(UNREGISTER, id=id)["unregisterLocation"]
        assert [problem["code"] for problem in answer["problems"]] == ["LOCATION_NOT_FOUND"]
    assert Location.objects.count() == 1


REFRESH = "mutation($r: String!) { refreshEntity(input: {ref: $r}) { entity { title } problems { code } } }"


def test_an_owner_refreshes_an_entity(graphql: Any, member: Any, outsider: Any, company: Any) -> None:
    file = Path(company.target)
    file.write_text(
        file.read_text(encoding="utf-8").replace("title: Web shop", "title: New shop"), encoding="utf-8"
    )

    denied = graphql(outsider)(REFRESH, r="component:web")["refreshEntity"]
    assert denied == {"entity": None, "problems": [{"code": "DENIED"}]}
    assert Entity.objects.get(ref="component:default/web").title == "Web shop"

    done = graphql(member)(REFRESH, r="component:web")["refreshEntity"]
    assert done == {"entity": {"title": "New shop"}, "problems": []}


def test_favourites_are_the_viewers_own(graphql: Any, member: Any, outsider: Any, company: Any) -> None:
    mark = """mutation($r: String!, $f: Boolean!) { setFavourite(input: {ref: $r, favourite: $f}) {
        entity { isFavourite } problems { code } } }"""
    mine = "{ viewer { favourites { ref } } entities(filter: {favourite: true}) { totalCount } }"
    client = graphql(member)

    for _ in range(2):
        done = client(mark, r="component:web", f=True)["setFavourite"]
        assert done == {"entity": {"isFavourite": True}, "problems": []}
    assert client(mine) == {
        "viewer": {"favourites": [{"ref": "component:default/web"}]},
        "entities": {"totalCount": 1},
    }
    assert graphql(outsider)(mine) == {"viewer": {"favourites": []}, "entities": {"totalCount": 0}}
    assert client(mark, r="component:web", f=False)["setFavourite"]["entity"] == {"isFavourite": False}
    assert Favourite.objects.count() == 0


@pytest.mark.parametrize(
    "mutation",
    [
        REGISTER.replace("$target: String!, $dryRun: Boolean", "$r: String!")
        .replace("$target", "$r")
        .replace(", dryRun: $dryRun", ""),
        REFRESH,
    ],
)
def test_a_token_that_may_only_read_changes_nothing(
    bearer: Any, member: Any, folder: Path, company: Any, mutation: str
) -> None:
    client = bearer(member, "read")
    target = f"file:{folder}/one.yaml" if "registerLocation" in mutation else "component:web"
    body = {"query": mutation, "variables": {"r": target}}
    answer = client.post("/graphql", body, content_type="application/json").json()

    (payload,) = answer["data"].values()
    assert [problem["code"] for problem in payload["problems"]] == ["SCOPE_MISSING"]
    assert Location.objects.count() == 1


@pytest.mark.parametrize(
    "extra", ["id", "uid", "trusted", "namespace", "registeredBy", "root", "actor", "isStaff"]
)
def test_fields_that_are_not_input_are_refused(graphql: Any, member: Any, folder: Path, extra: str) -> None:
    query = """mutation($i: RegisterLocationInput!) { registerLocation(input: $i) { problems { code } } }"""
    response = graphql(member).post(query, i={"target": f"file:{folder}/one.yaml", extra: "x"})

    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"]["code"] == "VARIABLES_INVALID"
    assert Location.objects.count() == 0


def test_each_mutation_of_an_operation_stands_for_itself(
    graphql: Any, member: Any, outsider: Any, folder: Path
) -> None:
    (folder / "two.yaml").write_text(COMPONENT % "two", encoding="utf-8")
    theirs = register(graphql(outsider), folder / "one.yaml")["location"]["id"]
    mine = register(graphql(member), folder / "two.yaml")["location"]["id"]
    query = """mutation($a: ID!, $b: ID!) {
        a: unregisterLocation(input: {id: $a}) { id problems { code } }
        b: unregisterLocation(input: {id: $b}) { id problems { code } } }"""

    assert graphql(member)(query, a=theirs, b=mine) == {
        "a": {"id": None, "problems": [{"code": "DENIED"}]},
        "b": {"id": mine, "problems": []},
    }
    assert Location.objects.get().registered_by == "user:default/outsider"
