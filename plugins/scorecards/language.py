"""The language of checks: CEL (https://cel.dev) over facts, the entity and what it is related to.

Every fact is a typed variable (`docs.pages`), so that a mistake is told when the check is read. A fact that
is not known makes the answer unknown, unless the expression does not depend on it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from cel_expr_python import cel

from portal.plugin_api import Fact, entity_facts
from portal.plugin_api.catalog import Entity, Related

CEL_TYPES = {
    bool: cel.Type.BOOL,
    int: cel.Type.INT,
    float: cel.Type.DOUBLE,
    str: cel.Type.STRING,
    datetime: cel.Type.TIMESTAMP,
    list: cel.Type.List(cel.Type.STRING),
}
ANYTHING = cel.Type.Map(cel.Type.STRING, cel.Type.DYN)
FACT = re.compile(r"(?<![\w.])([a-z]\w*\.[a-z]\w*)\b")
UNDECLARED = re.compile(r"undeclared reference to '([^']+)'")
RELATIONS = (
    "ownedBy", "partOf", "hasPart", "dependsOn", "dependencyOf", "providesApi", "consumesApi",
    "apiProvidedBy", "apiConsumedBy",
)  # fmt: skip


class Mistake(Exception):
    """An expression that cannot be used; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """True, false, or None with the reason where it cannot be known."""

    value: bool | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression, and the facts it names."""

    program: Any
    facts: frozenset[str]
    asks_related: bool

    def answer(self, values: Mapping[str, Any]) -> Answer:
        try:
            value = self.program.eval(data=dict(values)).value()
        except RuntimeError as error:  # it takes more steps than the language allows
            return Answer(None, str(error).partition(": ")[2][:200])
        if isinstance(value, bool):
            return Answer(value)
        return Answer(None, _reason(str(value)))


def known_facts() -> dict[str, Fact]:
    """Every fact that is offered, as `<plugin>.<name>`."""
    return {f"{item.plugin}.{fact.name}": fact for item in entity_facts.read() for fact in item.value.facts}


def compiled(expression: str) -> Expression:
    """Raises Mistake."""
    facts = known_facts()
    try:
        program = _language(tuple(sorted((name, fact.type) for name, fact in facts.items()))).compile(
            expression
        )
    except RuntimeError as error:
        raise Mistake(_sentence(str(error), facts)) from None
    if program.return_type() not in (cel.Type.BOOL, cel.Type.DYN):
        raise Mistake("It gives something else than true or false.")
    named = frozenset(FACT.findall(expression)).intersection(facts)
    return Expression(program, named, asks_related="related" in expression)


@cache
def _language(facts: tuple[tuple[str, type], ...]) -> Any:
    variables = {name: CEL_TYPES[kind] for name, kind in facts}
    return cel.NewEnv(
        variables={**variables, "entity": ANYTHING, "related": ANYTHING, "now": cel.Type.TIMESTAMP}
    )


def values_of(
    entity: Entity, facts: Mapping[str, Any], related: list[Related], at: datetime
) -> dict[str, Any]:
    """What an expression about the entity sees at a moment."""
    ends: dict[str, list[dict[str, Any]]] = {name: [] for name in RELATIONS}
    for one in related:
        ends.setdefault(one.type, []).append(_end(one))
    return {**facts, "entity": document(entity), "related": ends, "now": at.astimezone(UTC)}


def document(entity: Entity) -> dict[str, Any]:
    """The entity's document; maps and lists that a descriptor may leave out are there, if empty."""
    content = entity.content
    metadata = dict(content.get("metadata") or {})
    for key in ("annotations", "labels"):
        metadata[key] = metadata.get(key) or {}
    metadata["tags"] = metadata.get("tags") or []
    metadata["links"] = [
        {
            "title": "",
            "type": "",
            "url": "",
            **{key: value for key, value in link.items() if value is not None},
        }
        for link in metadata.get("links") or []
    ]
    return {**content, "metadata": metadata, "spec": content.get("spec") or {}}


def _end(related: Related) -> dict[str, Any]:
    entity = related.entity
    if entity is None:
        return {
            "ref": related.target_ref,
            "found": False,
            "kind": "",
            "type": "",
            "lifecycle": "",
            "described": False,
        }
    described = bool(str((entity.content.get("metadata") or {}).get("description") or "").strip())
    return {
        "ref": entity.ref, "found": True, "kind": entity.kind, "type": entity.type,
        "lifecycle": entity.lifecycle, "described": described,
    }  # fmt: skip


def _reason(text: str) -> str:
    """`UNKNOWN: No value with name "docs.pages" found in Activation`, in words for people."""
    found = re.search(r'No value with name "([^"]+)"', text)
    return f"{found[1]} is not known" if found else text.partition(": ")[2][:200] or text[:200]


def _sentence(text: str, facts: Mapping[str, Fact]) -> str:
    found = UNDECLARED.search(text)
    if found is None:
        return text.partition("ERROR: <input>:")[2].splitlines()[0][:300] if "<input>" in text else text[:300]
    name = found[1]
    if "." in name and name.partition(".")[0] not in {fact.partition(".")[0] for fact in facts}:
        return f"Nothing offers {name}: enable a plugin that knows it."
    return f"There is no fact {name}: there are {', '.join(sorted(facts))}."
