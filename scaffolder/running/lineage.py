"""Where things come from: the template that made them, its version, the answers, and what it rendered."""

import hashlib
import io
import zipfile
from collections.abc import Sequence

from django.conf import settings

from catalog.models import Entity
from catalog.permissions import hidden_namespaces
from portal.accounts.principal import Principal
from portal.rest.errors import NotFound
from scaffolder.models import Base, EffectRecord, Lineage, LogLine, Task, TemplateVersion
from scaffolder.running.leases import Lease, holding, write_log
from scaffolder.running.workspace import Workspace

EPOCH = (1980, 1, 1, 0, 0, 0)


def record_lineage(lease: Lease, step_id: str, workspace: Workspace) -> None:
    """Note what a finished step has created, with the files of the workspace as they were then."""
    made = EffectRecord.objects.filter(
        task=lease.task_id, step_id=step_id, state=EffectRecord.State.DONE
    ).exclude(creates="")
    if not made.exists():
        return
    archive = archive_of(workspace)
    with holding(lease, even_cancelled=True) as task:
        if len(archive) > settings.LINEAGE_BASE_MIB * 1024 * 1024:
            message = "The files are too large to be kept: a later update of the template cannot be merged."
            write_log(task, message, step_id=step_id, level=LogLine.Level.WARNING)
            base = None
        else:
            digest = hashlib.sha256(archive).hexdigest()
            base, _ = Base.objects.get_or_create(hash=digest, defaults={"archive": archive})
        for effect in made:
            Lineage.objects.update_or_create(
                ref=effect.creates,
                defaults={
                    "task_uid": task.uid,
                    "template_ref": task.template_ref,
                    "template_version": TemplateVersion.objects.get(hash=task.template_hash),
                    "answers": task.parameters,
                    "base": base,
                    "created_by": task.created_by,
                },
            )


def forget_lineage(task: Task, ref: str) -> None:
    """What was taken back comes from nowhere."""
    Lineage.objects.filter(ref=ref, task_uid=task.uid).delete()


def archive_of(workspace: Workspace) -> bytes:
    """The workspace as a zip that is the same for the same files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, executable in workspace.list_files():
            info = zipfile.ZipInfo(path, EPOCH)
            info.external_attr = (0o100755 if executable else 0o100644) << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, (workspace.files / path).read_bytes())
    return buffer.getvalue()


def base_files(lineage: Lineage) -> dict[str, bytes]:
    """What the template rendered, by path; empty where it was too large to keep."""
    if lineage.base is None:
        return {}
    with zipfile.ZipFile(io.BytesIO(bytes(lineage.base.archive))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


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
    """The entity's own ref, then its location's target and every folder above that."""
    places = [entity.ref]
    if entity.location is not None:
        parts = entity.location.target.split("/")
        kind = entity.location.type
        places += [f"{kind}:{'/'.join(parts[:count])}" for count in range(len(parts), 0, -1)]
    return places


def keep_version(task: Task, document: str) -> None:
    """The text of a task's template as it was; kept once for each content."""
    TemplateVersion.objects.get_or_create(
        hash=task.template_hash, defaults={"template_ref": task.template_ref, "document": document}
    )
