"""The reads of /api/catalog: what is found, in which order, in which shape; as Backstage 1.55 answers."""

import gzip
from typing import Any

import orjson
import pytest

from catalog.models import Entity

from .conftest import Api, query

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("company")]


def test_an_entity_by_name_has_its_relations_and_what_the_catalog_knows(inside: Api) -> None:
    row = Entity.objects.get(ref="component:default/shop-web")
    entity = inside.read("entities/by-name/component/default/shop-web")
    assert list(entity) == ["apiVersion", "kind", "metadata", "spec", "relations"]
    assert entity["metadata"]["uid"] == str(row.uid)
    assert entity["metadata"]["etag"] == row.hash
    assert entity["metadata"]["namespace"] == "default"
    assert entity["metadata"]["annotations"]["example.com/answer"] == "42"
    assert entity["relations"] == [
        {"type": "consumesApi", "targetRef": "api:default/orders-api"},
        {"type": "dependsOn", "targetRef": "component:default/gone"},
        {"type": "dependsOn", "targetRef": "resource:default/shop-db"},
        {"type": "ownedBy", "targetRef": "group:default/team-a"},
        {"type": "partOf", "targetRef": "system:default/shop"},
    ]
    assert inside.read("entities/by-name/Component/DEFAULT/Shop-WEB") == entity
    assert inside.read(f"entities/by-uid/{row.uid}") == entity


@pytest.mark.parametrize(
    ("path", "message"),
    [
        (
            "entities/by-name/component/default/none",
            "No entity named 'none' found, with kind 'component' in namespace 'default'",
        ),
        (
            "entities/by-uid/aaaaaaaa-0000-4000-8000-000000000000",
            "No entity with uid aaaaaaaa-0000-4000-8000-000000000000",
        ),
        ("entities/by-uid/x", "No entity with uid x"),
    ],
)
def test_what_is_not_there_is_a_not_found_error(inside: Api, path: str, message: str) -> None:
    answer = inside.get(path)
    body = answer.json()
    assert (answer.status_code, body["error"]["name"]) == (404, "NotFoundError")
    assert body["error"]["message"] == message
    assert body["request"] == {"method": "GET", "url": f"/{path}"}
    assert body["response"] == {"statusCode": 404}
    assert answer.headers["Content-Type"].startswith("application/json")


class TestFields:
    def test_only_these_paths_are_answered(self, inside: Api) -> None:
        page = query(
            inside,
            filter="kind=component,metadata.name=shop-web",
            fields=["kind,metadata.name", "metadata.annotations.example.com/answer, spec.none,relations"],
        )
        (entity,) = page["items"]
        assert entity.pop("relations")[0] == {"type": "consumesApi", "targetRef": "api:default/orders-api"}
        assert entity == {
            "kind": "Component",
            "metadata": {"name": "Shop-Web", "annotations": {"example.com/answer": "42"}},
        }

    def test_in_every_list(self, inside: Api) -> None:
        wanted = {"metadata": {"name": "orders"}}
        filters = "metadata.name=orders"
        assert inside.read("entities", {"filter": filters, "fields": "metadata.name"}) == [wanted]
        assert inside.read("entities", {"filter": filters, "fields": "metadata.name", "limit": 1}) == [wanted]
        refs = {"entityRefs": ["component:default/orders"], "fields": ["metadata.name"]}
        assert inside.ask("entities/by-refs", refs) == {"items": [wanted]}


class TestRefs:
    def test_they_are_answered_in_their_order_with_nulls(self, inside: Api) -> None:
        refs = ["component:default/orders", "api:default/none", "component:default/shop-web", "x"]
        items = inside.ask("entities/by-refs", {"entityRefs": refs})["items"]
        assert [each and each["metadata"]["name"] for each in items] == ["orders", None, "Shop-Web", None]
        assert inside.ask("entities/by-refs", {"entityRefs": []}) == {"items": []}

    def test_a_filter_or_predicate_makes_nulls(self, inside: Api) -> None:
        refs = ["component:default/orders", "component:default/shop-web"]
        filtered = inside.ask("entities/by-refs?filter=spec.type=service", {"entityRefs": refs})
        assert [bool(each) for each in filtered["items"]] == [True, False]
        body = {"entityRefs": refs, "query": {"spec.type": "website"}}
        assert [bool(each) for each in inside.ask("entities/by-refs", body)["items"]] == [False, True]

    @pytest.mark.parametrize(
        "body", [{}, {"entityRefs": "x"}, {"entityRefs": [1]}, [], {"entityRefs": ["x"] * 1001}]
    )
    def test_a_malformed_body_is_refused(self, inside: Api, body: Any) -> None:
        answer = inside.post("entities/by-refs", body)
        assert (answer.status_code, answer.json()["error"]["name"]) == (400, "InputError")


class TestFacets:
    def test_values_keep_their_case_and_are_in_order(self, inside: Api) -> None:
        parameters = {"facet": ["spec.lifecycle", "Kind"], "filter": "kind=component"}
        assert inside.read("entity-facets", parameters) == {
            "facets": {
                "spec.lifecycle": [
                    {"value": "Experimental", "count": 1},
                    {"value": "production", "count": 2},
                ],
                "Kind": [{"value": "Component", "count": 3}],
            }
        }

    @pytest.mark.parametrize(
        ("facet", "found"),
        [
            ("metadata.tags", {"java": 1, "python": 1, "web": 1}),
            ("metadata.tags.java", {"true": 1}),
            ("METADATA.annotations.Example.com/answer", {"42": 1}),
            ("spec.owner", {"group:default/team-b": 1, "group:secret/keepers": 1, "team-a": 1}),
            ("spec.dependsOn", {"component:gone": 1, "resource:default/shop-db": 1, "resource:shop-db": 1}),
            ("metadata.name", {"Shop-Web": 1, "orders": 1, "vault": 1}),
            (
                "relations.ownedBy",
                {"group:default/team-a": 1, "group:default/team-b": 1, "group:secret/keepers": 1},
            ),
            ("metadata.etag", {}),
            ("nonsense", {}),
        ],
    )
    def test_any_path_has_facets(self, inside: Api, facet: str, found: dict[str, int]) -> None:
        for answer in (
            inside.read("entity-facets", {"facet": facet, "filter": "kind=component"}),
            inside.ask("entity-facets", {"facets": [facet], "query": {"kind": "component"}}),
        ):
            assert answer == {
                "facets": {facet: [{"value": value, "count": count} for value, count in found.items()]}
            }


def test_an_entity_with_problems_says_so_in_its_status(inside: Api, folder: Any) -> None:
    folder.components("all.yaml", "worn")
    folder.add()
    folder.write("all.yaml", "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: worn}\n")
    folder.refresh("all.yaml", "--allow-removal")
    entity = inside.read("entities/by-name/component/default/worn")
    item, *others = entity["status"]["items"]
    assert [each["message"].split(" ")[1] for each in (item, *others)] == [
        "spec.type",
        "spec.lifecycle",
        "spec.owner",
    ]
    assert (item["type"], item["level"]) == ("backstage.io/catalog-processing", "error")
    assert item["message"].startswith("all.yaml:1: ")
    assert item["error"]["name"] == "MISSING_FIELD"


def test_what_asks_for_gzip_gets_it(inside: Api) -> None:
    plain = inside.get("entities/by-query", {"orderField": "metadata.name"})
    zipped = inside.get(
        "entities/by-query", {"orderField": "metadata.name"}, **{"Accept-Encoding": "br, gzip"}
    )
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert orjson.loads(gzip.decompress(zipped.content))["items"] == plain.json()["items"]
    assert zipped.headers["ETag"] != plain.headers["ETag"]
    stream = inside.get("entities", **{"Accept-Encoding": "gzip"})
    body = gzip.decompress(b"".join(stream.streaming_content))
    assert orjson.loads(body) == inside.read("entities")


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_refused(inside: Api, method: str) -> None:
    assert getattr(inside.http, method)("/api/catalog/entities").status_code == 405


def test_a_former_ref_leads_to_the_entity(inside: Api, folder: Any) -> None:
    folder.components("all.yaml", "worn")
    folder.add()
    uid = inside.read("entities/by-name/component/default/worn")["metadata"]["uid"]
    text = (folder.path / "all.yaml").read_text()
    renamed = 'name: fresh\n  annotations: {portal/renamed-from: "component:default/worn"}'
    folder.write("all.yaml", text.replace("name: worn", renamed))
    folder.refresh()
    found = inside.read("entities/by-name/component/default/worn")["metadata"]
    assert (found["name"], found["uid"]) == ("fresh", uid)
    refs = ["component:default/worn", "component:default/fresh"]
    items = inside.ask("entities/by-refs", {"entityRefs": refs})["items"]
    assert [each["metadata"]["name"] for each in items] == ["fresh", "fresh"]
