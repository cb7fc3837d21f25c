"""What a template's form lets through: through the mutation, as a client without the page would send it."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from catalog.models import Entity
from portal.accounts.models import Account
from scaffolder.models import Task

pytestmark = pytest.mark.django_db(transaction=True)

RUN = """
mutation ($parameters: JSON!, $key: String, $ref: String = "template:default/service") {
  runTemplate(input: {templateRef: $ref, parameters: $parameters, idempotencyKey: $key}) {
    task { id status parameters steps { id status } }
    problems { path code message }
  }
}
"""
LOG = {"id": "log", "action": "debug:log", "input": {"message": "Hello"}}
PAGES = [
    {
        "title": "What",
        "required": ["name"],
        "properties": {
            "name": {"type": "string", "pattern": "^[a-z]+$", "maxLength": 10},
            "kind": {"type": "string", "enum": ["service", "library"], "default": "service"},
            "mail": {"type": "string", "format": "email"},
            "tier": {"type": "integer", "minimum": 1, "maximum": 3},
            "secretly": {"type": "string", "ui:widget": "hidden", "default": "fixed"},
            "shown": {"type": "string", "readOnly": True, "const": "only"},
            "slow": {"type": "string", "pattern": "^(a+)+$"},
        },
    },
    {
        "title": "How",
        "properties": {
            "store": {"type": "string", "enum": ["memory", "disk"], "default": "memory"},
            "nested": {"type": "object", "properties": {"deep": {"type": "boolean", "default": True}}},
        },
        "dependencies": {
            "store": {
                "oneOf": [
                    {"properties": {"store": {"enum": ["memory"]}}},
                    {
                        "properties": {
                            "store": {"enum": ["disk"]},
                            "size": {"type": "string", "enum": ["1Gi", "5Gi"], "default": "1Gi"},
                            "where": {"type": "string"},
                        },
                        "required": ["where"],
                    },
                ]
            }
        },
        "allOf": [
            {
                "if": {"properties": {"nested": {"properties": {"deep": {"const": False}}}}},
                "then": {"properties": {"why": {"type": "string"}}, "required": ["why"]},
            }
        ],
    },
]
GOOD = {"name": "cart"}


@pytest.fixture
def send(
    make_template: Callable[..., Entity], graphql: Any, member: Account
) -> Callable[..., dict[str, Any]]:
    make_template(LOG, parameters=PAGES)
    client = graphql(member)
    return lambda parameters, **variables: client(RUN, parameters=parameters, **variables)["runTemplate"]


def test_defaults_are_applied_in_the_order_of_the_form(send: Callable[..., dict[str, Any]]) -> None:
    answer = send(GOOD)
    assert answer["problems"] == []
    assert json.loads(Task.objects.get().parameters) == answer["task"]["parameters"]
    assert list(answer["task"]["parameters"].items()) == [
        ("name", "cart"),
        ("kind", "service"),
        ("secretly", "fixed"),
        ("store", "memory"),
        ("nested", {"deep": True}),
    ]


def test_a_branch_brings_its_own_fields_and_defaults(send: Callable[..., dict[str, Any]]) -> None:
    parameters = send({**GOOD, "store": "disk", "where": "/srv"})["task"]["parameters"]
    assert (parameters["size"], parameters["where"]) == ("1Gi", "/srv")


@pytest.mark.parametrize(
    ("parameters", "problems"),
    [
        ({}, [("name", "PARAMETER_INVALID", "name: a value is needed.")]),
        ({"name": 1}, [("name", "PARAMETER_INVALID", "name: it must be of type string.")]),
        ({"name": "A"}, [("name", "PARAMETER_INVALID", "name: it does not match the pattern ^[a-z]+$.")]),
        ({"name": "x" * 11}, [("name", "PARAMETER_INVALID", "name: it may have at most 10 characters.")]),
        (
            {**GOOD, "kind": "site"},
            [("kind", "PARAMETER_INVALID", 'kind: it must be one of ["service", "library"].')],
        ),
        ({**GOOD, "mail": "x"}, [("mail", "PARAMETER_INVALID", "mail: it is not a valid email.")]),
        ({**GOOD, "tier": 9}, [("tier", "PARAMETER_INVALID", "tier: 9 is greater than the maximum of 3.")]),
        (
            {**GOOD, "extra": 1},
            [("extra", "PARAMETER_UNKNOWN", "extra: the template asks for no such value.")],
        ),
        (
            {**GOOD, "secretly": "other"},
            [
                (
                    "secretly",
                    "PARAMETER_FIXED",
                    "secretly: this value is set by the template and cannot be given.",
                )
            ],
        ),
        (
            {**GOOD, "shown": "other"},
            [
                ("shown", "PARAMETER_FIXED", "shown: this value is set by the template and cannot be given."),
                ("shown", "PARAMETER_INVALID", 'shown: it must be "only".'),
            ],
        ),
        # a field of the branch that is not chosen
        (
            {**GOOD, "size": "1Gi"},
            [("size", "PARAMETER_UNKNOWN", "size: the template asks for no such value.")],
        ),
        ({**GOOD, "store": "disk"}, [("where", "PARAMETER_INVALID", "where: a value is needed.")]),
        ({**GOOD, "nested": {"deep": False}}, [("why", "PARAMETER_INVALID", "why: a value is needed.")]),
        (
            {"name": 1, "tier": "x"},
            [
                ("name", "PARAMETER_INVALID", "name: it must be of type string."),
                ("tier", "PARAMETER_INVALID", "tier: it must be of type integer."),
            ],
        ),
    ],
)
def test_wrong_values_are_refused_each_with_its_path(
    send: Callable[..., dict[str, Any]], parameters: dict[str, Any], problems: list[tuple[str, str, str]]
) -> None:
    answer = send(parameters)
    assert answer["task"] is None
    assert answer["problems"] == [
        {"path": ["parameters", name], "code": code, "message": message} for name, code, message in problems
    ]
    assert Task.objects.count() == 0


def test_a_pattern_that_never_ends_is_stopped(send: Callable[..., dict[str, Any]]) -> None:
    [problem] = send({**GOOD, "slow": "a" * 40 + "!"})["problems"]
    assert problem["path"] == ["parameters", "slow"]
    assert Task.objects.count() == 0


@pytest.mark.parametrize("parameters", [[], "x", 1, True])
def test_what_is_no_object_of_texts_is_refused(send: Callable[..., dict[str, Any]], parameters: Any) -> None:
    assert [problem["path"] for problem in send(parameters)["problems"]] == [["parameters"]]
    assert Task.objects.count() == 0


@pytest.mark.parametrize(
    ("steps", "code", "message"),
    [
        (
            [LOG, {"id": "x", "action": "publish:nowhere"}],
            "ACTION_UNKNOWN",
            "Step x calls the action publish:nowhere, which is not installed.",
        ),
        (
            [LOG, {"id": "x", "action": "fetch:template", "input": {"values": {}}}],
            "ACTION_INPUT_INVALID",
            "Step x (fetch:template), input: 'url' is a required property",
        ),
        (
            [LOG, {"id": "x", "action": "fetch:plain", "input": {"url": 1}}],
            "ACTION_INPUT_INVALID",
            "Step x (fetch:plain), input.url: 1 is not of type 'string'",
        ),
        (
            [LOG, {"id": "x", "action": "debug:log", "input": {"mesage": "x"}}],
            "ACTION_INPUT_INVALID",
            "Step x (debug:log), input: Additional properties are not allowed ('mesage' was unexpected)",
        ),
        ([LOG, LOG], "TEMPLATE_INVALID", "Two steps have the id log."),
    ],
)
def test_what_would_fail_later_is_refused_before_anything_runs(
    make_template: Callable[..., Entity],
    graphql: Any,
    member: Account,
    steps: list[dict[str, Any]],
    code: str,
    message: str,
) -> None:
    make_template(*steps)
    answer = graphql(member)(RUN, parameters=GOOD)["runTemplate"]
    [problem] = answer["problems"]
    assert problem["code"] == code
    assert problem["message"].startswith(message)
    assert problem["path"][:2] == ["steps", "1"]
    assert Task.objects.count() == 0


@pytest.mark.parametrize(
    "ref", ["template:default/missing", "component:default/x", "Template:DEFAULT/nothing"]
)
def test_a_missing_template_is_a_problem(send: Callable[..., dict[str, Any]], ref: str) -> None:
    assert [problem["code"] for problem in send(GOOD, ref=ref)["problems"]] == ["ENTITY_NOT_FOUND"]


def test_a_schema_that_refers_elsewhere_fetches_nothing(
    make_template: Callable[..., Entity], graphql: Any, member: Account
) -> None:
    page = {"properties": {"name": {"$ref": "http://127.0.0.1:9/schema.json"}}}
    make_template(LOG, parameters=page)
    [problem] = graphql(member)(RUN, parameters=GOOD)["runTemplate"]["problems"]
    assert problem["code"] == "TEMPLATE_INVALID"
    assert Task.objects.count() == 0
