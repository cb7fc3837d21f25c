"""Lists in their orders, pages with cursors, parts by offset, parts of texts; as Backstage 1.55 answers."""

from typing import Any

import pytest

from catalog.models import Entity

from .conftest import COMPONENTS, Api, names, query

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("company")]


class TestOrder:
    def test_without_one_the_uid_orders_and_the_ref_orders_a_part(self, inside: Api) -> None:
        uids = [each["metadata"]["uid"] for each in query(inside)["items"]]
        assert uids == sorted(uids)
        assert len(uids) == Entity.objects.count()
        assert [each["metadata"]["uid"] for each in inside.read("entities")] == uids
        part = inside.read("entities", {"limit": 50})
        refs = [f"{e['kind']}:{e['metadata']['namespace']}/{e['metadata']['name']}".lower() for e in part]
        assert refs == sorted(refs)

    def test_a_page_leaves_out_who_lacks_the_field_and_a_part_has_them_last(self, inside: Api) -> None:
        page = query(inside, filter="kind=component", orderField="metadata.title")
        assert names(page["items"]) == ["Component/Shop-Web"]
        assert page["totalItems"] == 1
        part = inside.read(
            "entities", {"limit": 9, "filter": "kind=component", "order": ["desc:metadata.title"]}
        )
        assert names(part)[0] == "Component/Shop-Web"
        assert sorted(names(part)[1:]) == ["Component/orders", "Component/vault"]
        upwards = {"limit": 9, "filter": "kind=component", "order": "asc:metadata.title"}
        assert names(inside.read("entities", upwards))[0] == "Component/Shop-Web"
        streamed = inside.read("entities", {"filter": "kind=component", "order": "asc:metadata.title"})
        assert names(streamed) == ["Component/Shop-Web"]

    def test_case_does_not_count_and_only_the_first_field_does(self, inside: Api) -> None:
        fields = ["spec.lifecycle,asc", "metadata.name,desc"]
        page = query(inside, filter="kind=component", orderField=fields)
        assert [each["spec"]["lifecycle"] for each in page["items"]] == [
            "Experimental",
            "production",
            "production",
        ]
        part = {"limit": 9, "filter": "kind=component", "order": ["asc:spec.lifecycle", "desc:metadata.name"]}
        assert names(inside.read("entities", part)) == [
            "Component/orders",
            "Component/vault",
            "Component/Shop-Web",
        ]

    def test_any_path_orders(self, inside: Api) -> None:
        field = "metadata.annotations.Example.com/Answer"
        assert names(query(inside, orderField=field)["items"]) == ["Component/Shop-Web"]
        page = query(inside, orderField="spec.profile.displayName,desc,ignored")
        assert names(page["items"]) == ["Group/team-a", "User/member"]
        assert names(query(inside, orderField="metadata.tags")["items"]) == [
            "Component/orders",
            "Component/Shop-Web",
        ]

    @pytest.mark.parametrize(
        ("path", "parameters"),
        [
            ("entities/by-query", {"orderField": "metadata.name,up"}),
            ("entities/by-query", {"orderField": "metadata.name,"}),
            ("entities/by-query", {"orderField": ""}),
            ("entities/by-query", {"orderField": "relations.ownedBy"}),
            ("entities", {"order": "metadata.name"}),
            ("entities", {"order": "up:metadata.name"}),
            ("entities", {"order": "asc:"}),
            ("entities", {"limit": "0"}),
            ("entities", {"limit": "-1"}),
            ("entities", {"limit": "many"}),
            ("entities", {"offset": "-1"}),
            ("entities", {"after": "x"}),
            ("entities", {"fields": "spec[0]"}),
            ("entities/by-query", {"limit": "-1"}),
            ("entities/by-query", {"limit": "1e3"}),
            ("entities/by-query", {"offset": "99999999999999999999"}),
            ("entities/by-query", {"cursor": "x"}),
            ("entities/by-query", {"totalItems": "some"}),
            ("entity-facets", {}),
            ("entity-facets", {"facet": ""}),
        ],
    )
    def test_what_makes_no_sense_is_an_input_error(self, inside: Api, path: str, parameters: Any) -> None:
        answer = inside.get(path, parameters)
        assert (answer.status_code, answer.json()["error"]["name"]) == (400, "InputError")


class TestPages:
    def test_cursors_walk_there_and_back(self, inside: Api) -> None:
        whole = names(query(inside, orderField="metadata.name")["items"])
        first = query(inside, orderField="metadata.name", limit=4)
        assert list(first["pageInfo"]) == ["nextCursor"]
        second = query(inside, cursor=first["pageInfo"]["nextCursor"], limit=4)
        third = inside.ask("entities/by-query", {"cursor": second["pageInfo"]["nextCursor"], "limit": 4})
        assert sorted(third["pageInfo"]) == ["nextCursor", "prevCursor"]
        walked = [*first["items"], *second["items"], *third["items"]]
        expected = [name for name in whole if "generated" not in name]
        assert names(walked) == expected[: len(names(walked))]
        assert len(walked) == 12
        back = query(inside, cursor=third["pageInfo"]["prevCursor"], limit=4)
        assert back["items"] == second["items"]
        start = query(inside, cursor=back["pageInfo"]["prevCursor"], limit=4)
        assert start["items"] == first["items"]
        assert list(start["pageInfo"]) == ["nextCursor"]
        assert {page["totalItems"] for page in (first, second, third, back)} == {Entity.objects.count()}

    def test_the_last_page_has_no_next_and_an_order_downwards_walks_too(self, inside: Api) -> None:
        found: list[str] = []
        page = query(inside, filter="kind=component", orderField="metadata.name,desc", limit=1)
        while True:
            found += names(page["items"])
            if "nextCursor" not in page["pageInfo"]:
                break
            page = query(inside, cursor=page["pageInfo"]["nextCursor"], limit=1)
        assert found == COMPONENTS[::-1]

    def test_by_uid_too(self, inside: Api) -> None:
        whole = [each["metadata"]["uid"] for each in query(inside)["items"]]
        page = query(inside, limit=5)
        following = query(inside, cursor=page["pageInfo"]["nextCursor"], limit=100)
        assert [e["metadata"]["uid"] for e in [*page["items"], *following["items"]]] == whole

    def test_a_total_left_out_is_zero_on_every_page(self, inside: Api) -> None:
        page = query(inside, totalItems="exclude", limit=1)
        assert page["totalItems"] == 0
        assert query(inside, cursor=page["pageInfo"]["nextCursor"])["totalItems"] == 0

    def test_an_offset_counts_on_the_first_page(self, inside: Api) -> None:
        page = query(inside, filter="kind=component", orderField="metadata.name", offset=1, limit=1)
        assert names(page["items"]) == ["Component/Shop-Web"]
        assert page["totalItems"] == 3
        assert list(page["pageInfo"]) == ["nextCursor"]

    def test_asking_without_a_body_is_asking_for_everything(self, inside: Api) -> None:
        answer = inside.http.generic("POST", "/api/catalog/entities/by-query").json()
        assert answer["totalItems"] == len(answer["items"]) == query(inside)["totalItems"]
        locations = inside.http.generic("POST", "/api/catalog/locations/by-query").json()
        assert locations["totalItems"] == 1

    def test_a_part_links_to_the_next_with_its_other_parameters(self, inside: Api) -> None:
        parameters = {"limit": "2", "offset": "1", "filter": "kind=component", "order": "asc:metadata.name"}
        answer = inside.get("entities", parameters)
        assert names(answer.json()) == COMPONENTS[1:]
        assert "Link" not in answer.headers
        answer = inside.get("entities", {**parameters, "limit": "1"})
        link = answer.headers["Link"]
        assert link.startswith("</entities?")
        assert link.endswith('>; rel="next"')
        assert "offset" not in link
        following = inside.get(link.partition(">")[0][2:])
        assert names(following.json()) == COMPONENTS[2:]


class TestText:
    def test_a_part_of_a_value_is_found_in_the_fields_named(self, inside: Api) -> None:
        def found(term: str, fields: str) -> list[str]:
            parameters = {"fullTextFilterTerm": term, "fullTextFilterFields": fields}
            return sorted(names(query(inside, **parameters)["items"]))

        assert found("HOP", "metadata.name,metadata.title") == [
            "Component/Shop-Web",
            "Resource/shop-db",
            "System/shop",
        ]
        assert found("eb sh", "metadata.title") == ["Component/Shop-Web"]
        assert found(" the a ", "spec.profile.displayName") == ["Group/team-a"]
        assert found("customers", "metadata.description") == ["Component/Shop-Web"]
        assert found("customers", "metadata.title") == []
        for field in ("metadata.description", "metadata.name", "metadata.title"):
            assert found("%", field) == found("_", field) == []

    def test_without_fields_it_is_the_order_field(self, inside: Api) -> None:
        body = {
            "fullTextFilter": {"term": "vau"},
            "orderBy": [{"field": "metadata.name", "order": "asc"}],
        }
        assert names(inside.ask("entities/by-query", body)["items"]) == ["Component/vault"]
        uid = str(Entity.objects.get(ref="component:secret/vault").uid)
        assert names(query(inside, fullTextFilterTerm=uid[9:23])["items"]) == ["Component/vault"]
