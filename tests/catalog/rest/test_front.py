"""What the front sends before Django is asked: the same as Django would, and nothing where it would not."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import Entity
from catalog.services import documents_changed
from portal.accounts.models import Account, ApiToken, NamespaceGrant

from .conftest import Api

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("company")]

ORDERS = "entities/by-name/component/default/orders"
READS = [(ORDERS, {}), ("entities/by-query", {"filter": "kind=component"}), ("entities", {})]


def by_django(api: Api) -> int:
    return api.http.handler.by_django


@pytest.fixture
def known(inside: Api) -> Api:
    """Somebody whom the front has just answered."""
    read_known(inside)
    return inside


def read_known(api: Api, path: str = ORDERS, parameters: Any = None) -> Any:
    """An answer of the front; one of Django's is taken from memory before it."""
    for _ in range(2):
        assert api.get(path, parameters).getvalue()
    asked = by_django(api)
    answer = api.get(path, parameters)
    assert by_django(api) == asked
    return answer


@pytest.mark.parametrize(("path", "parameters"), READS)
def test_what_is_known_is_sent_without_django_after_one_statement(
    inside: Api, path: str, parameters: Any
) -> None:
    first = inside.get(path, parameters)
    body = first.getvalue()
    read_known(inside, path, parameters)
    with CaptureQueriesContext(connection) as asked:
        again = inside.get(path, parameters)
    assert [query["sql"].split()[0] for query in asked.captured_queries] == ["SELECT"]
    assert again.getvalue() == body
    same, other = (dict(answer.headers) for answer in (first, again))
    assert same.pop("X-Request-Id") != other.pop("X-Request-Id")
    assert same == other


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Authorization": "Bearer nothing"}, 401),
        ({"Host": "evil.example"}, 400),
        ({"Accept-Encoding": "gzip"}, 200),
        ({"If-None-Match": '"another"'}, 200),
        ({"X-Forwarded-Host": "other.example"}, 200),
    ],
)
def test_other_words_are_djangos_to_answer(known: Api, headers: dict[str, str], status: int) -> None:
    asked = by_django(known)
    assert known.get(ORDERS, **headers).status_code == status
    assert by_django(known) == asked + 1


@pytest.mark.parametrize(("method", "status"), [("head", 200), ("delete", 405)])
def test_other_methods_are_djangos_to_answer(known: Api, method: str, status: int) -> None:
    answer = getattr(known.http, method)(f"/api/catalog/{ORDERS}")
    assert (answer.status_code, b"Component" in answer.content) == (status, False)


def test_a_token_with_another_secret_is_refused(known: Api) -> None:
    text = known.http._base_environ()["HTTP_AUTHORIZATION"]
    assert known.get(ORDERS, Authorization=text[:-1] + ("a" if text[-1] != "a" else "b")).status_code == 401
    assert known.get(ORDERS).status_code == 200


@pytest.mark.parametrize(
    ("over", "status"),
    [
        ({"revoked_at": timezone.now()}, 401),
        ({"expires_at": timezone.now()}, 401),
        ({"account_stamp": "another"}, 401),
        ({"scopes": []}, 404),
    ],
)
def test_a_token_that_is_over_is_refused_at_once(known: Api, over: dict[str, Any], status: int) -> None:
    ApiToken.objects.update(**over)
    assert known.get(ORDERS).status_code == status


def test_a_token_that_is_gone_is_refused_at_once(known: Api) -> None:
    ApiToken.objects.all().delete()
    assert known.get(ORDERS).status_code == 401


def test_an_account_that_is_closed_is_refused_at_once(known: Api) -> None:
    Account.objects.update(is_active=False)
    assert known.get(ORDERS).status_code == 401


def test_a_token_expires_though_nothing_is_written(inside: Api) -> None:
    read_known(inside)
    soon = timezone.now() + timedelta(seconds=1)
    ApiToken.objects.update(expires_at=soon)
    read_known_until(inside, soon)
    assert inside.get(ORDERS).status_code == 401


def read_known_until(api: Api, moment: Any) -> None:
    while timezone.now() < moment:
        api.get(ORDERS)


def test_the_use_of_a_token_is_noted_each_minute(known: Api) -> None:
    before = timezone.now() - timedelta(minutes=2)
    ApiToken.objects.update(last_used_at=before)
    assert known.get(ORDERS).status_code == 200
    assert ApiToken.objects.filter(last_used_at__gt=before + timedelta(minutes=1)).exists()
    read_known(known)


def test_a_write_is_seen_by_the_next_read(inside: Api, folder: Any) -> None:
    components = {"filter": "kind=component"}
    before = read_known(inside, "entities/by-query", components).json()["totalItems"]
    folder.components("all.yaml", "added")
    folder.add()
    assert inside.get("entities/by-query", components).json()["totalItems"] == before + 1
    assert read_known(inside, "entities/by-query", components).json()["totalItems"] == before + 1


def test_documents_that_plugins_announce_are_djangos_to_search_and_change_nothing_else(known: Api) -> None:
    def search() -> int:
        asked = by_django(known)
        assert known.http.get("/api/search/query", {"term": "orders"}).json()["results"]
        return by_django(known) - asked

    assert [search() for _ in range(3)] == [1, 1, 0]
    documents_changed("docs")
    assert [search() for _ in range(3)] == [1, 1, 0]
    asked = by_django(known)
    assert known.get(ORDERS).status_code == 200
    assert by_django(known) == asked


def test_with_the_first_grant_django_decides_who_reads(known: Api, outside: Api) -> None:
    path = "entities/by-name/component/secret/vault"
    assert Entity.objects.filter(ref="component:secret/vault").exists()
    for api in (known, outside):
        assert read_known(api, path).status_code == 200
    NamespaceGrant.objects.create(namespace="secret", subject="group:default/department", role="reader")
    asked = by_django(known)
    for _ in range(3):
        assert known.get(path).status_code == 200
        assert outside.get(path).status_code == 404
    assert by_django(known) == asked + 3
    NamespaceGrant.objects.all().delete()
    assert read_known(outside, path).status_code == 200


def test_where_the_database_does_not_say_whether_it_is_good_django_decides(known: Api) -> None:
    asked = by_django(known)
    known.http.raise_request_exception = False
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE catalog_searchrevision RENAME TO gone")
        try:
            assert known.get(ORDERS).status_code == 500
        finally:
            cursor.execute("ALTER TABLE gone RENAME TO catalog_searchrevision")
    assert by_django(known) == asked + 1
    read_known(known)


def test_more_questions_than_fit_begin_anew(inside: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.rest.front.MOST", 2)
    for limit in ("1", "2", "3"):
        assert len(read_known(inside, "entities", {"limit": limit}).json()) == int(limit)
