"""JSON Schemas as OpenAPI and AsyncAPI have them: types in a word, properties as rows, an example made up.

References are followed within the document only, and never round in circles.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from plugins.docs.definitions.sheets import (
    Html,
    Sheet,
    escaped,
    example_of,
    joined,
    link,
    markup,
    slug,
    text_of,
)

MAX_DEPTH = 5
MAX_ROWS = 400
MAX_HOPS = 20
COMBINED = {"oneOf": " or ", "anyOf": " or ", "allOf": " and "}
BOUNDS = (
    "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength", "pattern",
    "minItems", "maxItems", "uniqueItems", "multipleOf", "default", "const",
)  # fmt: skip
SAMPLES: dict[str, Any] = {"string": "string", "integer": 0, "number": 0, "boolean": True, "null": None}
FORMATS = {
    "date-time": "2026-01-31T08:15:00Z",
    "date": "2026-01-31",
    "uuid": "3fa85f64-5717-4562-b3fc-2c963f66afa6",
    "email": "user@example.com",
    "uri": "https://example.com",
}


def mapping(value: Any) -> Mapping[str, Any]:
    """A mapping with texts as keys, whatever was written there."""
    return {str(key): item for key, item in value.items()} if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


class Schemas:
    """The schemas of one document, and their pages (`schemas/<name>`)."""

    def __init__(self, document: Mapping[str, Any], where: tuple[str, ...]) -> None:
        self.document = document
        named: Any = document
        for key in where:
            named = mapping(mapping(named).get(key))
        self.named: Mapping[str, Any] = named
        self.prefix = "#/" + "/".join(where) + "/"

    def resolve(self, value: Any) -> Mapping[str, Any]:
        """What a reference of the document means; itself where it is none."""
        for _ in range(MAX_HOPS):
            reference = mapping(value).get("$ref")
            if not isinstance(reference, str):
                return mapping(value)
            value = self._at(reference)
        return {}

    def _at(self, reference: str) -> Any:
        if not reference.startswith("#/"):
            return {}
        found: Any = self.document
        for part in reference[2:].split("/"):
            found = mapping(found).get(part.replace("~1", "/").replace("~0", "~"))
        return found

    def type_of(self, schema: Any, depth: int = 0) -> Html:
        """A schema in a few words; named ones are links."""
        if depth > MAX_DEPTH:
            return Html("…")
        shape = mapping(schema)
        reference = shape.get("$ref")
        if isinstance(reference, str):
            name = reference.removeprefix(self.prefix)
            return link(path_of(name), name) if name in self.named else escaped(reference)
        for key, word in COMBINED.items():
            if items(shape.get(key)):
                return joined((self.type_of(one, depth + 1) for one in items(shape[key])[:12]), word)
        kinds = shape.get("type")
        words = " or ".join(map(text_of, kinds)) if isinstance(kinds, list) else text_of(kinds)
        if words == "array" or "items" in shape:
            return markup("array of {}", self.type_of(shape.get("items"), depth + 1))
        extra = shape.get("additionalProperties")
        if isinstance(extra, dict) and extra and not shape.get("properties"):
            return markup("map of {}", self.type_of(extra, depth + 1))
        words = words or ("object" if "properties" in shape else "any")
        if shape.get("format"):
            words += f" ({text_of(shape['format'])})"
        return escaped(words + (" or null" if shape.get("nullable") is True else ""))

    def show(self, sheet: Sheet, schema: Any) -> None:
        """A schema: its properties as a table, else its type and what it may be."""
        rows = list(self._rows(schema, "", 0, [MAX_ROWS], ()))
        if rows:
            sheet.table(("Name", "Type", "", "Description"), rows)
            if len(rows) >= MAX_ROWS:
                sheet.add("<p>Only the first {} properties are shown.</p>", str(MAX_ROWS))
            return
        sheet.add("<p>{} {}</p>", self.type_of(schema), allowed(mapping(schema)))

    def _rows(
        self, schema: Any, prefix: str, depth: int, room: list[int], seen: tuple[int, ...]
    ) -> Iterator[tuple[object, ...]]:
        whole = self.resolve(schema) if depth == 0 else mapping(schema)
        if depth > MAX_DEPTH or id(schema) in seen:
            return
        seen = (*seen, id(schema))
        for part in items(whole.get("allOf")):
            yield from self._rows(self.resolve(part), prefix, depth + 1, room, seen)
        required = {name for name in items(whole.get("required")) if isinstance(name, str)}
        for name, value in mapping(whole.get("properties")).items():
            if room[0] <= 0:
                return
            room[0] -= 1
            shape = mapping(value)
            about = joined((text_of(shape.get("description")), allowed(shape)), " ")
            marks = [
                *(["required"] if name in required else []),
                *(["deprecated"] if shape.get("deprecated") else []),
            ]
            yield markup("<code>{}</code>", prefix + name), self.type_of(value), ", ".join(marks), about
            inner = mapping(shape.get("items")) if "items" in shape else shape
            below = f"{prefix}{name}[]." if "items" in shape else f"{prefix}{name}."
            if "$ref" not in inner:
                yield from self._rows(inner, below, depth + 1, room, seen)

    def pages(self) -> Iterator[Sheet]:
        """A page for each named schema."""
        for name, schema in self.named.items():
            sheet = Sheet(path_of(name), name, ("Schemas",))
            sheet.prose(mapping(schema).get("description"))
            self.show(sheet, schema)
            self.show_example(sheet, schema, mapping(schema).get("example"))
            yield sheet

    def show_example(self, sheet: Sheet, schema: Any, given: Any = None, language: str = "json") -> None:
        text = example_of(self.sample(schema) if given is None else given)
        if text and text not in {"null", '"string"', "{}", "[]"}:
            sheet.add("<p><strong>Example</strong></p>")
            sheet.code(text, language)

    def sample(self, schema: Any, depth: int = 0) -> Any:
        """An example of what a schema describes."""
        shape = self.resolve(schema)
        for key in ("example", "default", "const"):
            if key in shape:
                return shape[key]
        for key in ("examples", "enum"):
            if items(shape.get(key)):
                return shape[key][0]
        if depth > MAX_DEPTH:
            return {}
        for key in ("oneOf", "anyOf"):
            if items(shape.get(key)):
                return self.sample(shape[key][0], depth + 1)
        kind = shape.get("type")
        kind = next((one for one in kind if one != "null"), "null") if isinstance(kind, list) else kind
        if kind == "array" or "items" in shape:
            return [self.sample(shape.get("items"), depth + 1)]
        if kind not in SAMPLES:
            found: dict[str, Any] = {}
            for part in items(shape.get("allOf"))[:12]:
                found |= mapping(self.sample(part, depth + 1))
            inner = list(mapping(shape.get("properties")).items())[:40]
            return found | {name: self.sample(value, depth + 1) for name, value in inner}
        return FORMATS.get(str(shape.get("format")), SAMPLES[str(kind)])


def allowed(shape: Mapping[str, Any]) -> Html:
    """What values are allowed, in words."""
    said = [markup("{}: <code>{}</code>", key, text_of(shape[key])[:200]) for key in BOUNDS if key in shape]
    values = items(shape.get("enum"))
    if values:
        listed = joined((markup("<code>{}</code>", text_of(value)[:100]) for value in values[:60]), ", ")
        said.insert(0, markup("One of {}{}", listed, " …" if len(values) > 60 else ""))
    return joined(said, "; ")


def path_of(name: str) -> str:
    return f"schemas/{slug(name)}"
