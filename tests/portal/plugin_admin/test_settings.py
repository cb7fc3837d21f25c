"""Settings of a plugin: from the environment, from the page, secret ones encrypted and never answered."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from portal.accounts.principal import Principal
from portal.audit.models import Record
from portal.encryption import encrypt
from portal.extension.points import ExtensionError
from portal.plugin_admin.models import PluginDecision
from portal.plugin_admin.services import renew_secrets
from portal.plugin_api import settings_of
from portal.plugin_api.testing import enabled, with_settings
from tests.dummy_plugin.apps import DummyPlugin, DummySettings, Server

pytestmark = pytest.mark.django_db
CHANGE = """mutation($values: JSON!) { changePluginSettings(input: {plugin: "dummy", values: $values}) {
    plugin { settings { fields { name source value isSet } } } problems { path code message } } }"""
READ = "{ plugins { name settings { schema fields { name variable source secret editable isSet value } } } }"


@pytest.fixture
def dummy() -> Iterator[DummyPlugin]:
    with enabled(DummyPlugin) as config:
        yield config


def change(graphql: Any, account: Any, **values: Any) -> list[dict[str, Any]]:
    """The problems of a change."""
    return graphql(account)(CHANGE, values=values)["changePluginSettings"]["problems"]


def read(graphql: Any, account: Any) -> Any:
    plugins = {plugin["name"]: plugin for plugin in graphql(account)(READ)["plugins"]}
    return plugins["dummy"]["settings"]


def test_the_environment_is_read_with_one_sentence_for_each_mistake(monkeypatch):
    for name, text in {
        "OFTEN": "three", "LOUD": "perhaps", "MANNER": "rude", "SERVERS": '[{"url": "x"}]', "TOKEN": "canary"
    }.items():  # fmt: skip
        monkeypatch.setenv(f"PORTAL_DUMMY_{name}", text)
    with pytest.raises(ExtensionError) as refused, enabled(DummyPlugin):
        pass
    assert str(refused.value) == (
        "The settings of the plugin dummy cannot be used: "
        "PORTAL_DUMMY_MANNER='rude' cannot be used: Manner must be one of kind, gruff. "
        "PORTAL_DUMMY_OFTEN='three' cannot be used: Often must be a whole number. "
        "PORTAL_DUMMY_LOUD='perhaps' cannot be used: Loud must be a yes or a no: write 1 or 0. "
        "PORTAL_DUMMY_SERVERS cannot be used: Servers 1 has no name."
    )


def test_every_kind_of_setting_is_read_from_the_environment(monkeypatch, tmp_path):
    (tmp_path / "token").write_text("from a file\n")
    monkeypatch.setenv("PORTAL_DUMMY_TOKEN_FILE", str(tmp_path / "token"))
    for name, text in {
        "GREETING": "ahoy", "MANNER": "gruff", "OFTEN": "2", "PAUSE": "90", "LOUD": "yes",
        "SERVERS": '[{"name": "a", "url": "http://a", "token": "t"}]', "WORDS": '{"de": "Moin"}',
    }.items():  # fmt: skip
        monkeypatch.setenv(f"PORTAL_DUMMY_{name}", text)
    with enabled(DummyPlugin):
        assert settings_of(DummySettings) == DummySettings(
            "ahoy", "gruff", 2, timedelta(seconds=90), True, "from a file",
            (Server("a", "http://a", "t"),), {"de": "Moin"},
        )  # fmt: skip
    assert "from a file" not in repr(settings_of) + repr(DummySettings(token="from a file"))


def test_what_an_administrator_writes_holds_at_once_and_null_takes_it_back(dummy, admin, graphql):
    assert change(graphql, admin, greeting="ahoy", often=3, words={"de": "Moin"}) == []
    assert settings_of(DummySettings) == DummySettings("ahoy", often=3, words={"de": "Moin"})
    assert change(graphql, admin, greeting=None) == []
    assert settings_of(DummySettings) == DummySettings(often=3, words={"de": "Moin"})


def test_what_the_environment_says_cannot_be_written(dummy, admin, graphql):
    with with_settings("dummy", greeting="ahoy"):
        assert change(graphql, admin, greeting="hi", every=5, speed=1) == [
            {"path": ["values", "greeting"], "code": "INVALID",
             "message": "PORTAL_DUMMY_GREETING is for the environment: change it there."},
            {"path": ["values", "every"], "code": "INVALID",
             "message": "PORTAL_DUMMY_EVERY is for the environment: change it there."},
            {"path": ["values", "speed"], "code": "INVALID",
             "message": "dummy has no setting 'speed'; it has greeting, manner, often, pause, loud, token, "
                        "servers, words, every."},
        ]  # fmt: skip
        fields = {field["name"]: field for field in read(graphql, admin)["fields"]}
        assert fields["greeting"] == {
            "name": "greeting", "variable": "PORTAL_DUMMY_GREETING", "source": "environment",
            "secret": False, "editable": False, "isSet": True, "value": "ahoy",
        }  # fmt: skip
    assert not PluginDecision.objects.exists()


def test_values_that_do_not_fit_are_refused_each_in_its_place_and_nothing_is_written(dummy, admin, graphql):
    problems = change(graphql, admin, often="x", servers=[{"name": "a"}], greeting="hi")
    assert [(problem["path"], problem["message"]) for problem in problems] == [
        (["values", "often"], "Often must be a whole number."),
        (["values", "servers"], "Servers 1 has no url."),
    ]
    assert change(graphql, admin, often=12)[0]["message"] == "Greet 1 to 9 times."
    assert not PluginDecision.objects.exclude(settings={}).exists()
    assert settings_of(DummySettings) == DummySettings()


def test_secrets_are_encrypted_and_never_answered(dummy, admin, graphql, caplog):
    caplog.set_level(logging.DEBUG)
    servers = [{"name": "a", "url": "http://a", "token": "canary-2"}]
    assert change(graphql, admin, token="canary-1", servers=servers) == []
    assert settings_of(DummySettings).token == "canary-1"
    fields = {field["name"]: field for field in read(graphql, admin)["fields"]}
    assert (fields["token"]["value"], fields["token"]["isSet"]) == (None, True)
    assert fields["servers"]["value"] == [{"name": "a", "url": "http://a"}]
    with connection.cursor() as cursor:
        cursor.execute("SELECT d::text FROM plugin_admin_plugindecision d")
        kept = str(cursor.fetchall())
    written = str(list(Record.objects.values_list("detail", flat=True)))
    assert not [text for text in (kept, written, caplog.text) if "canary" in text]


def test_an_entry_keeps_its_secret_where_it_is_not_written_again(dummy, admin, graphql):
    change(graphql, admin, servers=[{"name": "a", "url": "http://a", "token": "one"}])
    change(graphql, admin, servers=[{"name": "a", "url": "http://b"}, {"name": "c", "url": "http://c"}])
    assert settings_of(DummySettings).servers == (Server("a", "http://b", "one"), Server("c", "http://c", ""))


def test_a_new_key_encrypts_them_again(dummy, admin, graphql, settings):
    settings.ENCRYPTION_KEYS = ["old"]
    change(graphql, admin, token="canary")
    settings.ENCRYPTION_KEYS = ["new", "old"]
    assert renew_secrets() == 1
    settings.ENCRYPTION_KEYS = ["new"]
    assert settings_of(DummySettings).token == "canary"


def test_secrets_that_no_key_opens_are_as_if_not_written(dummy, admin, graphql, settings):
    change(graphql, admin, token="canary", greeting="ahoy")
    PluginDecision.objects.update(secrets=b"x" + encrypt("{}"))
    assert settings_of(DummySettings).greeting == "ahoy"


@pytest.mark.parametrize("who", ["member", "outsider"])
def test_only_administrators_see_and_change_settings(dummy, who, request, graphql, admin):
    account = request.getfixturevalue(who)
    assert read(graphql, account) is None
    [problem] = change(graphql, account, greeting="hi")
    assert problem["code"] == "DENIED"
    assert not PluginDecision.objects.exists()
    assert Record.objects.get(action="plugin.settings").outcome == "denied"


def test_no_token_changes_settings(dummy, admin, bearer):
    client = bearer(admin, "read", "catalog:write", "scaffolder:run")
    body = {"query": CHANGE, "variables": {"values": {"greeting": "hi"}}}
    answer = client.post("/graphql", body, content_type="application/json").json()
    assert answer["data"]["changePluginSettings"]["problems"][0]["code"] == "DENIED"
    assert not PluginDecision.objects.exists()


def test_an_unknown_plugin_is_named_with_those_there_are(dummy, admin, graphql):
    query = CHANGE.replace('"dummy"', '"dumy"')
    [problem] = graphql(admin)(query, values={})["changePluginSettings"]["problems"]
    assert problem["code"] == "PLUGIN_NOT_FOUND"
    said, _, enabled_ones = problem["message"].partition(" Enabled: ")
    assert said == "No plugin dumy is enabled."
    assert {"docs", "dummy"} <= set(enabled_ones.removesuffix(".").split(", "))


def test_changes_are_in_the_audit_log_by_name(dummy, admin, graphql):
    change(graphql, admin, greeting="hi", token="x")
    record = Record.objects.get(action="plugin.settings")
    assert (record.actor, record.target, record.detail) == (
        Principal(admin).label, "dummy", {"fields": ["greeting", "token"]},
    )  # fmt: skip


def test_the_schema_is_of_what_may_be_written(dummy, admin, graphql):
    schema = read(graphql, admin)["schema"]
    assert set(schema["properties"]) == {
        "greeting", "manner", "often", "pause", "loud", "token", "servers", "words",
    }  # fmt: skip
    assert schema["properties"]["token"] == {
        "type": "string", "format": "password", "title": "Token", "description": "Of the greeting service.",
    }  # fmt: skip
