"""Where an entity's documentation is: what its annotations say, and the files that they mean."""

import hashlib
import json
import posixpath
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urljoin

from portal.plugin_api.catalog import (
    Entity,
    EntityRef,
    InvalidRef,
    Source,
    SourceError,
    looked_at,
    open_address,
    open_source,
)

from .errors import DocsError

TECHDOCS = "backstage.io/techdocs-ref"
TECHDOCS_ENTITY = "backstage.io/techdocs-entity"
ADR = "backstage.io/adr-location"


@dataclass(frozen=True, slots=True)
class Tree:
    """A folder of a source."""

    source: Source
    root: str

    def path(self, *parts: str) -> str:
        return posixpath.normpath(posixpath.join(self.root, *parts))


def annotation(entity: Entity, name: str) -> str:
    """Its value; "" where the entity has none."""
    value = (json.loads(entity.document)["metadata"].get("annotations") or {}).get(name, "")
    return value.strip() if isinstance(value, str) else ""


def described_by(entity: Entity) -> str:
    """The ref of the entity whose documentation is this one's too, "" for none."""
    text = annotation(entity, TECHDOCS_ENTITY)
    try:
        return str(EntityRef.parse(text, default_kind="component", default_namespace=entity.namespace))
    except InvalidRef:
        return ""


def is_documented(entity: Entity) -> bool:
    """Whether it names documentation, its own or another entity's."""
    return bool(annotation(entity, TECHDOCS) or described_by(entity))


class References:
    """What an entity's annotations mean, seen from its descriptor; its own source is opened once.

    `files` is what an earlier reader looked at in it, for `revision` to look at again.
    """

    def __init__(self, entity: Entity, descriptor_path: str, files: list[str] | None = None) -> None:
        self.entity = entity
        self.path = descriptor_path
        self.files = files
        self.trees: list[Tree] = []

    def open(self, name: str) -> Tree:
        """The folder that the annotation `name` means. Raises DocsError and SourceError."""
        tree = self._tree(*self._reference(name))
        self.trees.append(tree)
        return tree

    def revision(self, known: dict[str, str] | None = None) -> str:
        """A fingerprint of what was opened; `known` remembers what hosts said of their repositories, "" where
        one cannot be read. Raises SourceError."""
        known = {} if known is None else known
        digest = hashlib.sha1(usedforsecurity=False)
        for source in {id(tree.source): tree.source for tree in self.trees}.values():
            address = source.address("")
            if not address.startswith("git:http"):
                digest.update(source.revision().encode())
                continue
            if known.get(address) == "":
                raise SourceError("TARGET_NOT_READ", f"{address} cannot be read: it was just tried.")
            known.setdefault(address, "")
            known[address] = known[address] or source.revision()
            digest.update(known[address].encode())
        return digest.hexdigest()

    def looked_at(self) -> list[str]:
        return sorted({path for tree in self.trees for path in looked_at(tree.source)})

    @cached_property
    def _own(self) -> Source:
        if self.entity.location is None:
            raise DocsError("The entity has no source to read documentation from. Write url:<address>.")
        if self.entity.location.type in ("url", "backstage"):
            return open_address(self.path.partition("#")[0])
        return open_source(self.entity.location, files=self.files)

    def _reference(self, name: str) -> tuple[str, str]:
        """Scheme and rest of an annotation."""
        written = annotation(self.entity, name)
        scheme, _, rest = written.partition(":")
        if scheme in {"http", "https"}:
            return "url", written
        if name == ADR and scheme not in {"url", "dir"}:
            return "dir", written
        if not rest or scheme not in {"dir", "url"}:
            raise DocsError(
                f"The annotation {name} is {written[:200]!r}. Write dir:<folder>, relative to the file of "
                "the entity, or url:<address of a folder in a repository>."
            )
        return scheme, rest

    def _tree(self, scheme: str, rest: str) -> Tree:
        if scheme == "url":
            address = urljoin(self.path, rest) if "://" in self.path else rest
            if not address.startswith(("https://", "http://")):
                raise DocsError(f"{address[:200]!r} is no address of a folder in a repository.")
            source = open_address(address)
            return Tree(source, source.entry)
        base = self._own.entry if "://" in self.path else self.path
        return Tree(self._own, self._own.resolve(base, rest))
