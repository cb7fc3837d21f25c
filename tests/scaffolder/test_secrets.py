"""Secrets of a task: handles in expressions, encrypted in the database, in no text that anybody can read."""

import base64
import json
import logging
import urllib.parse
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.db import connection

from catalog.models import Entity
from portal.accounts.models import Account
from portal.accounts.principal import Principal
from portal.encryption import Undecryptable, decrypt, encrypt, renew
from scaffolder.actions.action import Action, ActionContext, ActionError, Effect
from scaffolder.extension_points import actions
from scaffolder.models import EffectRecord, Task
from scaffolder.running.worker import run_pending_tasks
from scaffolder.secrets.redaction import BLANK, UNSURE, Redactor, redacted
from scaffolder.secrets.vault import InvalidSecrets, Vault, renew_secrets
from scaffolder.services import run_template

pytestmark = pytest.mark.django_db(transaction=True)

CANARY = "s3cr3t-canary/with+signs=&ü-0123456789"
USE = {"id": "use", "action": "test:use", "input": {"token": "${{ secrets.TOKEN }}", "note": "n"}}


def use(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    """An action as bad as it can be: it says the secret in every way it has."""
    secret = context.reveal(str(input["token"]))
    seen.append((str(input["token"]), secret))
    context.log(f"the token is {secret}, quoted {urllib.parse.quote(secret)}")
    context.log(f"Basic {base64.b64encode(f'user:{secret}'.encode()).decode()}")
    context.log(secret[5:30])
    effect = Effect("send", f"to {secret}", {"header": secret})
    context.once(effect, find=lambda: None, make=lambda: {"echo": [secret]})
    if input["note"] == "fail":
        raise ActionError(f"refused {secret}")
    if input["note"] == "crash":
        raise RuntimeError(f"crashed with {secret}")
    return {"echo": {"deep": [secret]}, secret: 1, "made": context.keep_secret("made-by-the-provider")}


seen: list[tuple[str, str]] = []
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "properties": {"token": {"type": "string", "writeOnly": True}, "note": {"type": "string"}},
}
USING = Action("test:use", "Use", "Uses a secret.", SCHEMA, {"type": "object"}, use)


@pytest.fixture
def run_with_secrets(make_template: Callable[..., Entity], member: Account) -> Callable[..., Task]:
    def run(*steps: dict[str, Any], secrets: Any = None, **template: Any) -> Task:
        seen.clear()
        with actions.temporarily(USING):
            make_template(*(steps or (USE,)), parameters={"properties": {}}, **template)
            task = run_template(
                "template:default/service", {}, actor=Principal(account=member),
                secrets={"TOKEN": CANARY} if secrets is None else secrets,
            )  # fmt: skip
            run_pending_tasks()
        task.refresh_from_db()
        return task

    return run


def everything_in_the_database() -> str:
    """The text of every row of every table of the scaffolder and of the audit log."""
    texts = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            if table.startswith(("scaffolder_", "audit_")):
                cursor.execute(f"SELECT row_to_json(t)::text FROM {table} t")
                texts += [row[0] for row in cursor.fetchall()]
    return "\n".join(texts)


def test_an_action_gets_a_handle_and_only_reveals_the_secret(run_with_secrets: Callable[..., Task]) -> None:
    task = run_with_secrets()
    assert (task.status, task.error) == ("completed", "")
    [(handle, secret)] = seen
    assert handle.startswith("portal-secret-") and CANARY not in handle
    assert secret == CANARY
    [step] = task.steps.all()
    output = json.loads(step.output)
    assert output["echo"] == {"deep": [BLANK]}
    assert output["made"].startswith("portal-secret-")


@pytest.mark.parametrize("note", ["n", "fail", "crash"])
def test_nothing_that_a_task_leaves_behind_has_its_secret(
    run_with_secrets: Callable[..., Task], caplog: pytest.LogCaptureFixture, note: str
) -> None:
    from portal.logs import LineFormatter

    caplog.handler.setFormatter(LineFormatter())
    with caplog.at_level(logging.INFO):
        task = run_with_secrets({**USE, "input": {**USE["input"], "note": note}})
    assert task.status == ("completed" if note == "n" else "failed")
    assert EffectRecord.objects.get().result == json.dumps({"echo": [BLANK]})
    left = everything_in_the_database() + caplog.text
    for spelling in (CANARY, CANARY[5:30], urllib.parse.quote(CANARY), "canary"):
        assert spelling not in left
    assert base64.b64encode(f"user:{CANARY}".encode()).decode() not in left
    assert UNSURE in left and BLANK in left
    assert bytes(task.secrets) == b""


def test_while_it_waits_a_secret_is_encrypted(
    simple: Entity, submit: Callable[..., Task], member: Account, settings: Any
) -> None:
    task = run_template(
        "template:default/service", {"name": "a"}, actor=Principal(account=member), secrets={"TOKEN": CANARY}
    )
    assert "canary" not in everything_in_the_database()
    old = bytes(Task.objects.get().secrets)
    settings.ENCRYPTION_KEYS = ["a new key", settings.SECRET_KEY]
    assert renew_secrets() == 1
    settings.ENCRYPTION_KEYS = ["a new key"]
    task.refresh_from_db()
    assert Vault.of(task).values() == [CANARY]
    with pytest.raises(Undecryptable):
        renew(old)


def test_without_the_key_a_task_fails_and_says_nothing(
    simple: Entity, member: Account, settings: Any
) -> None:
    actor = Principal(account=member)
    task = run_template("template:default/service", {"name": "a"}, actor=actor, secrets={"TOKEN": CANARY})
    settings.ENCRYPTION_KEYS = ["another key"]
    run_pending_tasks()
    task.refresh_from_db()
    assert (task.status, task.error) == ("failed", UNSURE)
    assert {line.message for line in task.log_lines.all()} == {UNSURE}


@pytest.mark.parametrize(
    "sink",
    [
        {"action": "debug:log", "input": {"message": "${{ secrets.TOKEN }}"}},
        {"action": "debug:log", "input": {"message": "Bearer ${{ secrets['TOKEN'] }}!"}},
        {"action": "publish:git", "input": {"repoUrl": "a?b=c", "description": "${{ secrets.TOKEN }}"}},
        {"action": "fetch:template", "input": {"url": "./skeleton", "values": {"t": "${{ secrets.TOKEN }}"}}},
        {"action": "fs:write", "input": {"path": "a", "content": "${{ secrets.TOKEN }}"}},
        {"action": "http:request", "input": {"url": "https://example.com/?t=${{ secrets.TOKEN }}"}},
        {"action": "publish:github:pull-request", "input": {
            "repoUrl": "github.com?owner=a&repo=b", "branchName": "x", "description": "x",
            "title": "${{ secrets.TOKEN }}"}},
        {"action": "publish:github:pull-request", "input": {
            "repoUrl": "github.com?owner=a&repo=b", "title": "x", "description": "x",
            "branchName": "${{ secrets.TOKEN }}"}},
    ],
)  # fmt: skip
def test_a_secret_is_refused_where_it_could_be_seen(
    run_with_secrets: Callable[..., Task], sink: dict[str, Any]
) -> None:
    task = run_with_secrets({"id": "sink", **sink}, files={"skeleton/a": "${{ values.t }}"})
    assert task.status == "failed"
    assert "the secret TOKEN may not go there" in task.error
    assert "portal-secret-" not in everything_in_the_database()
    assert not EffectRecord.objects.exists()


@pytest.mark.parametrize("place", ["if", "output"])
def test_conditions_and_outputs_know_no_secrets(run_with_secrets: Callable[..., Task], place: str) -> None:
    log = {"id": "log", "action": "debug:log", "input": {"message": "x"}}
    if place == "if":
        task = run_with_secrets({**log, "if": "${{ secrets.TOKEN }}"})
        assert task.status == "failed" and "'secrets' is undefined" in task.error
    else:
        task = run_with_secrets(log, output={"text": [{"title": "t", "content": "${{ secrets.TOKEN }}"}]})
        assert json.loads(task.output) == {"text": []}


@pytest.mark.parametrize(
    "secrets", ["x", ["x"], {"TOKEN": 1}, {"TOKEN": "x" * 65_537}, {str(n): "x" for n in range(51)}]
)
def test_other_things_than_names_and_texts_are_refused(simple: Entity, member: Account, secrets: Any) -> None:
    with pytest.raises(InvalidSecrets):
        run_template(
            "template:default/service", {"name": "a"}, actor=Principal(account=member), secrets=secrets
        )
    assert not Task.objects.exists()


def test_texts_are_blanked_when_it_is_not_sure() -> None:
    redactor = Redactor(["abc", "correct-horse-battery-staple", "one\nlong line of a key\nthree"])
    assert redactor.text("nothing to hide") == "nothing to hide"
    assert redactor.text("it is CORRECT-horse-battery-staple!") == f"it is {BLANK}!"
    assert redactor.text("xABCx") == UNSURE
    assert redactor.text("correct-horse-bat") == UNSURE
    assert redactor.text("> long line of a key") == f"> {BLANK}"
    assert redactor.json({"a": ["abc", 1, True, None]}) == {"a": [UNSURE, 1, True, None]}
    assert Redactor(["1234"]).json(51234) == UNSURE
    assert redacted(Task(secrets=b"not ours"), "anything") == UNSURE


def test_what_is_encrypted_differs_each_time_and_opens_with_its_key_only(settings: Any) -> None:
    sealed = encrypt(CANARY)
    assert sealed != encrypt(CANARY)
    assert decrypt(sealed) == CANARY
    settings.ENCRYPTION_KEYS = ["another"]
    with pytest.raises(Undecryptable):
        decrypt(sealed)
