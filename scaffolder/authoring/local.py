"""Templates in a folder, read and rehearsed without a catalog: what their authors work with."""

import tempfile
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from django.db import DatabaseError, connection

from catalog.entities.findings import Finding, Refused
from catalog.entities.refs import EntityRef
from catalog.entities.yaml_reader import Chunk, decode, line_of, split
from catalog.ingestion.documents import Document
from catalog.ingestion.tree import read_tree
from catalog.kinds import static_kinds, using
from catalog.models import Location
from catalog.sources import FileSource, SourceError
from portal.accounts.principal import SYSTEM
from portal.integrations.errors import IntegrationError
from scaffolder.actions.action import Action, ActionError
from scaffolder.renderer.process import Renderer
from scaffolder.running.rehearsal import PlannedEffect, Rehearsal, unplanned
from scaffolder.running.steps import Scene, StepFailed, rendered_input
from scaffolder.running.workspace import Workspace
from scaffolder.secrets.vault import Vault
from scaffolder.templates.composition import Part, Parts, ref_of
from scaffolder.templates.composition import Path as Place
from scaffolder.templates.parameters import check_parameters, declared_names
from scaffolder.templates.skeletons import SkeletonError, SkeletonFile, is_elsewhere, read_skeleton
from scaffolder.templates.template import StepSpec, Template, read_document

NOT_READ = {"node_modules", ".git", ".venv"}
"""Folders that no template is looked for in."""
IS_TEMPLATE = "kind: Template"


@dataclass(frozen=True, slots=True)
class LocalTemplate:
    """A template's document in the file system; `path` and `files` are relative to `root`.

    What it is made of are the other templates of the folder, or `parts`.
    """

    document: dict[str, Any]
    root: Path
    path: str
    chunk: Chunk
    parts: Parts | None = None

    def read(self) -> Template:
        """Raises InvalidTemplate."""
        text = orjson.dumps(self.document, default=str).decode()
        return read_document(text, self.ref, self.parts or LocalParts(self), place=self.place_of)

    def files(self, url: str) -> Iterator[SkeletonFile]:
        """The files at and below `url`, seen from the template. Raises SkeletonError."""
        if is_elsewhere(url):
            raise SkeletonError(f"{url}: only what lies beside the template is read here.")
        location = Location(type="file", target=str(self.root / self.path), root=str(self.root), files=[])
        return read_skeleton(location, self.path, url)

    @property
    def ref(self) -> str:
        metadata = self.document["metadata"]
        return str(EntityRef("template", str(metadata.get("namespace") or "default"), str(metadata["name"])))

    def beside(self, ref: str) -> "LocalTemplate | None":
        """Another template of the folder that this one is made of; itself for "". None if it is elsewhere."""
        if ref in ("", self.ref):
            return self
        return None if self.parts else _templates_below(self.root)[ref]

    def line_of_part(self, ref: str) -> int:
        """Where a template comes in that it is made of, itself or with another."""
        for number, step in enumerate(self.document["spec"]["steps"]):
            if "uses" in step and ref_of(step["uses"], self.ref) == ref:
                return self.line_of("spec", "steps", number)
        return self.line_of("spec", "extends") if "extends" in self.document["spec"] else self.line_of("spec")

    def line_of(self, *path: str | int) -> int:
        return line_of(self.chunk, path)

    def place_of(self, path: Place) -> str:
        return f"{self.ref} ({self.path}, line {self.line_of(*path)})"


@dataclass(frozen=True, slots=True)
class LocalParts:
    """The templates of a folder as parts of one of them."""

    local: LocalTemplate

    def find(self, ref: str) -> Part | None:
        found = _templates_below(self.local.root).get(ref)
        return None if found is None else Part(ref, found.document, found.place_of)


@cache
def _templates_below(root: Path) -> dict[str, LocalTemplate]:
    """By ref; read once, as a command does its work once."""
    return {found.ref: found for found in find_templates(root)[0]}


def find_templates(path: Path) -> tuple[list[LocalTemplate], list[Finding]]:
    """Every template in a file or below a folder, and what is wrong with the files that hold them."""
    root = path if path.is_dir() else path.parent
    templates: list[LocalTemplate] = []
    findings: list[Finding] = []
    for file in sorted(_candidates(path)):
        try:
            with using(static_kinds()):
                tree = read_tree(FileSource(str(file), root=str(root)), may_define=True)
        except SourceError as error:
            findings.append(Finding(error.code, error.message, file.relative_to(root).as_posix(), 1))
            continue
        findings += tree.findings
        templates += [
            _local(document, root) for document in tree.documents if document.kind.name == "Template"
        ]
    return templates, findings


def _candidates(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    for pattern in ("*.yaml", "*.yml"):
        for file in path.rglob(pattern):
            inside = set(file.relative_to(path).parts)
            if inside & NOT_READ or file.name.endswith((".test.yaml", ".test.yml")):
                continue
            if IS_TEMPLATE in file.read_text(errors="replace"):
                yield file


def _local(document: Document, root: Path) -> LocalTemplate:
    try:
        chunks = split(decode((root / document.path).read_bytes()))
    except Refused:
        chunks = []
    chunk = next((one for one in chunks if one.line == document.line), Chunk("", document.line, 0))
    return LocalTemplate(document.value, root, document.path, chunk)


@dataclass(slots=True)
class Outcome:
    """What a template would make: its files and effects, or why it would fail."""

    files: dict[str, bytes] = field(default_factory=dict)
    effects: list[PlannedEffect] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    output: dict[str, Any] = field(default_factory=dict)
    error: str = ""


def rehearse(
    template: LocalTemplate,
    parameters: Mapping[str, Any],
    *,
    user_ref: str = "user:default/guest",
    secrets: Mapping[str, str] | None = None,
    outputs: Mapping[str, Mapping[str, Any]] | None = None,
) -> Outcome:
    """Go through the steps with nothing but a folder; `outputs` stand for what named steps would give.

    Raises InvalidTemplate and InvalidParameters.
    """
    read = template.read()
    values = check_parameters(read.pages, dict(parameters))
    vault = _vault_of(secrets or {})
    uid = uuid.uuid4()
    scene = Scene(values, declared_names(read.pages), user_ref, None, str(uid))
    with tempfile.TemporaryDirectory(prefix="portal-rehearsal-") as folder:
        workspace = Workspace(uid, root=Path(folder))
        rehearsal = LocalRehearsal(
            scene=scene,
            steps=list(read.steps),
            actor=SYSTEM,
            workspace=workspace,
            vault=vault,
            files=lambda url, origin, token: (template.beside(origin) or template).files(url),
            mark=str(uid),
            given=outputs or {},
        )
        outcome = Outcome()
        try:
            rehearsal.run()
            outcome.output = rehearsal.output(read.output)
        except StepFailed as error:
            outcome.error = str(error)
        outcome.files = {path: workspace.read(path, parameter="path") for path, _ in workspace.list_files()}
    outcome.effects = rehearsal.effects
    outcome.log = [said.message for said in rehearsal.said]
    return outcome


def _vault_of(secrets: Mapping[str, str]) -> Vault:
    vault = Vault()
    for name, value in secrets.items():
        vault.add(name, value)
    return vault


@dataclass
class LocalRehearsal(Rehearsal):
    """A rehearsal where catalog and hosts may not be there: what would ask them can be `given` instead."""

    given: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def act(
        self, spec: StepSpec, action: Action, values: dict[str, Any], renderer: Renderer, *, place: str
    ) -> dict[str, Any]:
        if spec.id in self.given:
            rendered_input(spec, action, values, renderer, self.vault)
            return dict(self.given[spec.id])
        try:
            return super().act(spec, action, values, renderer, place=place)
        except DatabaseError:
            connection.close()
        except ActionError as error:
            if not isinstance(error.__cause__, IntegrationError):
                raise  # a host that is not set up here may be where the template runs
        plan = unplanned(action, rendered_input(spec, action, values, renderer, self.vault))
        return self.planned(spec, action, plan)
