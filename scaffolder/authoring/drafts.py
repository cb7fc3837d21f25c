"""Drafts of templates: texts that somebody is writing, read and linted before they are in any catalog."""

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from catalog.entities.findings import Finding
from portal.accounts.permissions import require_scope
from portal.accounts.principal import Principal
from portal.audit.models import Record
from portal.audit.services import record
from portal.rest.errors import Invalid
from scaffolder.authoring.lint import lint
from scaffolder.authoring.local import LocalTemplate, find_templates
from scaffolder.running.attempt import SCOPE
from scaffolder.running.workspace import WorkspaceError, checked_path
from scaffolder.templates.parts import CatalogParts
from scaffolder.templates.template import InvalidTemplate

NAME = "template.yaml"
MAX_BYTES = 512 * 1024
OF_FILES = "FILE_MISSING"
NO_TEMPLATE = Finding("TEMPLATE_INVALID", "There is no entity of kind Template in this text.", NAME, line=1)


@dataclass(frozen=True, slots=True)
class Draft:
    """What a text says: its Template entity, None where it cannot be read, and what is wrong with it.

    `whole` is the entity with all that it is made of, None where that does not fit together.
    """

    document: dict[str, Any] | None
    whole: dict[str, Any] | None
    findings: list[Finding]


def read_draft(text: str, files: Mapping[str, str] | None = None, *, viewer: Principal) -> Draft:
    """The template in a text, linted; `files` are texts by their path beside it, None where they are unknown.

    Its base and its fragments are those of the catalog, as far as the viewer sees them.

    Raises Invalid where it is more than 512 KiB or a path leaves the folder, Denied.
    """
    require_scope(viewer, "read")
    if len(text) + sum(len(content) for content in (files or {}).values()) > MAX_BYTES:
        raise Invalid(f"A draft and its files have at most {MAX_BYTES} characters.", path=("text",))
    with tempfile.TemporaryDirectory(prefix="portal-draft-") as folder:
        root = Path(folder)
        for path, content in (files or {}).items():
            _write(root, path, content)
        file = root / NAME
        file.write_text(text, encoding="utf-8")
        found_here, findings = find_templates(file)
        templates = [replace(one, parts=CatalogParts(viewer)) for one in found_here]
        found = [*findings, *(finding for template in templates for finding in lint(template))]
        whole = _whole(templates[0]) if templates else None
    if not templates and not found:
        found = [NO_TEMPLATE]
    known = [finding for finding in found if files is not None or finding.code != OF_FILES]
    return Draft(templates[0].document if templates else None, whole, known)


def document_to_run(text: str, files: Mapping[str, str] | None = None, *, actor: Principal) -> dict[str, Any]:
    """The template in a text that somebody may run dry. Raises Denied, Invalid and InvalidTemplate."""
    if not actor.has_scope(SCOPE):
        record("task.dry_run", actor=actor, target="a draft", outcome=Record.Outcome.DENIED)
    require_scope(actor, SCOPE)
    draft = read_draft(text, files, viewer=actor)
    if draft.document is None or draft.whole is None:
        raise InvalidTemplate(" ".join(f"Line {one.line}: {one.message}" for one in draft.findings[:3]))
    return draft.document


def _whole(template: LocalTemplate) -> dict[str, Any] | None:
    try:
        whole: dict[str, Any] = json.loads(template.read().document)
    except InvalidTemplate:
        return None
    return whole


def _write(root: Path, path: str, content: str) -> None:
    try:
        target = root / checked_path(path, parameter="files")
    except WorkspaceError as error:
        raise Invalid(str(error), path=("files",)) from None
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(content, encoding="utf-8")
