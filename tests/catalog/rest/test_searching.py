"""`GET /api/search/query` in Backstage's shape: types, filters, pages, ranks, highlights, nothing hidden."""

from typing import Any

import pytest

from .conftest import Api

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("company")]


def search(api: Api, **parameters: Any) -> Any:
    answer = api.http.get("/api/search/query", parameters)
    assert answer.status_code == 200, answer.content
    return answer.json()


def titles(answer: Any) -> list[str]:
    found = [each["document"]["title"] for each in answer["results"]]
    return [title for title in found if not title.startswith("generated-")]


def test_a_result_is_a_document_with_rank_and_highlight(inside: Api) -> None:
    answer = search(inside, term="web shop")
    first = answer["results"][0]
    assert (first["type"], first["rank"]) == ("software-catalog", 1)
    assert first["document"] == {
        "title": "Web shop",
        "text": "What customers see.",
        "componentType": "website",
        "type": "website",
        "namespace": "default",
        "kind": "Component",
        "lifecycle": "production",
        "owner": "team-a",
        "location": "/catalog/default/component/shop-web",
    }
    marked = first["highlight"]
    before, after = marked["preTag"], marked["postTag"]
    assert marked["fields"] == {
        "title": f"{before}Web{after} {before}shop{after}",
        "text": "What customers see.",
    }
    assert answer["numberOfResults"] == len(answer["results"])


def test_people_and_teams_have_their_names_and_addresses_as_text(inside: Api) -> None:
    (found,) = search(inside, term="mary")["results"]
    assert found["document"]["text"] == "Mary Member : mary@example.com"
    assert found["document"]["componentType"] == "other"


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ({"term": "orders"}, {"orders", "orders-api"}),
        ({"term": "orders", "types[0]": "software-catalog"}, {"orders", "orders-api"}),
        ({"term": "orders", "types": "software-catalog"}, {"orders", "orders-api"}),
        ({"term": "orders", "types[0]": "techdocs"}, set()),
        (
            {"term": "orders", "types[0]": "techdocs", "types[1]": "software-catalog"},
            {"orders", "orders-api"},
        ),
        ({"term": "orders", "filters[kind]": "Component"}, {"orders"}),
        ({"term": "orders", "filters[kind][0]": "API", "filters[kind][1]": "Group"}, {"orders-api"}),
        ({"term": "orders", "filters[lifecycle]": "experimental"}, {"orders"}),
        ({"term": "orders", "filters[kind]": "API", "filters[lifecycle]": "experimental"}, set()),
        ({"term": "orders", "filters[owner]": "team-b", "filters[componentType]": "openapi"}, {"orders-api"}),
        ({"term": "orders", "filters[nonsense]": "x"}, set()),
        ({"filters[kind]": "System"}, {"shop"}),
        ({"types[0]": "techdocs"}, set()),
    ],
)
def test_types_and_filters(inside: Api, parameters: Any, found: set[str]) -> None:
    assert set(titles(search(inside, **parameters))) == found


def test_pages_have_neighbours_and_ranks_go_on(inside: Api) -> None:
    for parameters in ({"term": "shop"}, {}):
        whole = search(inside, **parameters)
        first = search(inside, **parameters, pageLimit="2")
        assert "previousPageCursor" not in first
        assert first["numberOfResults"] == whole["numberOfResults"] > 2
        second = search(inside, **parameters, pageLimit="2", pageCursor=first["nextPageCursor"])
        assert [*first["results"], *second["results"]] == whole["results"][:4]
        assert [each["rank"] for each in second["results"]] == [3, 4][: len(second["results"])]
        back = search(inside, **parameters, pageLimit="2", pageCursor=second["previousPageCursor"])
        assert back["results"] == first["results"]
    assert "nextPageCursor" not in search(inside, term="shop", pageLimit="100")


@pytest.mark.parametrize(
    "parameters",
    [
        {"term": "x" * 201},
        {"pageLimit": "101"},
        {"pageLimit": "0"},
        {"pageLimit": "many"},
        {"types[0]": "nonsense"},
        {"pageCursor": "MQ=="},
    ],
)
def test_what_makes_no_sense_is_an_input_error(inside: Api, parameters: Any) -> None:
    answer = inside.http.get("/api/search/query", parameters)
    assert (answer.status_code, answer.json()["error"]["name"]) == (400, "InputError")
    assert answer.json()["request"]["url"].startswith("/query?")


@pytest.mark.usefixtures("guarded")
def test_what_is_hidden_is_not_found(inside: Api, outside: Api) -> None:
    assert titles(search(inside, term="vault")) == ["vault"]
    for parameters in ({"term": "vault"}, {"filters[namespace]": "secret"}, {"filters[name]": "vault"}):
        assert search(outside, **parameters) == {"results": [], "numberOfResults": 0}
    cursor = search(inside, term="shop", pageLimit="1")["nextPageCursor"]
    assert outside.http.get("/api/search/query", {"term": "shop", "pageCursor": cursor}).status_code == 400


def test_a_title_with_markup_stays_text(inside: Api, folder: Any) -> None:
    folder.write(
        "all.yaml",
        """
        apiVersion: backstage.io/v1alpha1
        kind: Component
        metadata: {name: odd, title: "<b>Odd</b> &amp; ends"}
        spec: {type: service, lifecycle: production, owner: team-a}
        """,
    )
    folder.add()
    (found,) = search(inside, term="ends")["results"]
    marked = found["highlight"]
    assert marked["fields"]["title"] == f"<b>Odd</b> &amp; {marked['preTag']}ends{marked['postTag']}"
