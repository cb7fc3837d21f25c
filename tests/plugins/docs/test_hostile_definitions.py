"""Definitions that try to do harm: bombs, circles, references outwards, markup."""

import json

import pytest

from plugins.docs.building.running import LimitedProcesses, Limits
from plugins.docs.definitions.reading import MODULE
from plugins.docs.errors import DocsError
from plugins.docs.models import Page
from tests.portal.extension.harmful import FORBIDDEN_TAGS, HARMFUL, Seen

from .test_definitions import PETS

LIMITS = Limits(cpu_seconds=2, seconds=60, memory_bytes=512 * 1024 * 1024)


@pytest.fixture(scope="module")
def processes():
    with LimitedProcesses(MODULE) as opened:
        yield opened


def read(processes, kind, text):
    return processes.run({"type": kind, "text": text}, LIMITS, "Reading the definition", kind=kind)


LAUGHS = "".join(f"x{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))


HOSTILE = [
    ("openapi", "openapi: 3.0.0\ninfo: {title: x}\npaths: " + "{a: " * 100_000),
    ("openapi", "[" * 1_000_000),
    ("openapi", '{"a":' * 500_000),
    (
        "openapi",
        f"openapi: 3.0.0\ninfo: {{title: x}}\nx0: &a0 [lol]\n{LAUGHS}"
        "components: {schemas: {A: {example: *a11}}}",
    ),
    ("graphql", "type Query { a: " + "[" * 200_000 + "Int" + "]" * 200_000 + " }"),
    ("protobuf", "message A {" * 20_000),
    ("protobuf", "message A { option (x) = " + "{a:" * 20_000),
]


@pytest.mark.parametrize(("kind", "text"), HOSTILE)
def test_a_bomb_costs_its_own_process_only(kind, text, processes):
    try:
        result = read(processes, kind, text)
    except DocsError as error:
        assert str(error).startswith("Reading the definition")
    else:
        assert "error" in result
    assert read(processes, "openapi", PETS)["pages"][0]["title"] == "Pets"


def test_reading_goes_on_after_the_process_that_others_are_forked_from_was_killed(processes):
    read(processes, "openapi", PETS)
    mother = processes._mother
    mother.kill()
    mother.wait()
    with pytest.raises(DocsError, match="ended from outside"):
        read(processes, "openapi", PETS)
    assert read(processes, "openapi", PETS)["pages"]


def test_references_in_circles_and_out_of_the_document_are_not_followed(processes):
    schemas = {
        "A": {"$ref": "#/components/schemas/B"},
        "B": {"$ref": "#/components/schemas/A"},
        "C": {"type": "array", "items": {"$ref": "#/components/schemas/C"}},
        "D": {
            "allOf": [
                {"$ref": "#/components/schemas/D"},
                {"properties": {"d": {"$ref": "#/components/schemas/D"}}},
            ]
        },
        "E": {"$ref": "file:///etc/passwd"},
        "F": {"$ref": "#/components/schemas/F/properties/x"},
        "G": 7,
    }
    text = json.dumps({"openapi": "3.0.0", "info": {"title": "x"}, "components": {"schemas": schemas}})
    result = read(processes, "openapi", text)
    assert [page["title"] for page in result["pages"]] == ["x", *schemas]
    assert "root:" not in json.dumps(result)


def test_nothing_harmful_in_a_definition_reaches_the_page(api):
    operations = {
        f"/{number}{text}": {"get": {
            "summary": text, "operationId": f"x{number}", "tags": [text], "description": text,
            "parameters": [{"name": text, "in": text, "description": text, "schema": {"enum": [text]}}],
            "responses": {text: {"description": text, "content": {text: {"example": text}}}},
        }}
        for number, text in enumerate(HARMFUL)
    }  # fmt: skip
    info = {"title": HARMFUL[0], "version": HARMFUL[1], "description": "\n\n".join(HARMFUL)}
    schemas = {text: {"type": "object", "properties": {text: {"format": text}}} for text in HARMFUL}
    document = {"openapi": "3.0.0", "info": info, "paths": operations, "components": {"schemas": schemas}}
    api("openapi", json.dumps(document))
    pages = Page.objects.filter(docset__part="definition")
    assert pages.count() == 1 + len(HARMFUL) + len(schemas)
    for page in pages:
        html = page.html.lower()
        assert [tag for tag in FORBIDDEN_TAGS if tag in html] == []
        for name, value in Seen(page.html).attributes:
            assert not name.startswith("on")
            assert "script:" not in (value or "")
