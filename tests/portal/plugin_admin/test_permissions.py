"""Permissions of plugins: who may see what a plugin adds, as administrators grant it."""

import pytest

from catalog.models import Entity, Relation
from portal.audit.models import Record
from portal.extension import guard
from portal.plugin_admin.models import PluginDecision
from portal.plugin_api import PluginUrl, entity_panels, home_panels, settings_panels, urls
from portal.plugin_api.testing import enabled
from tests.dummy_plugin.apps import DummyPlugin
from tests.dummy_plugin.contributions import EveryBlockPanel, GreetingPanel, get_greeting

pytestmark = pytest.mark.django_db(transaction=True)
GRANT = """mutation($to: [String!], $name: String!) {
    grantPluginPermission(input: {plugin: "dummy", permission: $name, subjects: $to}) {
        plugin { permissions { name subjects decided } } problems { path code message } } }"""
SEEN = """{ homePanels { plugin } entity(ref: "component:default/engine") { panels { plugin } } }"""


class WhisperPanel(EveryBlockPanel):
    title = "Whisper"
    permission = "dummy.listen"


class WhisperHomePanel(GreetingPanel):
    permission = "dummy.listen"


@pytest.fixture(autouse=True)
def dummy(settings):
    settings.CLAIMS_ACCEPTED = ["all"]
    guard.shut_down()
    url = PluginUrl("whisper", "whisper/<slug:word>", get_greeting, permission="dummy.listen")
    with (
        enabled(DummyPlugin),
        entity_panels.temporarily(WhisperPanel, plugin="dummy"),
        home_panels.temporarily(WhisperHomePanel, plugin="dummy2"),
        urls.temporarily(url, plugin="dummy"),
    ):
        yield
    guard.shut_down()


@pytest.fixture(autouse=True)
def engine():
    return make("Component", "engine")


def make(kind, name):
    return Entity.objects.create(
        ref=f"{kind}:default/{name}".lower(), kind=kind, namespace="default", name=name, sort_name=name,
        hash="", generation=1, updated_at="2026-01-31T08:15:00Z",
        document=f'{{"kind": "{kind}", "metadata": {{"name": "{name}"}}, "spec": {{}}}}',
    )  # fmt: skip


def sees(graphql, account) -> tuple[int, int, int]:
    """Panels of the entity, of the home page, and the address's status."""
    client = graphql(account)
    data = client(SEEN)
    home = [panel for panel in data["homePanels"] if panel["plugin"] == "dummy2"]
    panels = [panel for panel in data["entity"]["panels"] if panel["plugin"] == "dummy"]
    return len(panels), len(home), client.http.get("/api/plugins/dummy/whisper/hi").status_code


def grant(graphql, account, *to, name="listen", default=False):
    return graphql(account)(GRANT, to=None if default else list(to), name=name)["grantPluginPermission"]


def test_a_permission_for_administrators_hides_from_everybody_else(graphql, member, admin):
    assert sees(graphql, member) == (1, 0, 404)
    assert sees(graphql, admin) == (2, 1, 200)


def test_a_group_that_was_granted_it_has_it_with_all_its_members(graphql, member, outsider, admin):
    group, user = make("Group", "crew"), make("User", "member")
    Relation.objects.create(
        source=user, type="memberOf", inverse="hasMember", target_ref=group.ref, target_namespace="default"
    )
    answer = grant(graphql, admin, "group:default/crew")
    assert answer["plugin"]["permissions"] == [
        {"name": "listen", "subjects": ["group:default/crew"], "decided": True}
    ]
    assert (sees(graphql, member), sees(graphql, outsider)) == ((2, 1, 200), (1, 0, 404))


def test_everyone_and_back_to_the_default(graphql, outsider, admin):
    grant(graphql, admin, "everyone")
    assert sees(graphql, outsider) == (2, 1, 200)
    assert grant(graphql, admin, default=True)["plugin"]["permissions"] == [
        {"name": "listen", "subjects": [], "decided": False}
    ]
    assert sees(graphql, outsider) == (1, 0, 404)


@pytest.mark.parametrize(
    ("to", "name", "code"),
    [
        (["nobody"], "listen", "INVALID"),
        (["component:default/x"], "listen", "INVALID"),
        ([], "speak", "PERMISSION_NOT_FOUND"),
    ],
)
def test_what_cannot_be_granted_is_refused(graphql, admin, to, name, code):
    assert grant(graphql, admin, *to, name=name)["problems"][0]["code"] == code
    assert not PluginDecision.objects.exclude(permissions={}).exists()


def test_only_administrators_grant(graphql, member):
    assert grant(graphql, member, "everyone")["problems"][0]["code"] == "DENIED"
    assert Record.objects.get(action="plugin.permission").outcome == "denied"
    assert not PluginDecision.objects.exists()


def test_panels_beside_the_settings_are_for_administrators(graphql, member, admin):
    query = "{ plugins { name settingsPanels { title blocks { ... on StatBlock { value } } } } }"

    def shown(account):
        return {each["name"]: each["settingsPanels"] for each in graphql(account)(query)["plugins"]}["dummy"]

    assert shown(admin) == [{"title": "Greeting", "blocks": [{"value": "hello"}]}]
    assert shown(member) is None
    assert [item.plugin for item in settings_panels.read()] == ["dummy"]
