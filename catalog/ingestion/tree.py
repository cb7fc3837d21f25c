"""Reading a location: its entry, the files that its Location entities name, and every document in them."""

import hashlib
from collections import deque
from collections.abc import Set
from dataclasses import dataclass, field, replace
from sys import intern
from typing import Any

from catalog.entities.envelope import dotted
from catalog.entities.findings import Finding, Refused
from catalog.entities.validation import check
from catalog.entities.yaml_reader import MAX_FILE_BYTES, Chunk, body_of, decode, line_of, load, split
from catalog.extension.processing import processed
from catalog.ingestion.documents import Document, Named, Spool
from catalog.ingestion.placeholders import has_placeholders, resolve_placeholders
from catalog.kinds import DEFINITION, KindSet, current_kinds, static_kinds, using
from catalog.kinds.definitions import defined_by
from catalog.kinds.layers import KindLayer
from catalog.sources.base import Listed, Source, SourceError, is_pattern, matches

ENTRY_FILES = ("catalog-info.yaml", "catalog-info.yml", "all.yaml", "all.yml")
FOUND_FILES = ("catalog-info.yaml", "catalog-info.yml")
MAX_FILES = 5000
MAX_DEPTH = 10


@dataclass(slots=True)
class Tree:
    """What a read found. `refused` are refs that the source declares but not in an acceptable way.

    In `unsure_paths`, files and folders, something could not be read or told apart, so that nothing may be
    concluded from what is missing there; `missing_paths` are those of them that are named but are not
    there. Where only a part of the source was read, `scope` holds the files and folders that this speaks of.
    """

    documents: list[Document] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    unsure_paths: set[str] = field(default_factory=set)
    missing_paths: set[str] = field(default_factory=set)
    read_paths: set[str] = field(default_factory=set)
    kinds: KindSet = field(default_factory=static_kinds)
    """What the documents were checked against: the kinds in force, and those that the tree itself defines."""
    scope: frozenset[str] | None = None

    def covers(self, path: str) -> bool:
        """Whether the read says all there is to say of a file."""
        return self.scope is None or _is_in(path, self.scope)

    def is_unsure(self, path: str) -> bool:
        """Whether the file, or a folder that it is in, could not be read or told apart."""
        return _is_in(path, self.unsure_paths)

    def is_missing(self, path: str) -> bool:
        """Whether the file, or a folder that it is in, is named but not there."""
        return _is_in(path, self.missing_paths)


def _is_in(path: str, places: Set[str]) -> bool:
    parts = path.split("/")
    return any("/".join(parts[:end]) in places for end in range(1, len(parts) + 1))


def read_tree(source: Source, *, may_define: bool = False, location_id: int | None = None) -> Tree:
    """Read everything that a location declares. Raises SourceError where its entry itself cannot be read.

    With `may_define` the KindDefinitions in it count for its documents; `location_id` is whose they are.
    """
    reader = _Reader(source, may_define, location_id, current_kinds())
    reader.run()
    if reader.again:
        reader = _Reader(source, may_define, location_id, reader.tree.kinds)
        reader.run()
    return reader.tree


def entry_paths(source: Source) -> list[str]:
    """The files a location begins with.

    A pattern means every file it matches. A file is read itself. Of a folder that holds a
    catalog-info.yaml or else an all.yaml, that one is read; of any other folder every catalog-info.yaml
    below it.
    """
    if isinstance(source, Listed):
        return source.entries()
    if is_pattern(source.entry):
        return matching(source, source.entry)
    if not source.is_folder(source.entry):
        return [source.entry]
    below = source.list(source.entry)
    prefix = f"{source.entry}/" if source.entry else ""
    for name in ENTRY_FILES:
        if prefix + name in below:
            return [prefix + name]
    found = [path for path in below if path.rpartition("/")[2] in FOUND_FILES]
    if not found:
        raise SourceError(
            "NOTHING_TO_READ",
            f"The folder {source.entry or '.'} holds no {' or '.join(ENTRY_FILES)}, and no folder below it "
            f"a {FOUND_FILES[0]}. Name the file itself.",
            missing=True,
        )
    return found


def _is_of_defined_kind(value: Any) -> bool:
    kind = value.get("kind") if isinstance(value, dict) else None
    return isinstance(kind, str) and kind.lower() not in static_kinds().by_name


def matching(source: Source, pattern: str) -> list[str]:
    """The files of a source that a pattern matches. Raises SourceError where there is none."""
    fixed = pattern[: min(pattern.find(char) for char in "*?" if char in pattern)].rpartition("/")[0]
    found = [path for path in source.list(fixed) if matches(pattern, path)]
    if not found:
        raise SourceError("FILE_MISSING", f"{pattern} matches no file.", missing=True)
    return found


class _Reader:
    def __init__(self, source: Source, may_define: bool, location_id: int | None, kinds: KindSet) -> None:
        self.source, self.may_define, self.location_id = source, may_define, location_id
        self.tree = Tree(kinds=kinds)
        self.again = False
        self.spool = Spool()
        self.queue: deque[tuple[str, Named | None, int]] = deque()
        self.waiting: list[tuple[str, Chunk, Any, str, int]] = []
        self.places: dict[str, tuple[str, int]] = {}

    def run(self) -> None:
        """Documents of kinds that may be defined on the way are checked after everything else."""
        self._read()
        with using(self.tree.kinds):
            for waiting in self.waiting:
                self._document(*waiting)

    def _read(self) -> None:
        entries = entry_paths(self.source)
        self.tree.scope = self.source.scope
        is_listed = isinstance(self.source, Listed)
        self.most = MAX_FILES + (len(entries) if is_listed else 0)
        if len(entries) == 1 and not is_listed:
            self._file(entries[0], self.source.read(entries[0], MAX_FILE_BYTES), "", 0)
        else:
            self.queue.extend((path, None, 0) for path in entries)
        while self.queue:
            path, named, depth = self.queue.popleft()
            if path not in self.tree.read_paths:
                self._next(path, named, depth)

    def _next(self, path: str, named: Named | None, depth: int) -> None:
        if len(self.tree.read_paths) >= self.most:
            self._unsure(Finding("TOO_MANY_FILES", f"More than {self.most} files; {path} is not read.", path))
            return
        try:
            data = self.source.read(path, MAX_FILE_BYTES)
        except SourceError as error:
            self.tree.unsure_paths.add(path)
            if error.missing:
                self.tree.missing_paths.add(path)
            if named and not named.is_found:
                self._say(named, error)
            else:
                self.tree.findings.append(Finding(error.code, error.message, path, 1))
            return
        self._file(path, data, named.document.ref if named else "", depth)

    def _say(self, named: Named, error: SourceError) -> None:
        """What is wrong with a target, at the line that names it."""
        if error.missing and named.is_optional:
            return
        path, line = named.document.path, line_of(named.chunk, named.where)
        message = f"{dotted(named.where)}: {error.message}"
        self.tree.findings.append(Finding(error.code, message, path, line, named.document.ref, "warning"))

    def _unsure(self, finding: Finding) -> None:
        self.tree.unsure_paths.add(finding.path)
        self.tree.findings.append(finding)

    def _file(self, path: str, data: bytes, parent: str, depth: int) -> None:
        self.tree.read_paths.add(path)
        try:
            chunks = split(decode(data))
        except Refused as error:
            self._unsure(error.finding.at(path, error.finding.line))
            return
        for chunk in chunks:
            try:
                value = load(chunk)
            except Refused as error:
                self._unsure(error.finding.at(path, error.finding.line))
                continue
            if _is_of_defined_kind(value):
                self.waiting.append((path, chunk, value, parent, depth))
            elif value is not None:
                with using(self.tree.kinds):
                    self._document(path, chunk, value, parent, depth)

    def _document(self, path: str, chunk: Chunk, value: Any, parent: str, depth: int) -> None:
        broken: Finding | None = None
        try:
            if has_placeholders(chunk.text):
                value = resolve_placeholders(value, path=path, source=self.source)
            value = processed(value)
        except Refused as error:
            broken = error.finding.at(path, line_of(chunk, error.where))
        checked = check(value)
        ref = intern(str(checked.ref)) if checked.ref else ""
        mistakes = [] if broken else checked.mistakes
        for mistake in mistakes:
            line = line_of(chunk, mistake.path) if mistake.path else chunk.line
            self.tree.findings.append(Finding(mistake.code, mistake.message, path, line, ref, mistake.level))
        if broken:
            self.tree.findings.append(broken.at(path, broken.line, ref))
        if ref and ref in self.places:
            self._twice(ref, path, chunk.line)
            return
        if ref:
            self.places[ref] = (path, chunk.line)
        if broken or not checked.accepted or checked.ref is None or checked.kind is None:
            self._refuse(ref, path)
            return
        body = body_of(chunk)
        digest = hashlib.sha1(body.encode(), usedforsecurity=False).hexdigest()
        places = self.spool.put(value), self.spool.put(body)
        document = Document(ref, checked.kind, path, chunk.line, parent, digest, self.spool, *places)
        self.tree.documents.append(document)
        if checked.kind.name == "Location":
            self._follow(document, value.get("spec") or {}, chunk, depth)
        if checked.kind.name == DEFINITION and self.may_define:
            self._define(ref, value)

    def _define(self, ref: str, value: dict[str, Any]) -> None:
        """A kind counts from here on, unless another location holds its definition."""
        defined = defined_by(value, ref, self.location_id)
        others = self.tree.kinds.without_source(defined.source)
        known = self.tree.kinds.by_name.get(defined.name.lower())
        if isinstance(defined, KindLayer):
            self._extend(defined, others.and_layer(defined))
        elif known is None or known.location_id in (None, self.location_id):
            self.tree.kinds = others.and_kind(defined)

    def _extend(self, layer: KindLayer, kinds: KindSet) -> None:
        """What was checked before in this read, without the layer, is checked again."""
        before = [each for each in self.tree.kinds.layers if each.source == layer.source]
        if all(each.location_id in (None, self.location_id) for each in before):
            self.again = self.again or before != [layer]
            self.tree.kinds = kinds

    def _refuse(self, ref: str, path: str) -> None:
        if ref:
            self.tree.refused[ref] = path
        else:
            self.tree.unsure_paths.add(path)

    def _twice(self, ref: str, path: str, line: int) -> None:
        first, first_line = self.places[ref]
        self.tree.findings.append(
            Finding(
                "DUPLICATE_REF",
                f"{ref} is declared at {first}:{first_line} already. Remove one.",
                path,
                line,
                ref,
            )
        )

    def _follow(self, document: Document, spec: dict[str, Any], chunk: Chunk, depth: int) -> None:
        """Queue the files that a Location entity names; what is wrong with a target is said at its line."""
        targets: list[tuple[tuple[str | int, ...], str]] = []
        if "target" in spec:
            targets.append((("spec", "target"), spec["target"]))
        targets += [(("spec", "targets", i), each) for i, each in enumerate(spec.get("targets", []))]
        is_optional = spec.get("presence") == "optional"
        for where, target in targets:
            named = Named(document, chunk, where, is_optional)
            try:
                if depth >= MAX_DEPTH:
                    raise SourceError("NESTED_TOO_DEEP", f"Locations are followed {MAX_DEPTH} deep at most.")
                path = self.source.resolve(document.path, target)
                if is_pattern(path):
                    found = matching(self.source, path)
                    self.queue.extend((each, replace(named, is_found=True), depth + 1) for each in found)
                else:
                    self.queue.append((path, named, depth + 1))
            except SourceError as error:
                self._say(named, error)
