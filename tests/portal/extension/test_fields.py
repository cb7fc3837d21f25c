"""A plugin's field of entities: loaded for lists, null where it fails, refused where it would run per row."""

from types import SimpleNamespace

import graphene
import pytest

from portal.extension import broken
from portal.extension.batching import introduce
from portal.extension.fields import EntityField, entity_fields_mixin
from portal.extension.points import Contribution
from tests.dummy_plugin import contributions, misbehaving

pytestmark = pytest.mark.usefixtures("until_released")


def entities(count):
    return introduce(SimpleNamespace(pk=number, name=f"e{number}") for number in range(1, count + 1))


def make_schema(**fields: EntityField) -> graphene.Schema:
    items = [Contribution(plugin, field.name, field, 100) for plugin, field in fields.items()]

    class Thing(entity_fields_mixin(items), graphene.ObjectType):  # type: ignore[misc]
        name = graphene.String()

    class Query(graphene.ObjectType):
        things = graphene.List(Thing)

        def resolve_things(root, info):
            return entities(3)

    return graphene.Schema(query=Query)


def ask(schema, query):
    return schema.execute(query, context_value=SimpleNamespace(principal="somebody"))


def test_a_plugins_field_is_loaded_once_for_a_whole_list():
    contributions.loads.clear()
    schema = make_schema(dummy=contributions.greeting_field)
    answer = ask(schema, '{ things { dummy { words inLanguage(code: "de") } } }')
    assert answer.errors is None
    assert answer.data["things"] == [
        {"dummy": {"words": ["hello", f"e{n}"], "inLanguage": f"de:e{n}"}} for n in (1, 2, 3)
    ]
    assert contributions.loads == [[1, 2, 3]]


@pytest.mark.parametrize(
    ("field", "happened"),
    [
        (misbehaving.raising_field, "failed"),
        (misbehaving.bytes_field, "gave an answer that cannot be shown (the answer holds a bytes)"),
        (misbehaving.list_field, "gave an answer that cannot be shown (the answer is a list, not a mapping"),
    ],
)
def test_a_field_that_misbehaves_is_null_with_a_path_and_the_others_stand(field, happened):
    schema = make_schema(bad=field, dummy=contributions.greeting_field)
    answer = ask(schema, "{ things { name bad { word } dummy { words } } }")
    assert answer.data["things"][1] == {"name": "e2", "bad": None, "dummy": {"words": ["hello", "e2"]}}
    assert [error.path for error in answer.errors] == [["things", n, "bad"] for n in range(3)]
    assert {error.extensions["code"] for error in answer.errors} == {"PLUGIN_FAILED"}
    assert answer.errors[0].message.startswith(f"The plugin bad {happened}")
    assert len({error.message for error in answer.errors}) == 1


def test_a_plugin_with_a_resolver_of_its_own_is_left_out(monkeypatch):
    monkeypatch.setattr(broken, "_broken", {})

    class Slow(graphene.ObjectType):
        word = graphene.String()

        def resolve_word(root, info):
            return "x"

    schema = make_schema(
        costs=EntityField(Slow, load=contributions.greetings_by_entity), dummy=contributions.greeting_field
    )
    assert "The plugin costs has a resolver for Slow.word, which" in broken.why_broken("costs")
    assert set(schema.graphql_schema.type_map["Thing"].fields) == {"name", "dummy"}


def test_two_plugins_with_a_type_of_one_name_cost_the_second_its_field(monkeypatch):
    monkeypatch.setattr(broken, "_broken", {})
    other = type("Greeting", (graphene.ObjectType,), {"word": graphene.String()})
    field = EntityField(other, load=contributions.greetings_by_entity)
    schema = make_schema(dummy=contributions.greeting_field, parrot=field)
    assert broken.why_broken("parrot") == (
        "The plugin parrot has a GraphQL type Greeting, as dummy has: name it otherwise."
    )
    assert set(schema.graphql_schema.type_map["Thing"].fields) == {"name", "dummy"}
