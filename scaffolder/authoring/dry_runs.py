"""Dry runs: a draft of a template is gone through by a worker, and nothing but the answer is left of it."""

import base64
import binascii
import json
import shutil
import time
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.db.models.functions import Now

from catalog.entities.refs import EntityRef, InvalidRef
from portal.accounts.permissions import require_scope
from portal.accounts.principal import Principal
from portal.audit.services import operation
from portal.rest.errors import Invalid, NotFound, TooMany, Unavailable
from scaffolder.models import DryRun, Task
from scaffolder.running.attempt import SCOPE, Attempt
from scaffolder.running.leases import end_task
from scaffolder.running.rehearsal import Rehearsal
from scaffolder.running.steps import StepFailed
from scaffolder.running.wake import wake_workers_on_commit
from scaffolder.running.workspace import Workspace, WorkspaceError, checked_path
from scaffolder.secrets.redaction import Redactor, redacted_json
from scaffolder.services import (
    add_secrets,
    check_secrets,
    check_template,
    get_template,
    lock_account,
    new_task,
    save_new_task,
)
from scaffolder.templates.parameters import check_parameters
from scaffolder.templates.parts import CatalogParts
from scaffolder.templates.skeletons import Files, SkeletonError, SkeletonFile, TemplateFiles, is_elsewhere
from scaffolder.templates.template import Template, read_document

MAX_WAITING = 20
MAX_RESULT_BYTES = 8 * 1024 * 1024
KEPT = timedelta(minutes=10)
PAUSE = 0.05


def dry_run(
    template: Any, values: Any, files: Any, *, actor: Principal, secrets: Any = None, beside: bool = False
) -> dict[str, Any]:
    """Go through a template without changing anything: `{log, directoryContents, output, steps, effects}`.

    `files` is what lies beside the template: [{path, base64Content}]; with `beside` and no such list, it is
    what lies beside the template of the catalog that the draft is of. Whoever asks may run templates, and
    may use every action of this one. Raises InvalidTemplate, InvalidParameters, InvalidSecrets, Invalid
    (DRY_RUN_FAILED), Denied, TooMany, and Unavailable where no worker is done in time.
    """
    with operation("task.dry_run", actor=actor, target="a draft") as now:
        require_scope(actor, SCOPE)
        draft = _checked_draft(template, actor)
        now.target, now.namespace = draft.ref, draft.namespace
        checked = "" if beside and not files and _is_known(draft.ref, actor) else None
        if checked is None:
            checked = json.dumps(_checked_files([] if beside and files is None else files))
        task = _accept(draft, values, checked, actor=actor, secrets=secrets)
    return _answered(task)


def dry_run_template(
    template_ref: str, values: Any, *, actor: Principal, secrets: Any = None
) -> dict[str, Any]:
    """The same for a template of the catalog, with the files that lie beside it. Raises NotFound too."""
    with operation("task.dry_run", actor=actor, target=template_ref) as now:
        require_scope(actor, SCOPE)
        template, _ = get_template(template_ref, viewer=actor)
        now.target, now.namespace = template.ref, template.namespace
        task = _accept(template, values, "", actor=actor, secrets=secrets)
    return _answered(task)


def _is_known(ref: str, actor: Principal) -> bool:
    try:
        get_template(ref, viewer=actor)
    except NotFound:
        return False
    return True


def _accept(template: Template, values: Any, files: str, *, actor: Principal, secrets: Any) -> Task:
    account = lock_account(actor)
    check_template(template, actor)
    given = check_parameters(template.pages, values)
    known = check_secrets(template.secrets_schema, secrets)
    waiting = Task.objects.filter(aim=Task.Aim.DRY_RUN).exclude(status__in=Task.ENDED)
    if waiting.count() >= MAX_WAITING:
        raise TooMany("Many dry runs are being made at this moment. Try again shortly.", retry_after=5)
    task = new_task(template, given, values, account=account, actor=actor)
    task.aim, task.priority = Task.Aim.DRY_RUN, Task.Priority.HIGH
    add_secrets(task, known)
    save_new_task(task, template)
    DryRun.objects.create(task=task, files=files)
    wake_workers_on_commit()
    return task


def _answered(task: Task) -> dict[str, Any]:
    try:
        return _answer(_finished(task))
    finally:
        Task.objects.filter(pk=task.pk, status__in=Task.ENDED).delete()


def remove_old_dry_runs() -> None:
    """Those that nobody has waited for to the end."""
    Task.objects.filter(aim=Task.Aim.DRY_RUN, created_at__lt=Now() - KEPT).delete()


class DryRunAttempt(Attempt):
    """The worker's side."""

    def work(self) -> None:
        row = DryRun.objects.get(task=self.task)
        workspace = Workspace(self.lease.task_uid, part="rehearsal")
        rehearsal = Rehearsal(
            scene=self.scene,
            steps=self.steps,
            actor=self.actor,
            workspace=workspace,
            vault=self.vault,
            files=self._beside(row),
            mark=str(self.task.uid),
            check=self.heartbeat.check,
        )
        try:
            rehearsal.run()
            output = rehearsal.output(self.spec["output"])
            result = redacted_json(self.task, self._result(rehearsal, output))
        finally:
            shutil.rmtree(workspace.files, ignore_errors=True)
        with self.journal.holding() as task:
            DryRun.objects.filter(pk=row.pk).update(result=json.dumps(result, ensure_ascii=False))
            end_task(task, Task.Status.COMPLETED)

    def _beside(self, row: DryRun) -> Files:
        """What somebody writes may not read other places with the portal's credentials."""
        if not row.files:
            template, _ = get_template(self.task.template_ref, viewer=self.actor)
            registered = template.hash == self.task.template_hash
            return TemplateFiles(template.ref, viewer=self.actor, elsewhere=registered)
        draft = {file["path"]: file["base64Content"] for file in json.loads(row.files)}
        others = TemplateFiles("", viewer=self.actor, elsewhere=False)
        return lambda url, origin, token: others(url, origin, token) if origin else _draft_files(draft, url)

    def _result(self, rehearsal: Rehearsal, output: dict[str, Any]) -> dict[str, Any]:
        lines = rehearsal.said
        return {
            "log": [
                {"body": {"message": line.message, **_about(line.step_id, line.status)}} for line in lines
            ],
            "directoryContents": list(self._files(rehearsal.workspace)),
            "output": output,
            "steps": [{"id": step.id, "name": step.name, "action": step.action} for step in self.steps],
            "effects": [planned.as_json() for planned in rehearsal.effects],
        }

    def _files(self, workspace: Workspace) -> Iterator[dict[str, Any]]:
        """A file that holds a secret would show it in base64 too, so it is blanked before it is encoded."""
        redactor = Redactor(self.vault.values())
        size = 0
        for path, executable in workspace.list_files():
            content = (workspace.files / path).read_bytes()
            size += len(content)
            if size > MAX_RESULT_BYTES:
                raise StepFailed(f"The files are more than the {MAX_RESULT_BYTES} bytes that can be shown.")
            text = content.decode("latin-1")
            if redactor.text(text) != text:
                content = redactor.text(text).encode("latin-1", "replace")
            encoded = base64.b64encode(content).decode()
            yield {"path": path, "executable": executable, "base64Content": encoded}


def _about(step_id: str, status: str) -> dict[str, str]:
    return {key: value for key, value in (("stepId", step_id), ("status", status)) if value}


def _finished(task: Task) -> Task:
    end = time.monotonic() + settings.DRY_RUN_SECONDS
    while time.monotonic() < end:
        task.refresh_from_db(fields=["status", "error"])
        if task.status in Task.ENDED:
            return task
        time.sleep(PAUSE)
    raise Unavailable("No worker has done the dry run in time. Try again; /readyz says what is missing.")


def _answer(task: Task) -> dict[str, Any]:
    if task.status != Task.Status.COMPLETED:
        raise Invalid(task.error or "The dry run was stopped.", code="DRY_RUN_FAILED")
    answer: dict[str, Any] = json.loads(DryRun.objects.get(task=task).result)
    return answer


def _checked_draft(template: Any, actor: Principal) -> Template:
    metadata = template.get("metadata") if isinstance(template, dict) else None
    if not isinstance(metadata, dict) or not isinstance(metadata.get("name"), str):
        raise Invalid("template: write the whole Template entity.", path=("template",))
    try:
        ref = EntityRef("template", str(metadata.get("namespace") or "default"), metadata["name"])
        EntityRef.parse(str(ref))
    except InvalidRef as error:
        raise Invalid(f"template: {error}", path=("template", "metadata", "name")) from None
    return read_document(json.dumps(template, ensure_ascii=False), str(ref), CatalogParts(actor))


def _checked_files(files: Any) -> list[dict[str, str]]:
    if not isinstance(files, list) or len(files) > settings.WORKSPACE_MAX_FILES:
        raise Invalid(
            f"directoryContents: a list of at most {settings.WORKSPACE_MAX_FILES} files.",
            path=("directoryContents",),
        )
    for file in files:
        try:
            checked_path(file["path"], parameter="directoryContents")
            base64.b64decode(file["base64Content"], validate=True)
        except (WorkspaceError, KeyError, TypeError, AttributeError, binascii.Error) as error:
            form = "directoryContents: each file has a path and base64Content."
            message = str(error) if isinstance(error, WorkspaceError) else form
            raise Invalid(message, path=("directoryContents",)) from None
    return [{"path": file["path"], "base64Content": file["base64Content"]} for file in files]


def _draft_files(files: Mapping[str, str], url: str) -> Iterator[SkeletonFile]:
    if is_elsewhere(url):
        raise SkeletonError(f"{url}: a dry run reads only the files that it was given.")
    folder = checked_path(str(PurePosixPath(url)), parameter="url")
    found = False
    for path, content in sorted(files.items()):
        inside = path == folder or not folder or path.startswith(f"{folder}/")
        if inside:
            found = True
            name = PurePosixPath(path).name if path == folder else path.removeprefix(f"{folder}/")
            yield SkeletonFile(name, False, base64.b64decode(content))
    if not found:
        raise SkeletonError(f"{url}: there is no such file among directoryContents.")
