"""Answers that are sent again: only while nothing changed, only to who may see the same."""

import errno
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import Location
from portal.accounts.models import ApiToken, NamespaceGrant

from .conftest import Api, names

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("company")]

LISTS = [
    ("entities/by-query", {"filter": "kind=component", "orderField": "metadata.name"}),
    ("entities", {"limit": "20"}),
    ("entity-facets", {"facet": ["kind", "spec.owner"]}),
    ("entities/by-name/component/default/orders", {}),
]


@pytest.mark.parametrize(("path", "parameters"), LISTS)
def test_a_second_read_asks_only_who_reads_and_whether_anything_changed_in_one_statement(
    inside: Api, path: str, parameters: Any
) -> None:
    first = inside.get(path, parameters)
    with CaptureQueriesContext(connection) as asked:
        second = inside.get(path, parameters)
    assert second.content == first.content
    assert [query["sql"].split()[0] for query in asked.captured_queries] == ["SELECT"]
    same, other = (dict(answer.headers) for answer in (first, second))
    assert same.pop("X-Request-Id") != other.pop("X-Request-Id")
    assert same == other
    assert same["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.parametrize(
    "over", [{"revoked_at": timezone.now()}, {"expires_at": timezone.now()}, {"scopes": []}]
)
def test_a_token_that_is_over_is_not_answered_from_memory(inside: Api, over: dict[str, Any]) -> None:
    path = "entities/by-name/component/default/orders"
    assert inside.get(path).status_code == inside.get(path).status_code == 200
    ApiToken.objects.update(**over)
    assert inside.get(path).status_code in {401, 404}


def test_a_whole_list_is_sent_again_until_something_changes(inside: Api, folder: Any) -> None:
    first = inside.get("entities").getvalue()
    with CaptureQueriesContext(connection) as asked:
        second = inside.get("entities")
        assert second.getvalue() == first
    assert len(asked.captured_queries) == 1
    assert second.headers["Content-Type"] == "application/json; charset=utf-8"
    folder.components("all.yaml", "added")
    folder.add()
    assert b"added" in inside.get("entities").getvalue()
    assert inside.get("entities", **{"Accept-Encoding": "gzip"}).getvalue()[:2] == b"\x1f\x8b"
    assert inside.get("entities", **{"Accept-Encoding": "gzip"}).getvalue()[:2] == b"\x1f\x8b"


def test_a_stream_that_is_given_up_is_not_kept(inside: Api) -> None:
    whole = inside.get("entities")
    next(iter(whole.streaming_content))
    whole.close()
    with CaptureQueriesContext(connection) as asked:
        assert inside.get("entities").getvalue().endswith(b"]")
    assert len(asked.captured_queries) > 1


def test_a_full_disk_costs_no_answer(inside: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("tempfile.TemporaryFile", full)
    assert inside.get("entities").getvalue().endswith(b"]")


def test_a_name_that_the_portal_does_not_have_is_not_answered_from_memory(inside: Api) -> None:
    path = "entities/by-name/component/default/orders"
    assert inside.get(path).status_code == 200
    assert inside.get(path, Host="evil.example").status_code == 400


@pytest.mark.parametrize(("path", "parameters"), LISTS)
def test_who_has_the_present_answer_is_told_so(inside: Api, path: str, parameters: Any) -> None:
    first = inside.get(path, parameters)
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = inside.get(path, parameters, **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]


def test_a_write_is_seen_by_the_next_read(inside: Api, folder: Any) -> None:
    parameters = {"filter": "kind=component,spec.type=service", "orderField": "metadata.name"}
    first = inside.get("entities/by-query", parameters)
    assert first.json()["totalItems"] == 2
    folder.components("all.yaml", "added")
    folder.add()
    second = inside.get("entities/by-query", parameters, **{"If-None-Match": first.headers["ETag"]})
    assert names(second.json()["items"]) == ["Component/added", "Component/orders", "Component/vault"]
    assert second.json()["totalItems"] == 3
    types = inside.read("entity-facets", {"facet": "spec.type"})["facets"]["spec.type"]
    assert {"value": "service", "count": 3} in types


def test_a_right_that_is_lost_takes_the_answers_along(inside: Api, outside: Api) -> None:
    path = "entities/by-name/component/secret/vault"
    first = inside.get(path)
    assert outside.get(path).status_code == 200
    NamespaceGrant.objects.create(namespace="secret", subject="group:default/department", role="reader")
    assert outside.get(path, **{"If-None-Match": first.headers["ETag"]}).status_code == 404
    assert inside.get(path).status_code == 200
    NamespaceGrant.objects.update(subject="group:default/nobody")
    assert inside.get(path, **{"If-None-Match": first.headers["ETag"]}).status_code == 404


def test_a_catalog_never_written_to_is_answered_too(inside: Api) -> None:
    Location.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE catalog_catalogstate, catalog_entity CASCADE")
    answer = inside.get("entities/by-query")
    assert answer.json() == {"items": [], "totalItems": 0, "pageInfo": {}}
    assert "ETag" not in answer.headers
