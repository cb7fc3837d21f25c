"""A token that may only read changes nothing, whichever mutation it tries."""

import pytest
from django.db import connection
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    is_required_input_field,
)

from catalog.services import register_location
from portal.accounts.principal import SCOPES, SYSTEM
from portal.audit.models import Record
from portal.graphql.nodes import encode_id
from portal.schema import schema

SAMPLES = {"String": "x", "ID": "x", "Int": 1, "Float": 1.0, "Boolean": True, "JSON": {}}
REFUSED = {"DENIED", "SCOPE_MISSING", "SESSION_REQUIRED"}
CHANGES_ANYWAY = {"audit_record", "portal_cache", "accounts_apitoken"}

pytestmark = pytest.mark.django_db


DESCRIPTOR = """
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: thing}
spec: {type: service, lifecycle: production, owner: group:default/a}
"""


@pytest.fixture
def thing(tmp_path):
    """A location with one entity, so that there is something to change."""
    (tmp_path / "catalog-info.yaml").write_text(DESCRIPTOR)
    location = register_location(f"file:{tmp_path}/catalog-info.yaml", actor=SYSTEM)
    return {
        "ref": "component:default/thing",
        "id": encode_id("PortalLocation", location.uid),
        "target": f"file:{tmp_path}/other.yaml",
    }


def sample(kind):
    match kind:
        case GraphQLNonNull():
            return sample(kind.of_type)
        case GraphQLList():
            return [sample(kind.of_type)]
        case GraphQLEnumType():
            return next(iter(kind.values))
        case GraphQLInputObjectType():
            required = {name: field for name, field in kind.fields.items() if is_required_input_field(field)}
            return {name: sample(field.type) for name, field in required.items()}
    return SAMPLES[kind.name]


def mutations():
    return schema.graphql_schema.mutation_type.fields


def stored():
    with connection.cursor() as cursor:
        names = set(connection.introspection.table_names(cursor)) - CHANGES_ANYWAY
        rows = {}
        for name in sorted(names):
            cursor.execute(f'SELECT row_to_json(t)::text FROM "{name}" t')
            rows[name] = sorted(row for (row,) in cursor.fetchall())
    return rows


@pytest.mark.parametrize("name", sorted(mutations()))
def test_a_token_that_may_only_read_changes_nothing(name, bearer, admin, thing):
    field = mutations()[name]
    client = bearer(admin, "read")
    declared = ", ".join(f"${arg}: {spec.type}" for arg, spec in field.args.items())
    passed = ", ".join(f"{arg}: ${arg}" for arg in field.args)
    query = f"mutation ({declared}) {{ {name}({passed}) {{ problems {{ code message }} }} }}"
    variables = {arg: sample(spec.type) for arg, spec in field.args.items()}
    variables["input"].update({key: value for key, value in thing.items() if key in variables["input"]})
    before = stored()

    body = {"query": query, "variables": variables}
    answer = client.post("/graphql", body, content_type="application/json")

    problems = answer.json()["data"][name]["problems"]
    assert problems, answer.content
    for problem in problems:
        assert problem["code"] in REFUSED or name == "cancelTask", problem
    assert stored() == before
    said = Record.objects.filter(request_id=answer["X-Request-ID"]).values_list("actor", "outcome")
    assert list(said) == [("user:default/admin", "denied")]


def test_the_scopes_are_these():
    assert list(SCOPES) == ["read", "catalog:write", "scaffolder:run"]
