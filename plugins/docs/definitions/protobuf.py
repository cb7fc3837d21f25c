"""Protocol Buffers as pages: the package, a service each with its methods, a message and an enum each."""

from collections.abc import Iterator, Sequence
from typing import Any

from antlr4.error.ErrorListener import ErrorListener  # type: ignore[import-untyped]
from proto_schema_parser import ast
from proto_schema_parser.parser import Parser

from plugins.docs.definitions.sheets import Html, Sheet, Unreadable, joined, link, markup, slug

MAX_BYTES = 512 * 1024
MAX_DEPTH = 8
ORDER = (ast.Service, ast.Message, ast.Enum)


def protobuf_pages(text: str) -> Iterator[Sheet]:
    """Raises Unreadable where it is no file of Protocol Buffers."""
    if len(text) > MAX_BYTES:
        raise Unreadable(f"It is longer than {MAX_BYTES // 1024} KiB.")
    file = Parser(setup_lexer=_strict, setup_parser=_strict).parse(text)
    if not any(isinstance(each, ast.Service | ast.Message | ast.Enum) for each in file.file_elements):
        raise Unreadable("It has no service, message or enum of Protocol Buffers.")
    package = next((each.name for each in file.file_elements if isinstance(each, ast.Package)), "")
    found = sorted(_declared(file.file_elements, "", 0), key=lambda each: ORDER.index(type(each[1])))
    types = _Types(package, {name: _path(each, name) for name, each, _ in found})
    yield _overview(file, package, found)
    for name, each, about in found:
        yield types.sheet(name, each, about)


class _Raising(ErrorListener):  # type: ignore[misc]
    """Takes the first mistake for the answer instead of going on after it."""

    def syntaxError(  # noqa: PLR0917  the library's
        self, recognizer: Any, symbol: Any, line: int, column: int, msg: str, e: Any
    ) -> None:
        raise Unreadable(f"It is no Protocol Buffers: {msg[:200]} (line {line}, column {column + 1}).")


def _strict(recognizer: Any) -> None:
    recognizer.removeErrorListeners()
    recognizer.addErrorListener(_Raising())


def _declared(elements: Sequence[Any], outer: str, depth: int) -> Iterator[tuple[str, Any, str]]:
    """Services, messages and enums with their names and the comment above them, inner ones after outer."""
    comments: list[str] = []
    for each in elements:
        if isinstance(each, ast.Comment):
            comments.append(_words(each))
            continue
        if isinstance(each, ast.Service | ast.Message | ast.Enum):
            name = f"{outer}{each.name}"
            yield name, each, "\n".join(comments)
            if isinstance(each, ast.Message) and depth < MAX_DEPTH:
                yield from _declared(each.elements, f"{name}.", depth + 1)
        comments = []


def _words(comment: ast.Comment) -> str:
    lines = comment.text.removeprefix("/*").removesuffix("*/").splitlines()
    return "\n".join(line.strip().lstrip("/*").strip() for line in lines)


def _commented(elements: Sequence[Any]) -> Iterator[tuple[Any, str]]:
    """Elements with what is written above them, or after them on their line."""
    above: list[str] = []
    held: tuple[Any, str] | None = None
    for each in elements:
        if isinstance(each, ast.Comment):
            if each.inline and held:
                held = (held[0], f"{held[1]} {_words(each)}".strip())
            else:
                above.append(_words(each))
            continue
        if held:
            yield held
        held, above = (each, " ".join(above)), []
    if held:
        yield held


def _overview(file: ast.File, package: str, found: list[tuple[str, Any, str]]) -> Sheet:
    sheet = Sheet("overview", package or "Overview")
    sheet.add("<p>{}</p>", f"Syntax {file.syntax or file.edition or 'proto2'}")
    imports = [each.name for each in file.file_elements if isinstance(each, ast.Import)]
    if imports:
        sheet.add("<p>Imports {}.</p>", joined((markup("<code>{}</code>", name) for name in imports), ", "))
    for kind, title in ((ast.Service, "Services"), (ast.Message, "Messages"), (ast.Enum, "Enums")):
        named = [
            (link(_path(each, name), name), about) for name, each, about in found if isinstance(each, kind)
        ]
        if named:
            sheet.heading(title)
            sheet.table(("Name", "Description"), named)
    return sheet


def _path(each: Any, name: str) -> str:
    return f"{type(each).__name__.lower()}s/{slug(name)}"


class _Types:
    """What is declared here, with its page; types of other files are words."""

    def __init__(self, package: str, names: dict[str, str]) -> None:
        self.package, self.names = package, names

    def link(self, name: str, within: str = "") -> Html:
        short = name.lstrip(".").removeprefix(f"{self.package}.")
        scopes = within.split(".")
        for end in range(len(scopes), -1, -1):
            candidate = ".".join([*scopes[:end], short]).lstrip(".")
            if candidate in self.names:
                return link(self.names[candidate], name)
        return markup("{}", name)

    def sheet(self, name: str, each: Any, about: str) -> Sheet:
        section = {ast.Service: "Services", ast.Message: "Messages", ast.Enum: "Enums"}[type(each)]
        sheet = Sheet(_path(each, name), name, (section,))
        sheet.prose(about)
        if isinstance(each, ast.Service):
            sheet.heading("Methods")
            sheet.table(("Method", "Takes", "Answers", "Description"), self._methods(each))
        elif isinstance(each, ast.Enum):
            sheet.heading("Values")
            values = (
                (one, said) for one, said in _commented(each.elements) if isinstance(one, ast.EnumValue)
            )
            rows = ((markup("<code>{}</code>", one.name), str(one.number), said) for one, said in values)
            sheet.table(("Name", "Number", "Description"), rows)
        else:
            sheet.heading("Fields")
            sheet.table(("Number", "Name", "Type", "", "Description"), self._fields(each.elements, name, ""))
        return sheet

    def _methods(self, service: ast.Service) -> Iterator[tuple[object, ...]]:
        for each, about in _commented(service.elements):
            if isinstance(each, ast.Method):
                name = markup("<code>{}</code>", each.name)
                yield name, self._message(each.input_type), self._message(each.output_type), about

    def _message(self, kind: ast.MessageType) -> Html:
        return markup("{}{}", "stream of " if kind.stream else "", self.link(kind.type))

    def _fields(self, elements: Sequence[Any], within: str, mark: str) -> Iterator[tuple[object, ...]]:
        for each, about in _commented(elements):
            if isinstance(each, ast.OneOf):
                yield from self._fields(each.elements, within, f"one of {each.name}")
            elif isinstance(each, ast.MapField):
                kind = markup("map of {} to {}", each.key_type, self.link(each.value_type, within))
                yield str(each.number), markup("<code>{}</code>", each.name), kind, mark, about
            elif isinstance(each, ast.Field):
                said = each.cardinality.value.lower() if each.cardinality else ""
                name, kind = markup("<code>{}</code>", each.name), self.link(each.type, within)
                yield str(each.number), name, kind, mark or said, about
