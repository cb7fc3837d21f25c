"""Idempotency keys: once per account and key, whatever the client repeats and whatever dies in between."""

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from catalog.models import Favourite, Location
from catalog.services import register_location
from portal.accounts.models import Account, ApiToken
from portal.accounts.principal import SYSTEM
from portal.graphql.idempotency import forget_old_answers
from portal.graphql.models import KeptAnswer

CREATE = """mutation($i: CreateApiTokenInput!) { createApiToken(input: $i) {
    token { id name } secret problems { path code message } } }"""
WEB = """{apiVersion: backstage.io/v1alpha1, kind: Component, metadata: {name: web},
    spec: {type: service, lifecycle: production, owner: team-a}}"""
INPUT = {"name": "ci", "scopes": ["read"], "expiresInDays": 30, "idempotencyKey": "k1"}


def create(client: Any, **changes: Any) -> Any:
    return client(CREATE, i={**INPUT, **changes})["createApiToken"]


def test_a_repeat_does_nothing_and_answers_the_same_without_the_secret(graphql: Any, member: Account) -> None:
    client = graphql(member)
    first, again = create(client), create(client)

    assert first["secret"].startswith("ptl_")
    assert again == {**first, "secret": None}
    assert ApiToken.objects.count() == 1
    assert first["secret"] not in str(list(KeptAnswer.objects.values()))


def test_the_same_key_with_other_input_is_refused(graphql: Any, member: Account) -> None:
    client = graphql(member)
    create(client)
    problem = create(client, name="other")["problems"][0]
    revoke = "mutation($i: RevokeApiTokenInput!) { revokeApiToken(input: $i) { problems { code } } }"

    assert (problem["code"], problem["path"]) == ("IDEMPOTENCY_KEY_REUSED", ["idempotencyKey"])
    other = client(revoke, i={"id": "x", "idempotencyKey": "k1"})["revokeApiToken"]["problems"]
    assert [each["code"] for each in other] == ["IDEMPOTENCY_KEY_REUSED"]
    assert [token.name for token in ApiToken.objects.all()] == ["ci"]


def test_keys_are_each_account_s_own_and_free_after_a_day(
    graphql: Any, member: Account, outsider: Account
) -> None:
    create(graphql(member))
    create(graphql(outsider))
    assert ApiToken.objects.count() == 2

    KeptAnswer.objects.filter(account=member).update(created_at=timezone.now() - timedelta(hours=25))
    assert create(graphql(member))["secret"].startswith("ptl_")
    assert ApiToken.objects.count() == 3
    KeptAnswer.objects.filter(account=member).update(created_at=timezone.now() - timedelta(hours=25))
    forget_old_answers()
    assert [kept.account for kept in KeptAnswer.objects.all()] == [outsider]


def test_what_failed_frees_its_key(graphql: Any, member: Account) -> None:
    client = graphql(member)
    assert create(client, scopes=["everything"])["problems"]
    assert create(client)["secret"].startswith("ptl_")


def test_a_call_that_was_cut_off_is_not_done_again(
    graphql: Any, member: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a killed process leaves it: the key is there, what it did is there, its answer is not."""
    client = graphql(member)
    create(client)
    KeptAnswer.objects.update(answer=None)

    assert [problem["code"] for problem in create(client)["problems"]] == ["IDEMPOTENCY_UNFINISHED"]
    assert ApiToken.objects.count() == 1


@pytest.mark.parametrize("key", ["", "k" * 201])
def test_a_key_has_1_to_200_characters(graphql: Any, member: Account, key: str) -> None:
    assert create(graphql(member), idempotencyKey=key)["problems"][0]["path"] == ["idempotencyKey"]
    assert ApiToken.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_is_done(graphql: Any, member: Account) -> None:
    start, answers = threading.Barrier(6), []

    def send() -> None:
        client = graphql(member)
        start.wait()
        answers.append(create(client))
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert ApiToken.objects.count() == 1
    assert sum(answer["secret"] is not None for answer in answers) == 1
    codes = {problem["code"] for answer in answers for problem in answer["problems"]}
    assert codes <= {"IDEMPOTENCY_UNFINISHED"}


def test_rows_and_plain_data_of_an_answer_are_there_in_a_repeat(
    graphql: Callable[..., Any], admin: Account, tmp_path: Path, settings: Any
) -> None:
    settings.CATALOG_ROOTS = [tmp_path]
    file = tmp_path / "catalog-info.yaml"
    file.write_text(WEB, encoding="utf-8")
    register = """mutation($i: RegisterLocationInput!) { registerLocation(input: $i) {
        location { id target } entities { ref displayName } preview { ref outcome message }
        problems { code } } }"""
    client = graphql(admin)
    dry = {"target": f"file:{file}", "dryRun": True, "idempotencyKey": "dry"}
    real = {"target": f"file:{file}", "idempotencyKey": "real"}

    assert client(register, i=dry) == client(register, i=dry)
    first = client(register, i=real)
    assert {"ref": "component:default/web", "displayName": "web"} in first["registerLocation"]["entities"]
    assert client(register, i=real) == first
    assert Location.objects.count() == 1

    Location.objects.all().delete()
    gone = client(register, i=real)["registerLocation"]
    assert (gone["location"], gone["problems"]) == (None, [])


@pytest.fixture
def company(tmp_path: Path, db: None) -> Location:
    file = tmp_path / "catalog-info.yaml"
    file.write_text(WEB, encoding="utf-8")
    return register_location(f"file:{file}", actor=SYSTEM)


def test_an_entity_that_was_changed_meanwhile_is_not_written(
    graphql: Any, member: Account, company: Any
) -> None:
    client = graphql(member)
    mark = """mutation($i: SetFavouriteInput!) {
        setFavourite(input: $i) { entity { etag } problems { path code message } } }"""
    etag = client('{ entity(ref: "component:web") { etag } }')["entity"]["etag"]
    asked = {"ref": "component:web", "favourite": True}

    refused = client(mark, i={**asked, "expectedEtag": "0" * 40})["setFavourite"]["problems"][0]
    assert (refused["code"], refused["path"]) == ("ENTITY_CHANGED", ["expectedEtag"])
    assert etag in refused["message"] and "0" * 40 in refused["message"]
    assert Favourite.objects.count() == 0

    assert client(mark, i={**asked, "expectedEtag": etag})["setFavourite"]["entity"] == {"etag": etag}
    assert Favourite.objects.count() == 1
