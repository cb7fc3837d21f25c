"""Entity refs and location refs: the one place where they are parsed, checked and printed."""

import re
from dataclasses import dataclass
from functools import lru_cache
from sys import intern
from typing import Self

from portal.rest.errors import Invalid

NAME = re.compile(r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]")
NAMESPACE = re.compile(r"[a-z0-9]+(?:-+[a-z0-9]+)*")
KIND = re.compile(r"[a-zA-Z][a-z0-9A-Z]*")
REF = re.compile(r"(?:(?P<kind>[^:/]+):)?(?:(?P<namespace>[^:/]+)/)?(?P<name>[^:/]+)")
MAX_PART = 63

FORM = "[<kind>:][<namespace>/]<name>"
NAME_FORM = "letters, digits, `-`, `_` and `.`, a letter or digit at both ends, at most 63"
NAMESPACE_FORM = "lower-case letters, digits and `-`, a letter or digit at both ends, at most 63"
LOCATION_FORMS = (
    "file:<path>, url:<address>, git:<address>[@<branch>[/<path>]] or git:<owner>/<name>[/<path>]"
)
KIND_FORM = "letters and digits, a letter first, at most 63"


class InvalidRef(Invalid):
    """A text that is not an entity ref or a location ref."""

    default_code = "INVALID_REF"


def is_name(text: str) -> bool:
    return len(text) <= MAX_PART and NAME.fullmatch(text) is not None


def is_namespace(text: str) -> bool:
    return len(text) <= MAX_PART and NAMESPACE.fullmatch(text) is not None


def is_kind(text: str) -> bool:
    return len(text) <= MAX_PART and KIND.fullmatch(text) is not None


@dataclass(frozen=True, slots=True, order=True)
class EntityRef:
    """The canonical identity of an entity: all three parts in lower case; `str()` prints the full form."""

    kind: str
    namespace: str
    name: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", intern(self.kind.lower()))
        object.__setattr__(self, "namespace", intern(self.namespace.lower()))
        object.__setattr__(self, "name", self.name.lower())

    def __str__(self) -> str:
        return f"{self.kind}:{self.namespace}/{self.name}"

    @classmethod
    def parse(cls, text: str, default_kind: str | None = None, default_namespace: str = "default") -> Self:
        """Read `[<kind>:][<namespace>/]<name>`; parts left out come from the defaults.

        Raises InvalidRef for every other text, and where the kind is left out and there is no default.
        """
        return cls(*_parts(text, default_kind, default_namespace))


@lru_cache(maxsize=8192)
def canonical_ref(text: str, default_kind: str | None, default_namespace: str) -> str:
    """The full form of what `EntityRef.parse` reads. Raises InvalidRef."""
    return str(EntityRef.parse(text, default_kind, default_namespace))


@lru_cache(maxsize=8192)
def _parts(text: str, default_kind: str | None, default_namespace: str) -> tuple[str, str, str]:
    """Kind, namespace and name; thousands of entities name the same few owners and systems."""
    match = REF.fullmatch(text) if len(text) <= 3 * MAX_PART + 2 else None
    if match is None:
        raise InvalidRef(f"{text[:200]!r} is not an entity ref. Write {FORM}, as in component:default/web.")
    kind = match["kind"] or default_kind
    if kind is None:
        raise InvalidRef(f"{text!r} does not say its kind. Write <kind>:{text}, as in component:{text}.")
    namespace = match["namespace"] or default_namespace
    if not is_kind(kind):
        raise InvalidRef(f"{text!r}: the kind {kind!r} may hold only {KIND_FORM}.")
    if not is_namespace(namespace.lower()):
        raise InvalidRef(f"{text!r}: the namespace {namespace!r} may hold only {NAMESPACE_FORM}.")
    if not is_name(match["name"]):
        raise InvalidRef(f"{text!r}: the name {match['name']!r} may hold only {NAME_FORM}.")
    return kind, namespace, match["name"]


def namespace_of(ref: str) -> str:
    """The namespace of a canonical ref."""
    return ref.partition(":")[2].partition("/")[0]


@dataclass(frozen=True, slots=True)
class LocationRef:
    """Where descriptors are read from: `<type>:<target>`, as `file:/srv/catalog` or `git:owner/name`."""

    type: str
    target: str

    def __str__(self) -> str:
        return f"{self.type}:{self.target}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `<type>:<target>`; an address of the web alone means `url:`. Raises InvalidRef."""
        kind, colon, target = text.partition(":")
        if not colon or not kind or not target.strip() or "\x00" in text or "\n" in text:
            raise InvalidRef(f"{text[:200]!r} is not a location. Write {LOCATION_FORMS}.")
        if kind in {"http", "https"}:
            return cls("url", text.strip())
        if not re.fullmatch(r"[a-z][a-z0-9-]{0,19}", kind) or kind in {"javascript", "data"}:
            raise InvalidRef(f"{text[:200]!r} has the type {kind[:50]!r}: write {LOCATION_FORMS}.")
        return cls(kind, target.strip())
