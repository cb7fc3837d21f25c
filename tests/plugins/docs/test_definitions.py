"""Definitions of APIs become pages in a limited process; hostile ones cost an error and nothing else."""

import json

import pytest

from plugins.docs.building.running import LimitedProcesses, Limits
from plugins.docs.definitions.reading import MODULE
from plugins.docs.errors import DocsError
from plugins.docs.models import Page
from tests.portal.extension.harmful import FORBIDDEN_TAGS, HARMFUL, Seen

LIMITS = Limits(cpu_seconds=2, seconds=60, memory_bytes=512 * 1024 * 1024)
API = """\
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {{name: {name}}}
spec:
  type: {type}
  lifecycle: production
  owner: team-a
  definition: {definition}
"""
PETS = """\
openapi: 3.1.0
info: {title: Pets, version: 1.2.0, description: "All *pets*. See [more](https://x.example)."}
servers: [{url: https://api.example/v1, description: Live}]
tags: [{name: pets}, {name: shops}]
components:
  securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}
  schemas:
    Pet:
      type: object
      required: [id]
      properties:
        id: {type: integer, minimum: 1, description: Its number.}
        parent: {$ref: '#/components/schemas/Pet'}
        address: {type: object, properties: {street: {type: string, enum: [a, b]}}}
paths:
  /shops:
    get: {tags: [shops], summary: All shops, responses: {200: {description: Here}}}
  /pets/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get:
      operationId: getPet
      tags: [pets]
      summary: One pet
      deprecated: true
      security: [{key: []}]
      parameters:
        - {name: full, in: query, schema: {type: boolean, default: false}, description: With parents}
      responses:
        '200':
          description: The pet
          content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}
        '404': {description: None}
    put:
      tags: [pets]
      requestBody:
        content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}, example: {id: 7}}}
      responses: {}
"""
EVENTS = """\
asyncapi: 2.6.0
info: {title: Births, version: '1'}
servers: {live: {url: 'broker:9092', protocol: kafka}}
channels:
  pets/born:
    description: A pet was born.
    subscribe:
      operationId: onBorn
      message:
        name: Born
        payload: {type: object, properties: {id: {type: integer}}}
        examples: [{payload: {id: 3}}]
"""
SCHEMA = """"All pets." type Query { "One of them." pet(id: ID!): Pet old: Int @deprecated(reason: "gone") }
interface Named { name: String! } type Pet implements Named { name: String! kind: Kind }
enum Kind { "It barks." DOG CAT } union Any = Pet"""
PROTO = """syntax = "proto3"; package pets.v1; import "x.proto";
// Finds pets.
service Pets {
  // Follows one.
  rpc Watch(WatchRequest) returns (stream Pet);
}
message WatchRequest { string id = 1; oneof how { bool fast = 2; } }
message Pet { message Tag { string a = 1; } repeated Tag tags = 1; map<string, Kind> kinds = 2; // of all
  other.Thing thing = 3; }
enum Kind { KIND_UNSPECIFIED = 0; }
"""


@pytest.fixture
def api(folder, graphql, member):
    """`api(type, text, page=…)`: the blocks of the tab of an API with this definition."""
    tab = """query ($given: JSON) { entity(ref: "api:default/pets") {
        panels(ids: ["docs-api"], given: $given) { failed blocks { __typename
            ... on DocumentBlock { html pages { depth label detail url } headings { title } }
            ... on ErrorBlock { title message } } } } }"""

    def ask(kind, text, **given):
        definition = json.dumps(text)
        folder.write("pets/catalog-info.yaml", API.format(name="pets", type=kind, definition=definition))
        if hasattr(folder, "location"):
            folder.ingest()
            folder.read()
        else:
            folder.register()
        panels = graphql(member)(tab, given=given)["entity"]["panels"]
        assert [panel["failed"] for panel in panels] in ([], [None])
        return panels[0]["blocks"] if panels else []

    return ask


def tree(block):
    return [(page["depth"], page["label"], page["detail"]) for page in block["pages"]]


def test_openapi_is_operations_by_tag_and_schemas(api):
    [shown] = api("openapi", PETS)
    assert tree(shown) == [
        (0, "Pets", "1.2.0"),
        (0, "pets", None),
        (1, "One pet", "GET"),
        (1, "PUT /pets/{id}", "PUT"),
        (0, "shops", None),
        (1, "All shops", "GET"),
        (0, "Schemas", None),
        (1, "Pet", None),
    ]
    for part in (
        "All <em>pets</em>",
        'href="https://x.example"',
        "https://api.example/v1",
        "X-Key",
        "OpenAPI 3.1.0",
    ):
        assert part in shown["html"]
    [shown] = api("openapi", PETS, page="operations/getPet")
    assert [heading["title"] for heading in shown["headings"]] == [
        "Parameters", "Responses", "200", "404", "Security",
    ]  # fmt: skip
    pet = '<a href="/catalog/default/api/pets/docs-api?page=schemas/Pet"'
    for part in (
        "GET /pets/{id}",
        "deprecated",
        "With parents",
        "required",
        pet,
        "Needs key",
        "default: <code>false",
    ):
        assert part in shown["html"]
    [shown] = api("openapi", PETS, page="schemas/Pet")
    for part in (
        "address.street",
        "<code>a</code>, <code>b</code>",
        "minimum: <code>1</code>",
        "Its number.",
        pet,
    ):
        assert part in shown["html"]
    [shown] = api("openapi", PETS, page="operations/put-pets-id")
    assert '{\n  "id": 7\n}' in shown["html"].replace("&quot;", '"')


def test_asyncapi_is_channels_with_their_messages(api):
    [shown] = api("asyncapi", EVENTS)
    assert tree(shown) == [(0, "Births", "1"), (0, "Channels", None), (1, "pets/born", "subscribe")]
    [shown] = api("asyncapi", EVENTS, page="channels/pets-born")
    for part in ("A pet was born.", "Subscribe onborn", "Born", "integer", '"id": 3'):
        assert part in shown["html"].replace("&quot;", '"')


def test_graphql_is_queries_and_types(api):
    [shown] = api("graphql", SCHEMA)
    assert [label for _, label, _ in tree(shown)] == [
        "Schema", "Queries", "pet", "old", "Objects", "Pet", "Interfaces", "Named", "Unions", "Any",
        "Enums", "Kind",
    ]  # fmt: skip
    [shown] = api("graphql", SCHEMA, page="types/Kind")
    assert "It barks." in shown["html"]
    [shown] = api("graphql", SCHEMA, page="Query/old")
    assert "Deprecated: gone" in shown["html"]


def test_protocol_buffers_are_services_messages_and_enums(api):
    [shown] = api("grpc", PROTO)
    assert [label for _, label, _ in tree(shown)] == [
        "pets.v1", "Services", "Pets", "Messages", "WatchRequest", "Pet", "Pet.Tag", "Enums", "Kind",
    ]  # fmt: skip
    [shown] = api("grpc", PROTO, page="services/Pets")
    for part in ("Finds pets.", "Follows one.", "stream of", "?page=messages/WatchRequest"):
        assert part in shown["html"]
    [shown] = api("grpc", PROTO, page="messages/Pet")
    for part in (
        "?page=messages/Pet.Tag",
        "repeated",
        "map of string to",
        "?page=enums/Kind",
        "other.Thing",
        "of all",
    ):
        assert part in shown["html"]


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        ("openapi", "{", "It is no JSON: Expecting property name enclosed in double quotes (line 1, col"),
        ("openapi", "a: [1", "It is no YAML: did not find expected ',' or ']' (line 2, column 1)."),
        ("openapi", "- a", "It is neither a JSON object nor a YAML mapping."),
        ("openapi", "openapi: 9.9.9", "It says OpenAPI 9.9.9; 2.0, 3.0 and 3.1 are read."),
        ("openapi", "openapi: 3.0.0", "It is no OpenAPI: there is no `info` with a title and a version."),
        ("asyncapi", "asyncapi: 1.0.0", "It says AsyncAPI 1.0.0; 2 and 3 are read."),
        ("graphql", "type {", "It is no GraphQL schema: Syntax Error: Expected Name, found '{'. (line 1, c"),
        ("graphql", "type A { b: B }", "It is no GraphQL schema: Unknown type 'B'."),
        ("grpc", "message A { string = 1; }", "It is no Protocol Buffers: "),
        ("grpc", 'syntax = "proto3";', "It has no service, message or enum of Protocol Buffers."),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_definition_is_said_and_the_last_good_one_stays(api, kind, text, message):
    api("openapi", PETS)
    error, still = api(kind, text)
    assert error["title"] == "The definition could not be read"
    assert error["message"].startswith(message)
    assert "Pets" in [label for _, label, _ in tree(still)]


def test_a_type_without_a_viewer_has_no_such_tab(api):
    assert api("soap", "<wsdl/>") == []


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
