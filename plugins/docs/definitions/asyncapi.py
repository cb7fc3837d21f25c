"""AsyncAPI 2 and 3 as pages: what it is, a channel each with its operations and messages, a schema each."""

from collections.abc import Iterator, Mapping
from typing import Any

from plugins.docs.definitions.schemas import Schemas, items, mapping
from plugins.docs.definitions.sheets import Sheet, Unreadable, link, markup, slug, text_of


def asyncapi_pages(document: Mapping[str, Any]) -> Iterator[Sheet]:
    """Raises Unreadable where it is no AsyncAPI."""
    version = text_of(document.get("asyncapi"))
    if not version.startswith(("2.", "3.")):
        raise Unreadable(f"It says AsyncAPI {version[:20] or '(no version)'}; 2 and 3 are read.")
    if not isinstance(document.get("channels", {}), dict):
        raise Unreadable("It is no AsyncAPI: `channels` is no mapping.")
    schemas = Schemas(document, ("components", "schemas"))
    channels = [_Channel(schemas, name, value) for name, value in mapping(document.get("channels")).items()]
    for channel in channels:
        channel.operations = list(_operations(channel, document, schemas))
    yield _overview(document, version, channels)
    for channel in channels:
        yield channel.sheet()
    yield from schemas.pages()


def _overview(document: Mapping[str, Any], version: str, channels: list["_Channel"]) -> Sheet:
    info = mapping(document.get("info"))
    sheet = Sheet("overview", text_of(info.get("title")) or "Overview", label=text_of(info.get("version")))
    sheet.add("<p>Version {} · AsyncAPI {}</p>", text_of(info.get("version")) or "?", version)
    sheet.prose(info.get("description"))
    servers = mapping(document.get("servers"))
    if servers:
        sheet.heading("Servers")
        shapes = ((name, mapping(value)) for name, value in servers.items())
        sheet.table(
            ("Name", "Address", "Protocol", "Description"),
            (
                (
                    name,
                    markup("<code>{}</code>", text_of(shape.get("url") or shape.get("host"))),
                    text_of(shape.get("protocol")),
                    text_of(shape.get("description")),
                )
                for name, shape in shapes
            ),
        )
    sheet.heading("Channels")
    rows = (
        (link(each.path, each.address), each.words(), text_of(each.value.get("description")))
        for each in channels
    )
    sheet.table(("Channel", "Operations", "Description"), rows)
    return sheet


class _Channel:
    """A channel; `operations` are pairs of what is done (`send`, `subscribe`, …) and the operation."""

    def __init__(self, schemas: Schemas, name: str, value: Any) -> None:
        self.schemas, self.name, self.value = schemas, name, schemas.resolve(value)
        self.address = text_of(self.value.get("address")) or name
        self.path = f"channels/{slug(name)}"
        self.operations: list[tuple[str, Mapping[str, Any]]] = []

    def words(self) -> str:
        return ", ".join(dict.fromkeys(action for action, _ in self.operations))

    def sheet(self) -> Sheet:
        sheet = Sheet(self.path, self.address, ("Channels",), self.words())
        sheet.prose(self.value.get("description"))
        parameters = mapping(self.value.get("parameters")).items()
        rows = []
        for name, value in parameters:
            shape = self.schemas.resolve(value)
            rows.append(
                (name, self.schemas.type_of(shape.get("schema", {})), text_of(shape.get("description")))
            )
        if rows:
            sheet.heading("Parameters")
            sheet.table(("Name", "Type", "Description"), rows)
        for action, operation in self.operations:
            name = text_of(operation.get("operationId") or operation.get("name"))
            sheet.heading(f"{action} {name}".strip().capitalize())
            sheet.prose(operation.get("summary"))
            sheet.prose(operation.get("description"))
            for message in self._messages(operation):
                self._message(sheet, message)
        if not self.operations:
            for message in self._messages({}):
                self._message(sheet, message)
        return sheet

    def _messages(self, operation: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        one = self.schemas.resolve(operation.get("message"))
        found = items(one.get("oneOf")) or ([one] if one else [])
        found = (
            found or items(operation.get("messages")) or list(mapping(self.value.get("messages")).values())
        )
        return [self.schemas.resolve(each) for each in found[:50]]

    def _message(self, sheet: Sheet, message: Mapping[str, Any]) -> None:
        sheet.heading(text_of(message.get("title") or message.get("name")) or "Message", level=3)
        sheet.prose(message.get("summary"))
        sheet.prose(message.get("description"))
        if message.get("contentType"):
            sheet.add("<p><code>{}</code></p>", text_of(message["contentType"]))
        if message.get("headers"):
            sheet.add("<p><strong>Headers</strong></p>")
            self.schemas.show(sheet, message["headers"])
        payload = message.get("payload")
        if payload is not None:
            sheet.add("<p><strong>Payload</strong> {}</p>", self.schemas.type_of(payload))
            self.schemas.show(sheet, payload)
            given = next((mapping(each).get("payload") for each in items(message.get("examples"))), None)
            self.schemas.show_example(sheet, payload, given)


def _operations(
    channel: _Channel, document: Mapping[str, Any], schemas: Schemas
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Version 2 has them in the channel, version 3 beside it."""
    for action in ("publish", "subscribe"):
        if isinstance(channel.value.get(action), dict):
            yield action, mapping(channel.value[action])
    for name, value in mapping(document.get("operations")).items():
        operation = schemas.resolve(value)
        reference = mapping(operation.get("channel")).get("$ref")
        if reference == f"#/channels/{channel.name.replace('~', '~0').replace('/', '~1')}":
            yield text_of(operation.get("action")), {"name": name, **operation}
