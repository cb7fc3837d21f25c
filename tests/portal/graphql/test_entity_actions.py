"""What plugins let people do to an entity: who may, what fits, what breaks."""

from collections.abc import Iterator

import pytest
from django.utils import timezone

from catalog.extension_points import entity_actions
from catalog.models import Entity
from portal.audit.models import Record
from portal.extension import guard
from tests.dummy_plugin.contributions import greet_entity, said

pytestmark = pytest.mark.django_db
REF = "component:default/engine"
RUN = """mutation ($action: String!, $values: JSON!) { runEntityAction(input: {
    ref: "component:default/engine", plugin: "dummy", action: $action, values: $values
}) { message problems { code path message } } }"""


@pytest.fixture(autouse=True)
def engine() -> Iterator[None]:
    Entity.objects.create(
        ref=REF, kind="Component", namespace="default", name="engine", sort_name="engine", hash="",
        generation=1, owner_ref="user:default/member", updated_at=timezone.now(),
        document='{"kind": "Component", "metadata": {"name": "engine"}, "spec": {}}',
    )  # fmt: skip
    said.clear()
    with entity_actions.temporarily(greet_entity, plugin="dummy"):
        yield
    guard.shut_down()


def run(client, action="greet", **values):
    return client(RUN, action=action, values=values)["runEntityAction"]


def test_an_owner_runs_an_action_and_it_is_written_down(graphql, member):
    answer = run(graphql(member), word="ahoy")
    assert answer == {"message": "Said ahoy to engine.", "problems": []}
    assert said == ["ahoy"]
    record = Record.objects.get(action="plugin.act")
    assert (record.target, record.detail) == (REF, {"plugin": "dummy", "action": "greet"})


def test_others_are_denied_and_nothing_is_done(graphql, outsider):
    [problem] = run(graphql(outsider), word="ahoy")["problems"]
    assert problem["code"] == "DENIED"
    assert said == []
    assert Record.objects.get(action="plugin.act").outcome == "denied"


@pytest.mark.parametrize(
    ("values", "path"),
    [({}, ["values"]), ({"word": 3}, ["values", "word"]), ({"word": "boo"}, ["values", "word"])],
)
def test_values_that_do_not_fit_are_refused_beside_their_field(graphql, member, values, path):
    [problem] = run(graphql(member), **values)["problems"]
    assert (problem["code"], problem["path"]) == ("INVALID", path)
    assert said == []


def test_a_plugin_that_breaks_says_so_and_nothing_more(graphql, member):
    [problem] = run(graphql(member), word="strange")["problems"]
    assert problem["code"] == "PLUGIN_FAILED"
    assert "no such word" not in problem["message"]


def test_an_unknown_action_is_named(graphql, member):
    [problem] = run(graphql(member), action="dance", word="ahoy")["problems"]
    assert (problem["code"], problem["path"]) == ("ACTION_NOT_FOUND", ["action"])
