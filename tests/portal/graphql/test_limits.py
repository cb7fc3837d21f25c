"""Operations that ask for too much are refused before anything runs for them."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext


@pytest.fixture
def refused(graphql: Any, member: Any) -> Any:
    """Posts an operation, checks that it was refused and the catalog asked for no more than which kinds there
    are; returns the first error."""
    client = graphql(member)
    client.post("{ __typename }")

    def post(query: str, **variables: Any) -> dict[str, Any]:
        with CaptureQueriesContext(connection) as statements:
            response = client.post(query, **variables)
        answer = response.json()
        assert response.status_code == 400, answer
        assert "data" not in answer
        asked = [entry["sql"] for entry in statements if "catalog_" in entry["sql"]]
        assert [sql for sql in asked if "kinds_generation" not in sql] == []
        error: dict[str, Any] = answer["errors"][0]
        return error

    return post


def code(error: dict[str, Any]) -> str:
    return str(error["extensions"]["code"])


def test_fifteen_fields_deep_is_allowed_and_more_is_not(graphql: Any, member: Any, refused: Any) -> None:
    deep = "{ entities(first: 1) { edges { node { %s } } } }"
    for levels in range(13):
        deep = deep % ("owner { %s }" if levels < 12 else "%s")
    allowed = deep % "owner { name }"

    assert graphql(member)(allowed) == {"entities": {"edges": []}}
    error = refused(deep % "owner { owner { name } }")
    assert code(error) == "QUERY_TOO_DEEP"
    assert error["message"].startswith("The query is 16 fields deep, 15 are allowed")


def test_depth_through_inline_fragments_and_fragments_counts(refused: Any) -> None:
    inline = "name"
    for _ in range(50):
        inline = "... on Entity { owner { %s } }" % inline
    assert code(refused('{ entity(ref: "component:x") { %s } }' % inline)) == "QUERY_TOO_DEEP"

    spread = "".join(f"fragment F{i} on Entity {{ owner {{ ...F{i + 1} }} }} " for i in range(50))
    query = '{ entity(ref: "component:x") { ...F0 } } %s fragment F50 on Entity { name }' % spread
    assert code(refused(query)) == "QUERY_TOO_DEEP"


def test_fifty_relations_inside_each_other_are_refused(refused: Any) -> None:
    deep = "{entities(first:1){nodes{%s}}}" % ("relations(first:1){nodes{entity{" * 50 + "name" + "}}}" * 50)
    assert code(refused(deep)) == "QUERY_TOO_DEEP"


def test_thirty_aliases_are_allowed_and_more_are_not(graphql: Any, member: Any, refused: Any) -> None:
    aliases = [f"a{i}: __typename" for i in range(31)]

    assert len(graphql(member)("{ %s }" % " ".join(aliases[:30]))) == 30
    assert code(refused("{ %s }" % " ".join(aliases))) == "TOO_MANY_ALIASES"


def test_two_hundred_aliased_pages_are_refused(refused: Any) -> None:
    query = "{%s}" % " ".join(f"a{i}:entities(first:100){{nodes{{name}}}}" for i in range(200))
    assert code(refused(query)) == "QUERY_TOO_LARGE"
    query = "{%s}" % " ".join(f"a{i}:entities(first:100){{nodes{{name}}}}" for i in range(100))
    assert code(refused(query)) == "TOO_MANY_ALIASES"


def test_five_thousand_objects_are_allowed_and_more_are_not(graphql: Any, member: Any, refused: Any) -> None:
    pages = "{ entities(first: 100) { nodes { relations(first: %d) { nodes { type } } } } }"

    assert graphql(member)(pages % 49) == {"entities": {"nodes": []}}
    error = refused(pages % 50)
    assert code(error) == "QUERY_TOO_COSTLY"
    assert error["message"].startswith("The query could return 5100 objects, 5000 are allowed.")


def test_a_page_size_in_a_variable_counts_each_time(graphql: Any, member: Any, refused: Any) -> None:
    query = """query($n: Int = 50) {
        entities(first: 100) { nodes { relations(first: $n) { nodes { type } } } } }"""

    assert graphql(member)(query, n=10) == {"entities": {"nodes": []}}
    assert code(refused(query, n=100)) == "QUERY_TOO_COSTLY"
    assert code(refused(query, n=100.0)) == "QUERY_TOO_COSTLY"
    assert code(refused(query)) == "QUERY_TOO_COSTLY"
    assert graphql(member)(query, n=10) == {"entities": {"nodes": []}}


def test_a_fragment_costs_wherever_it_is_spread(refused: Any) -> None:
    query = """{ entities(first: 100) { nodes { ...Many } } services(first: 100) { nodes { ...Many } } }
        fragment Many on Entity { relations(first: 30) { nodes { type } } }"""
    assert code(refused(query)) == "QUERY_TOO_COSTLY"


def test_a_list_of_refs_counts_for_its_length(graphql: Any, member: Any, refused: Any) -> None:
    query = """query($refs: [String!]!) {
        entitiesByRefs(refs: $refs) { relations(first: 90) { nodes { type } } } }"""
    refs = [f"component:c{i}" for i in range(100)]

    assert graphql(member)(query, refs=refs[:50])["entitiesByRefs"] == [None] * 50
    assert code(refused(query, refs=refs)) == "QUERY_TOO_COSTLY"


@pytest.mark.parametrize("first", ["1000000", "-1", "0", "101", "2147483648"])
def test_a_page_has_one_to_a_hundred_rows(refused: Any, first: str) -> None:
    assert code(refused("{ entities(first: %s) { nodes { name } } }" % first)) == "PAGE_SIZE"
    assert (
        code(refused("query($n: Int) { teams(first: $n) { nodes { name } } }", n=int(first))) == "PAGE_SIZE"
    )


def test_other_lists_count_for_the_length_asked_for(graphql: Any, member: Any, refused: Any) -> None:
    query = "query($n: Int) { tasks(first: 10) { nodes { log(first: $n) { id } } } }"

    assert graphql(member)(query, n=100) == {"tasks": {"nodes": []}}
    assert code(refused(query, n=2501)) == "QUERY_TOO_COSTLY"
    for n in (101, 0, -1):
        assert code(refused('query($n: Int) { search(query: "x", first: $n) { totalCount } }', n=n)) == (
            "PAGE_SIZE"
        )


@pytest.mark.parametrize("arguments", ["first: 10, last: 10", "last: 10", "first: 1.5"])
def test_other_ways_to_ask_for_pages_are_not_valid(refused: Any, arguments: str) -> None:
    assert code(refused("{ entities(%s) { nodes { name } } }" % arguments)) == "QUERY_INVALID"


def test_without_a_page_size_a_list_is_a_page_of_twenty(graphql: Any, member: Any) -> None:
    query = '{ __type(name: "Query") { fields { name args { name defaultValue } } } }'
    fields = graphql(member)(query)["__type"]["fields"]
    arguments = next(field["args"] for field in fields if field["name"] == "entities")
    assert {"name": "first", "defaultValue": "20"} in arguments


def test_two_thousand_tokens_are_allowed_and_more_are_not(graphql: Any, member: Any, refused: Any) -> None:
    names = "{ entities(filter: { name: [%s] }) { totalCount } }"
    fields = "{ entities(first: 1) { nodes { %s } } }"

    assert graphql(member)(names % ('"x" ' * 1980)) == {"entities": {"totalCount": 0}}
    assert code(refused(names % ('"x" ' * 2000))) == "QUERY_TOO_LARGE"
    assert code(refused(fields % ("name " * 4000))) == "QUERY_TOO_LARGE"
    assert code(refused("{ __typename } " + "#\n" * 4000)) == "QUERY_TOO_LARGE"


def test_brackets_a_thousand_levels_deep_are_refused_not_recursed_into(refused: Any) -> None:
    assert code(refused('{ entity(ref: %s"x"%s) { name } }' % ("[" * 900, "]" * 900))) == "QUERY_SYNTAX"
    assert code(refused("{a" * 900 + "}" * 900)) == "QUERY_SYNTAX"


def test_a_body_longer_than_the_limit_is_refused_unread(graphql: Any, member: Any) -> None:
    response = graphql(member).post("{ __typename }", filler="x" * 70_000)

    assert response.status_code == 413
    assert response.json()["errors"][0]["extensions"]["code"] == "QUERY_TOO_LARGE"


def test_variables_nest_sixty_levels_and_not_more(graphql: Any, member: Any, refused: Any) -> None:
    query = "query($f: EntityFilter) { entities(filter: $f) { totalCount } }"
    filter: dict[str, Any] = {"kind": ["Component"]}
    for _ in range(40):
        filter = {"not": filter}
    assert graphql(member)(query, f=filter) == {"entities": {"totalCount": 0}}

    for _ in range(500):
        filter = {"not": filter}
    assert code(refused(query, f=filter)) == "BAD_REQUEST"


def test_a_filter_has_a_hundred_conditions_and_not_more(graphql: Any, member: Any) -> None:
    query = "query($f: EntityFilter) { entities(filter: $f) { totalCount } }"
    conditions = [{"key": f"spec.k{i}", "exists": True} for i in range(101)]

    assert graphql(member)(query, f={"where": conditions[:98]}) == {"entities": {"totalCount": 0}}
    answer = graphql(member).post(query, f={"where": conditions}).json()
    assert answer["errors"][0]["extensions"] == {"code": "FILTER_TOO_LARGE", "argument": ["filter"]}


def test_fragments_that_spread_each_other_are_not_valid(refused: Any) -> None:
    direct = "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }"
    between = """{ viewer { ...A } } fragment A on Viewer { user { ...B } }
        fragment B on Entity { owner { ...B } }"""
    self = "{ ...A } fragment A on Query { kinds { name } ...A }"
    for query in (direct, between, self):
        error = refused(query)
        assert code(error) == "QUERY_INVALID"
        assert "within itself" in error["message"]


def test_long_chains_of_fragments_are_refused_not_recursed_into(refused: Any) -> None:
    chain = " ".join(f"fragment F{i} on Query {{ ...F{i + 1} }}" for i in range(240))
    error = refused("{ ...F0 } %s fragment F240 on Query { __typename }" % chain)
    assert code(error) == "QUERY_TOO_DEEP"


def test_fragments_spread_twice_at_every_level_are_measured_once(refused: Any) -> None:
    bombs = " ".join(f"fragment F{i} on Query {{ ...F{i + 1} ...F{i + 1} }}" for i in range(40))
    query = "{ ...F0 } %s fragment F40 on Query { entities(first: 100) { nodes { name } } }" % bombs
    assert code(refused(query)) == "QUERY_TOO_COSTLY"


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("{ bogusField }", "Cannot query field 'bogusField' on type 'Query'."),
        ("{ entity(ref: 5) { name } }", "String cannot represent a non string value: 5"),
        ("{ viewer }", "must have a selection of subfields"),
        ("{ __typename } { __typename }", "or several: then name one"),
        ("query A { __typename } query A { __typename }", "or several: then name one"),
        ("{ entity(ref: $ref) { name } }", "Variable '$ref' is not defined."),
        ("query($a: String) { __typename }", "Variable '$a' is never used."),
        ("{ entities(first: 1, first: 2) { totalCount } }", "There can be only one argument named 'first'."),
        ("{ __typename @nope }", "Unknown directive '@nope'."),
        ("subscription { __typename }", "introspection top level field"),
        ("type Query { x: Int }", "has no operation"),
    ],
)
def test_the_standard_rules_hold(refused: Any, query: str, message: str) -> None:
    assert message in refused(query)["message"]


def test_misspelt_names_get_no_suggestions(refused: Any) -> None:
    for query in (
        "{ entitiez { totalCount } }",
        "{ entities(frist: 1) { totalCount } }",
        "{ entities(orderBy: { field: NAMEE }) { totalCount } }",
        "{ ... on Qery { __typename } }",
        '{ entities(filter: { knd: "x" }) { totalCount } }',
    ):
        assert "Did you mean" not in json.dumps(refused(query))


def test_suggestions_are_not_given_for_variables_either(graphql: Any, member: Any) -> None:
    query = "query($f: EntityFilter) { entities(filter: $f) { totalCount } }"
    response = graphql(member).post(query, f={"knd": ["Component"]})

    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"]["code"] == "VARIABLES_INVALID"
    assert "Did you mean" not in response.content.decode()


def test_introspection_does_not_count_but_has_its_own_depth(graphql: Any, member: Any, refused: Any) -> None:
    deep = "ofType { " * 9 + "name" + " }" * 9
    query = "{ __schema { types { fields { type { %s } args { type { %s } } } } } }" % (deep, deep)
    assert len(graphql(member)(query)["__schema"]["types"]) > 50

    bomb = "{ __schema { types { fields { type { fields { type { fields { type { name } } } } } } } } }"
    assert code(refused(bomb)) == "QUERY_INVALID"


def test_what_was_allowed_with_few_values_is_measured_again_with_many(
    graphql: Any, member: Any, refused: Any
) -> None:
    ends = "relations(first: 10) { nodes { entity { relations(first: 10) { nodes { type } } } } }"
    query = f"query ($refs: [String!]!) {{ entitiesByRefs(refs: $refs) {{ {ends} }} }}"

    assert graphql(member)(query, refs=["component:a"]) == {"entitiesByRefs": [None]}
    assert code(refused(query, refs=["component:a"] * 50)) == "QUERY_TOO_COSTLY"
    assert graphql(member)(query, refs=["component:b"]) == {"entitiesByRefs": [None]}
