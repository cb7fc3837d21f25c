"""Root queries of plugins: each field is contained by itself, and no plugin takes a name of the portal's."""

from types import SimpleNamespace

import graphene
import pytest

from portal.extension import broken
from portal.extension.points import Contribution
from portal.extension.queries import PluginQuery, plugin_queries_mixin
from portal.schema import QUERIES
from tests.dummy_plugin import misbehaving
from tests.dummy_plugin.contributions import DummyQuery, dummy_query

pytestmark = pytest.mark.usefixtures("until_released")
VIEWER = SimpleNamespace(label="user:default/member", sees_everything=False)


def ask(query: str, **plugins: PluginQuery):
    items = [Contribution(name, value.name, value, 100) for name, value in plugins.items()]
    bases = (plugin_queries_mixin(items, QUERIES), graphene.ObjectType)
    schema = graphene.Schema(query=type("Query", bases, {}))
    return schema.execute(query, context_value=SimpleNamespace(principal=VIEWER))


def test_a_plugin_answers_at_the_root():
    answer = ask('{ dummy { words shout(word: "Ahoy") } }', dummy=dummy_query)
    assert (answer.errors, answer.data) == (
        None, {"dummy": {"words": ["hello"], "shout": "Ahoy! user:default/member"}},
    )  # fmt: skip


def test_a_field_that_breaks_is_null_with_its_path_and_the_others_stand(short):
    slow = PluginQuery(DummyQuery, load=lambda viewer: misbehaving.released.wait(60))
    answer = ask('{ slow { words } dummy { words broken shout(word: "a") } }', dummy=dummy_query, slow=slow)
    assert answer.data == {
        "slow": None, "dummy": {"words": ["hello"], "broken": None, "shout": "a! user:default/member"},
    }  # fmt: skip
    assert {tuple(error.path): error.extensions["code"] for error in answer.errors} == {
        ("slow",): "PLUGIN_FAILED", ("dummy", "broken"): "PLUGIN_FAILED",
    }  # fmt: skip
    assert "secret detail" not in str(answer.errors)


def test_a_type_without_a_load_is_a_place_for_values():
    answer = ask('{ dummy { shout(word: "a") } }', dummy=PluginQuery(DummyQuery))
    assert answer.data == {"dummy": {"shout": "a! user:default/member"}}


@pytest.mark.parametrize("name", ["entities", "viewer", "homePanels"])
def test_a_plugin_with_a_name_of_the_portals_is_left_out(name, monkeypatch):
    monkeypatch.setattr(broken, "_broken", {})
    assert ask("{ dummy { words } }", **{name: dummy_query, "dummy": dummy_query}).errors is None
    assert f"the portal itself answers {name}: name the plugin otherwise" in broken.why_broken(name)


def test_a_query_may_need_a_permission():
    guarded = PluginQuery(DummyQuery, permission="dummy.listen")
    assert ask('{ dummy { shout(word: "a") } }', dummy=guarded).data == {"dummy": None}
