"""Claims: a plugin reads and calls what an administrator accepted; all else is not there, and is counted."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner

from portal.accounts.principal import SYSTEM
from portal.audit.models import Record
from portal.extension import decided, guard, uses
from portal.extension.acceptance import acting
from portal.extension.points import Contribution
from portal.extension.schedules import Schedule, run_schedule
from portal.plugin_admin.commands import plugins
from portal.plugin_admin.models import ClaimUse, PluginDecision
from portal.plugin_api import (
    ClaimRefused,
)
from portal.plugin_api.catalog import (
    Condition,
    EntityQuery,
    find_entities,
    get_entity,
    related_by_entity,
)
from portal.plugin_api.http import NotAccepted, fetch
from portal.plugin_api.testing import with_settings
from portal.rest.errors import NotFound
from tests.dummy_plugin.apps import DummyPlugin, Server
from tests.portal.plugin_admin.conftest import DECIDE, DOCUMENT, make
from tests.servers import HttpServer

pytestmark = pytest.mark.django_db(transaction=True)
REFUSED = "The plugin dummy is not accepted for {}: an administrator decides, on the plugins page."
CLAIMS = "{ plugins { name state reason claims { claim value accepted uses refusals lastUsedAt } } }"
PANELS = """query($ref: String!) { entity(ref: $ref) {
    panels { failed blocks { ... on KeyValueBlock { items { key value } } } } } }"""


@pytest.fixture(autouse=True)
def quick(settings: Any) -> Iterator[None]:
    guard.shut_down()
    uses.flush()
    yield
    guard.shut_down()
    uses.flush()


def panel(graphql: Any, account: Any, ref: str) -> Any:
    return graphql(account)(PANELS, ref=ref)["entity"]["panels"][0]


def test_nothing_is_shown_until_an_administrator_accepts(dummy, engine, graphql, member, admin):
    shown = panel(graphql, member, engine.ref)
    assert shown == {"failed": REFUSED.format("reading entities of the kind Component"), "blocks": []}
    [state] = [each for each in graphql(admin)(CLAIMS)["plugins"] if each["name"] == "dummy"]
    assert (state["state"], state["reason"]) == (
        "waiting",
        "Nothing that dummy reads and calls is accepted. An administrator decides: on the plugins page, or "
        "with `portal plugins accept dummy`.",
    )
    assert {claim["value"]: claim["accepted"] for claim in state["claims"]}["Component"] == []


def test_what_is_accepted_is_read_field_by_field(dummy, engine, graphql, member, decide):
    accepted = {"kinds": ["Component"], "fields": ["spec.type"], "annotations": ["dummy.example/berth"]}
    assert decide(**accepted)["plugin"]["state"] == "ready"
    items = {item["key"]: item["value"] for item in panel(graphql, member, engine.ref)["blocks"][0]["items"]}
    assert json.loads(items["document"]) == {
        "apiVersion": "backstage.io/v1alpha1", "kind": "Component",
        "metadata": {"name": "engine", "title": "Engine", "annotations": {"dummy.example/berth": "4"}},
        "spec": {"type": "service"},
    }  # fmt: skip
    assert items["owner"] == ""
    engine.refresh_from_db()
    assert json.loads(engine.document) == DOCUMENT


def test_a_kind_that_is_not_claimed_has_no_panel_and_no_complaint(dummy, graphql, member):
    system = make("System", "fleet")
    assert graphql(member)(PANELS, ref=system.ref)["entity"]["panels"] == []


def test_what_was_withdrawn_is_gone_at_once(dummy, engine, graphql, member, decide):
    decide(kinds=["Component"])
    assert panel(graphql, member, engine.ref)["failed"] is None
    assert decide()["plugin"]["state"] == "waiting"
    assert panel(graphql, member, engine.ref)["failed"] == REFUSED.format(
        "reading entities of the kind Component"
    )


def test_another_process_knows_of_a_withdrawal_within_two_seconds(
    dummy, engine, graphql, member, decide, monkeypatch
):
    decide(kinds=["Component"])
    assert panel(graphql, member, engine.ref)["failed"] is None
    PluginDecision.objects.update(claims={})  # as another process writes it
    assert decided.FRESH_SECONDS == 2.0
    monkeypatch.setattr(decided, "FRESH_SECONDS", 0.0)
    assert panel(graphql, member, engine.ref)["failed"] is not None


def test_an_administrator_may_narrow_and_not_widen(dummy, engine, decide):
    assert (
        decide(kinds=["Component"], annotations=["dummy.example/berth"], hosts=["a.dummy.example"])[
            "problems"
        ]
        == []
    )
    before = PluginDecision.objects.get().claims
    problems = decide(kinds=["User", "*"], hosts=["evil.example", "*"], clusters=["north"])["problems"]
    assert [(problem["path"], problem["message"]) for problem in problems] == [
        (["accepted", "kinds"], "dummy does not claim 'User' of kinds."),
        (["accepted", "kinds"], "dummy does not claim '*' of kinds."),
        (["accepted", "hosts"], "dummy does not claim 'evil.example' of hosts."),
        (["accepted", "hosts"], "dummy does not claim '*' of hosts."),
        (["accepted", "clusters"], "dummy does not claim 'north' of clusters."),
    ]
    assert PluginDecision.objects.get().claims == before


def test_what_a_newer_release_no_longer_claims_is_no_longer_accepted(dummy, engine, graphql, member):
    PluginDecision.objects.create(plugin="dummy", claims={"kinds": ["Component", "System"]})
    system = make("System", "fleet")
    assert panel(graphql, member, engine.ref)["failed"] is None
    assert graphql(member)(PANELS, ref=system.ref)["entity"]["panels"] == []


@pytest.mark.parametrize("who", ["member", "outsider"])
def test_only_administrators_decide_and_see(dummy, who, request, graphql):
    account = request.getfixturevalue(who)
    answer = graphql(account)(DECIDE, accepted={"kinds": ["Component"]})["decidePluginClaims"]
    assert answer["problems"][0]["code"] == "DENIED"
    assert {plugin["name"]: plugin["claims"] for plugin in graphql(account)(CLAIMS)["plugins"]}[
        "dummy"
    ] is None
    assert not PluginDecision.objects.exists()
    assert Record.objects.get(action="plugin.claims").outcome == "denied"


@pytest.mark.parametrize(
    ("named", "holds"), [(["tree"], False), (["tree", "dummy"], True), (["all"], True), ([], False)]
)
def test_a_setting_accepts_beforehand(dummy, engine, graphql, member, settings, named, holds):
    settings.CLAIMS_ACCEPTED = named
    assert (panel(graphql, member, engine.ref)["failed"] is None) is holds


def test_plugins_of_the_tree_are_accepted_by_default_until_decided_otherwise(graphql, admin, engine):
    states = {plugin["name"]: plugin["state"] for plugin in graphql(admin)(CLAIMS)["plugins"]}
    assert states["docs"] == "ready"
    query = DECIDE.replace('"dummy"', '"docs"')
    assert graphql(admin)(query, accepted={})["decidePluginClaims"]["plugin"]["state"] == "waiting"
    assert graphql(admin)(query, accepted=None)["decidePluginClaims"]["plugin"]["state"] == "ready"


def test_selectors_answer_what_was_accepted(dummy, engine, decide):
    make("System", "fleet")
    make("Group", "crew")
    everything = EntityQuery()
    assert find_entities(everything, viewer=SYSTEM).count() == 3
    decide(kinds=["Component"], fields=["spec.type"], annotations=["dummy.example/*"])
    with acting("dummy"):
        [seen] = find_entities(everything, viewer=SYSTEM).filter(name__startswith="e")
        assert ("secret" in seen.document, seen.content["spec"]) == (False, {"type": "service"})
        assert list(find_entities(everything, viewer=SYSTEM).values_list("ref", flat=True)) == [engine.ref]
        with pytest.raises(ClaimRefused):
            list(find_entities(everything, viewer=SYSTEM).values_list("document"))
        with pytest.raises(ClaimRefused):
            find_entities(EntityQuery(where=(Condition("spec.owner", prefix="s"),)), viewer=SYSTEM)
        berth = Condition("metadata.annotations.dummy.example/berth", exists=True)
        find_entities(EntityQuery(where=(berth,)), viewer=SYSTEM)
        with pytest.raises(ClaimRefused, match="reading entities of the kind Group"):
            get_entity("group:default/crew", viewer=SYSTEM)
        with pytest.raises(NotFound):
            get_entity("group:default/nobody", viewer=SYSTEM)
        assert related_by_entity([engine], viewer=SYSTEM) == {engine.pk: []}


@pytest.fixture
def server(settings: Any) -> Iterator[HttpServer]:
    with HttpServer() as server:
        port = server.host.partition(":")[2]
        settings.OUTBOUND_PRIVATE = [server.host, f"localhost:{port}"]
        settings.CREDENTIALS = json.dumps([{"url": server.url, "kind": "bearer", "token": "canary"}])
        server.routes["/ok"] = (200, {}, b"fine")
        server.routes["/elsewhere"] = (302, {"Location": f"http://localhost:{port}/ok"}, b"")
        yield server


def test_a_host_that_was_not_accepted_is_never_called(dummy, server, decide):
    decide(kinds=["Component"])
    with acting("dummy"), pytest.raises(NotAccepted, match=r"not accepted for calling 127\.0\.0\.1"):
        fetch(f"{server.url}/ok")
    assert server.seen == []
    assert fetch(f"{server.url}/ok").body == b"fine"


def test_the_credential_of_an_accepted_host_is_accepted_by_itself(dummy, server, decide):
    decide(hosts=["127.0.0.1"])
    with acting("dummy"):
        fetch(f"{server.url}/ok")
        assert "authorization" not in server.seen[-1].headers
    decide(hosts=["127.0.0.1"], secrets=["127.0.0.1"])
    with acting("dummy"):
        fetch(f"{server.url}/ok")
    assert "canary" in server.seen[-1].headers["authorization"]


def test_a_redirect_to_a_host_that_was_not_accepted_ends_there(dummy, server, decide):
    decide(hosts=["127.0.0.1"])
    with acting("dummy"), pytest.raises(NotAccepted, match="calling localhost"):
        fetch(f"{server.url}/elsewhere")
    assert [seen.path for seen in server.seen] == ["/elsewhere"]


def test_the_hosts_of_a_setting_are_those_that_it_holds(dummy, server, decide):
    decide(hosts=["setting:servers.url"])
    with acting("dummy"):
        with pytest.raises(NotAccepted):
            fetch(f"{server.url}/ok")
        with with_settings("dummy", servers=(Server("a", server.url),)):
            assert fetch(f"{server.url}/ok").body == b"fine"


def test_what_a_schedule_of_a_plugin_calls_is_asked_too(dummy, server):
    called: list[str] = []

    def run() -> None:
        try:
            fetch(f"{server.url}/ok")
        except NotAccepted as refused:
            called.append(refused.code)

    schedule = Schedule("call", run, every=dummy.settings.every)
    assert run_schedule(Contribution("dummy", "call", schedule, 100))
    assert (called, server.seen) == (["CLAIM_NOT_ACCEPTED"], [])


def test_uses_are_counted_by_the_hour_and_refusals_are_in_the_audit_log(
    dummy, engine, server, graphql, member, admin, decide
):
    decide(kinds=["Component"])
    for _ in range(3):
        panel(graphql, member, engine.ref)
    with acting("dummy"), pytest.raises(NotAccepted):
        fetch(f"{server.url}/ok")
    uses.flush()
    uses.flush()
    rows = ClaimUse.objects.filter(plugin="dummy").values_list("claim", "value", "allowed", "refused")
    assert sorted(rows) == [("hosts", "127.0.0.1", 0, 1), ("kinds", "Component", 3, 0)]
    [refusal] = Record.objects.filter(action="plugin.use")
    assert (refusal.outcome, refusal.target, refusal.detail) == (
        "denied", "dummy", {"claim": "hosts", "value": "127.0.0.1", "times": 1},
    )  # fmt: skip
    shown = {plugin["name"]: plugin["claims"] for plugin in graphql(admin)(CLAIMS)["plugins"]}["dummy"]
    counts = {claim["value"]: (claim["uses"], claim["refusals"]) for claim in shown}
    assert (counts["Component"], counts["127.0.0.1"], counts["Group"]) == ((3, 0), (0, 1), (0, 0))


def test_decisions_are_in_the_audit_log(dummy, decide):
    decide(kinds=["Component"])
    record = Record.objects.get(action="plugin.claims")
    assert (record.target, record.detail["accepted"]["kinds"]) == ("dummy", ["Component"])


def test_the_command_accepts_and_withdraws(dummy):
    def run(*arguments: str) -> str:
        return CliRunner().invoke(plugins, arguments, catch_exceptions=False).output

    assert run("accept", "dummy") == "dummy may read and call what was accepted.\n"
    assert PluginDecision.objects.get().claims == DummyPlugin.claims.to_json()
    lines = [" ".join(line.split()) for line in run().splitlines()]
    assert {"claims kinds Component", "claims hosts setting:servers.url"} <= set(lines)
    run("accept", "dummy", "--only", "kinds=Component", "--only", "hosts=a.dummy.example")
    assert PluginDecision.objects.get().claims["hosts"] == ["a.dummy.example"]
    lines = [" ".join(line.split()) for line in run().splitlines()]
    assert {"claims hosts *.dummy.example only a.dummy.example", "claims kinds Parrot refused"} <= set(lines)
    assert run("withdraw", "dummy") == "dummy may read and call nothing any more.\n"
    assert not any(PluginDecision.objects.get().claims.values())
    assert "is no claim" in run("accept", "dummy", "--only", "speed=9")
