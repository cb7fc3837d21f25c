"""Where things come from: the template that made them, its version, the answers, and what it rendered."""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from django.conf import settings

from catalog.models import Entity
from catalog.permissions import hidden_namespaces
from portal.accounts.principal import Principal
from portal.integrations.errors import IntegrationError
from portal.integrations.forges import read_page
from portal.rest.errors import NotFound
from scaffolder.actions.action import ActionError
from scaffolder.models import Base, EffectRecord, Lineage, LogLine, Task, TemplateVersion
from scaffolder.running.journal import Journal
from scaffolder.running.leases import write_log
from scaffolder.running.merging import File, files_of
from scaffolder.running.workspace import Workspace, WorkspaceError

EPOCH = (1980, 1, 1, 0, 0, 0)


def record_lineage(journal: Journal, step_id: str, workspace: Workspace) -> None:
    """Note what a finished step has created, with the files of the workspace as they were then."""
    made = EffectRecord.objects.filter(
        task=journal.task, step_id=step_id, state=EffectRecord.State.DONE
    ).exclude(creates="")
    if not made.exists():
        return
    archive = _packed(workspace)
    with journal.holding(even_cancelled=True) as task:
        base = keep_base(archive) if archive else None
        if base is None:
            message = "The files are too large to be kept: a later update of the template cannot be merged."
            write_log(task, message, step_id=step_id, level=LogLine.Level.WARNING)
        for effect in made:
            Lineage.objects.update_or_create(
                ref=effect.creates,
                defaults={
                    "task_uid": task.uid,
                    "template_ref": task.template_ref,
                    "template_version": TemplateVersion.objects.get(hash=task.template_hash),
                    "answers": task.parameters,
                    "base": base,
                    "step_id": step_id,
                    "proposal": "",
                    "created_by": task.created_by,
                },
            )


def _packed(workspace: Workspace) -> bytes:
    """Its files as an archive; nothing where they are more than could be merged later."""
    try:
        return archive_of(files_of(workspace))
    except (ActionError, WorkspaceError):
        return b""


def forget_lineage(task: Task, ref: str) -> None:
    """What was taken back comes from nowhere."""
    Lineage.objects.filter(ref=ref, task_uid=task.uid).delete()


def archive_of(files: Mapping[str, File]) -> bytes:
    """Files by path as a zip that is the same for the same files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, file in sorted(files.items()):
            info = zipfile.ZipInfo(path, EPOCH)
            info.external_attr = (0o100755 if file.executable else 0o100644) << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, file.content)
    return buffer.getvalue()


def keep_base(archive: bytes) -> Base | None:
    """Kept once for each content; None where it is too large to be kept."""
    if len(archive) > settings.LINEAGE_BASE_MIB * 1024 * 1024:
        return None
    digest = hashlib.sha256(archive).hexdigest()
    return Base.objects.get_or_create(hash=digest, defaults={"archive": archive})[0]


def base_files(base: Base | None) -> dict[str, File]:
    """What the template rendered, by path; empty where it was too large to keep."""
    if base is None:
        return {}
    with zipfile.ZipFile(io.BytesIO(bytes(base.archive))) as archive:
        return {
            info.filename: File(archive.read(info), bool(info.external_attr >> 16 & 0o100))
            for info in archive.infolist()
        }


def lineage_by_entity(entities: Sequence[Entity], *, viewer: Principal) -> dict[int, Lineage]:
    """Where entities come from, by primary key: their own lineage, or that of the place they are in."""
    hidden = hidden_namespaces(viewer)
    places = {entity.pk: _places(entity) for entity in entities if entity.namespace not in hidden}
    wanted = {place for listed in places.values() for place in listed}
    rows = Lineage.objects.filter(ref__in=wanted).select_related("template_version")
    known = {lineage.ref: lineage for lineage in rows}
    found = {}
    for pk, listed in places.items():
        lineage = next((known[place] for place in listed if place in known), None)
        if lineage is not None:
            found[pk] = lineage
    return found


def get_lineage(entity: Entity, *, viewer: Principal) -> Lineage:
    """Raises NotFound (LINEAGE_UNKNOWN) where no template of this portal made the entity."""
    found = lineage_by_entity([entity], viewer=viewer).get(entity.pk)
    if found is None:
        raise NotFound(f"No template of this portal has made {entity.ref}.", code="LINEAGE_UNKNOWN")
    return found


def _places(entity: Entity) -> list[str]:
    """The entity's own ref, then its location's target and every folder above that, and its repository."""
    places = [entity.ref]
    if entity.location is not None:
        parts = entity.location.target.split("/")
        kind = entity.location.type
        places += [f"{kind}:{'/'.join(parts[:count])}" for count in range(len(parts), 0, -1)]
        with suppress(IntegrationError):
            address = entity.location.target.partition("@")[0]
            page = read_page(address) if "://" in address else None
            if page:
                host = page.origin.partition("://")[2]
                places.append(f"{page.forge}:{host}/{page.repository}".lower())
    return places


def keep_version(task: Task, document: str) -> None:
    """The text of a task's template as it was; kept once for each content."""
    TemplateVersion.objects.get_or_create(
        hash=task.template_hash, defaults={"template_ref": task.template_ref, "document": document}
    )


def remember_proposal(
    lineage: Lineage, proposed: Mapping[str, Any], rendered: Mapping[str, File], answers: Mapping[str, Any]
) -> None:
    """What the lineage will be once the proposal is merged; a later proposal takes its place."""
    base = keep_base(archive_of(rendered))
    proposal = {**proposed, "base": base.hash if base else "", "answers": answers}
    text = json.dumps(proposal, ensure_ascii=False)
    Lineage.objects.filter(pk=lineage.pk).update(proposal=text)


def settled(lineage: Lineage, *, save: bool) -> Lineage:
    """The lineage after its proposal was merged: of the later version, with what that rendered."""
    proposal = json.loads(lineage.proposal)
    lineage.base = Base.objects.filter(hash=proposal["base"]).first()
    lineage.template_version = TemplateVersion.objects.get(hash=proposal["version"])
    lineage.answers, lineage.proposal = json.dumps(proposal["answers"], ensure_ascii=False), ""
    if save:
        lineage.save(update_fields=["base", "template_version", "answers", "proposal"])
    return lineage
