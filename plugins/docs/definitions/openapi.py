"""OpenAPI 2 and 3 as pages: what it is, an operation each by tag, a schema each."""

from collections.abc import Iterator, Mapping
from typing import Any

from plugins.docs.definitions.schemas import Schemas, allowed, items, mapping
from plugins.docs.definitions.sheets import Sheet, Unreadable, joined, link, markup, slug, text_of

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def openapi_pages(document: Mapping[str, Any]) -> Iterator[Sheet]:
    """Raises Unreadable where it is no OpenAPI."""
    version = text_of(document.get("openapi") or document.get("swagger"))
    if not version.startswith(("2.", "3.")):
        raise Unreadable(f"It says OpenAPI {version[:20] or '(no version)'}; 2.0, 3.0 and 3.1 are read.")
    if not isinstance(document.get("info"), dict):
        raise Unreadable("It is no OpenAPI: there is no `info` with a title and a version.")
    paths = document.get("paths", {})
    if not isinstance(paths, dict):
        raise Unreadable("It is no OpenAPI: `paths` is no mapping of paths to operations.")
    is_second = version.startswith("2.")
    schemas = Schemas(document, ("definitions",) if is_second else ("components", "schemas"))
    operations = [_Operation(schemas, *each) for each in _operations(schemas, paths)]
    tags = _tags(document, operations)
    operations.sort(key=lambda operation: tags.index(operation.tag))
    yield _overview(document, version, operations)
    for operation in operations:
        yield operation.sheet(document)
    yield from schemas.pages()


def _operations(
    schemas: Schemas, paths: Mapping[str, Any]
) -> Iterator[tuple[str, str, Mapping[str, Any], list[Any]]]:
    for path, item in mapping(paths).items():
        whole = schemas.resolve(item)
        for method in METHODS:
            if isinstance(whole.get(method), dict):
                yield path, method, mapping(whole[method]), items(whole.get("parameters"))


def _tags(document: Mapping[str, Any], operations: list["_Operation"]) -> list[str]:
    """Tags in the order that the document has them, then as operations name them."""
    listed = [text_of(mapping(tag).get("name"))[:200] for tag in items(document.get("tags"))]
    return list(dict.fromkeys([*listed, *(operation.tag for operation in operations)]))


def _overview(document: Mapping[str, Any], version: str, operations: list["_Operation"]) -> Sheet:
    info = mapping(document.get("info"))
    sheet = Sheet("overview", text_of(info.get("title")) or "Overview", label=text_of(info.get("version")))
    sheet.add("<p>Version {} · OpenAPI {}</p>", text_of(info.get("version")) or "?", version)
    sheet.prose(info.get("description"))
    servers = [mapping(server) for server in items(document.get("servers"))]
    rows = [
        (markup("<code>{}</code>", text_of(each.get("url"))), text_of(each.get("description")))
        for each in servers
    ]
    if document.get("host"):
        address = text_of(document.get("host")) + text_of(document.get("basePath"))
        rows.append(
            (markup("<code>{}</code>", address), ", ".join(map(text_of, items(document.get("schemes")))))
        )
    if rows:
        sheet.heading("Servers")
        sheet.table(("Address", "Description"), rows)
    schemes = mapping(mapping(document.get("components")).get("securitySchemes")) or mapping(
        document.get("securityDefinitions")
    )
    if schemes:
        sheet.heading("Security")
        sheet.table(("Name", "Type", "How", "Description"), [_scheme(*each) for each in schemes.items()])
    sheet.heading("Operations")
    rows_of = ((markup("<code>{}</code>", each.method), each.link(), each.summary) for each in operations)
    sheet.table(("Method", "Path", "What it does"), rows_of)
    return sheet


def _scheme(name: str, scheme: Any) -> tuple[object, ...]:
    shape = mapping(scheme)
    how = [shape.get(key) for key in ("scheme", "bearerFormat", "in", "name", "openIdConnectUrl", "flow")]
    flows = ", ".join(mapping(shape.get("flows")))
    words = " ".join(text_of(word) for word in (*how, flows) if word)
    return name, text_of(shape.get("type")), words, text_of(shape.get("description"))


class _Operation:
    """An operation: a method of a path."""

    def __init__(
        self, schemas: Schemas, path: str, method: str, value: Mapping[str, Any], shared: list[Any]
    ) -> None:
        self.schemas, self.address, self.value = schemas, path, value
        self.method = method.upper()
        self.name = text_of(value.get("operationId"))[:200]
        self.summary = text_of(value.get("summary"))[:300]
        self.tag = text_of(next(iter(items(value.get("tags"))), "Operations"))[:200]
        self.path = f"operations/{slug(self.name or f'{method}-{path}')}"
        own = [schemas.resolve(each) for each in items(value.get("parameters"))]
        taken = {(each.get("in"), each.get("name")) for each in own if isinstance(each.get("name"), str)}
        inherited = [schemas.resolve(each) for each in shared]
        self.parameters = own + [
            each for each in inherited if (each.get("in"), each.get("name")) not in taken
        ]

    def link(self) -> object:
        return link(self.path, self.address)

    def sheet(self, document: Mapping[str, Any]) -> Sheet:
        title = self.summary or self.name or f"{self.method} {self.address}"
        sheet = Sheet(self.path, title, (self.tag,), self.method)
        sheet.add("<p><code>{} {}</code>{}</p>", self.method, self.address, self._marks())
        sheet.prose(self.value.get("description"))
        self._parameters(sheet)
        self._body(sheet)
        self._responses(sheet)
        security = items(self.value.get("security", document.get("security")))
        names = [" and ".join(mapping(each)) or "nobody in particular" for each in security]
        if names:
            sheet.heading("Security")
            sheet.add("<p>Needs {}.</p>", joined(names, " or "))
        return sheet

    def _marks(self) -> str:
        return " · deprecated" if self.value.get("deprecated") is True else ""

    def _parameters(self, sheet: Sheet) -> None:
        rows = []
        for each in self.parameters:
            if each.get("in") == "body":
                continue
            schema = each.get("schema") if isinstance(each.get("schema"), dict) else each
            about = joined((text_of(each.get("description")), allowed(mapping(schema))), " ")
            needed = "required" if each.get("required") is True else ""
            name = markup("<code>{}</code>", text_of(each.get("name")))
            rows.append((name, text_of(each.get("in")), self.schemas.type_of(schema), needed, about))
        if rows:
            sheet.heading("Parameters")
            sheet.table(("Name", "In", "Type", "", "Description"), rows)

    def _body(self, sheet: Sheet) -> None:
        body = self.schemas.resolve(self.value.get("requestBody"))
        old = [each for each in self.parameters if each.get("in") == "body"]
        if not body and not old:
            return
        sheet.heading("Request body")
        for each in old:
            sheet.prose(each.get("description"))
            self._content(sheet, {"": {"schema": each.get("schema")}})
        sheet.prose(body.get("description"))
        self._content(sheet, mapping(body.get("content")))

    def _responses(self, sheet: Sheet) -> None:
        responses = mapping(self.value.get("responses"))
        if responses:
            sheet.heading("Responses")
        for status, value in responses.items():
            response = self.schemas.resolve(value)
            sheet.heading(status, level=3)
            sheet.prose(response.get("description"))
            headers = mapping(response.get("headers")).items()
            rows = ((name, text_of(self.schemas.resolve(each).get("description"))) for name, each in headers)
            sheet.table(("Header", "Description"), rows)
            self._content(sheet, mapping(response.get("content")))
            if "schema" in response:
                self._content(
                    sheet, {"": {"schema": response["schema"], "examples": response.get("examples")}}
                )

    def _content(self, sheet: Sheet, content: Mapping[str, Any]) -> None:
        for media_type, value in list(content.items())[:12]:
            shape = mapping(value)
            schema = shape.get("schema")
            sheet.add(
                "<p>{} {}</p>",
                markup("<code>{}</code>", media_type) if media_type else "",
                self.schemas.type_of(schema),
            )
            if "$ref" not in mapping(schema) and mapping(schema).get("properties"):
                self.schemas.show(sheet, schema)
            examples = [self.schemas.resolve(each) for each in mapping(shape.get("examples")).values()]
            given = shape.get("example", next((each.get("value") for each in examples), None))
            language = "json" if "json" in media_type or not media_type else "text"
            if given is not None or language == "json":
                self.schemas.show_example(sheet, schema, given, language)
