"""Definitions of APIs become pages in a limited process; hostile ones cost an error and nothing else."""

import pytest

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
