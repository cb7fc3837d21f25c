"""What people decide about a task that is there: cancel, retry, undo, approve, reject."""

import json
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models.functions import Now

from portal.accounts.models import Account
from portal.accounts.permissions import require_scope
from portal.accounts.principal import Principal
from portal.audit.services import operation
from portal.rest.errors import Conflict, Denied, Hidden, NotFound
from scaffolder.models import Approval, EffectRecord, LogLine, Step, Task
from scaffolder.permissions import may_approve, require_use
from scaffolder.running.attempt import SCOPE
from scaffolder.running.leases import end_task, notify, write_log
from scaffolder.running.wake import wake_workers_on_commit
from scaffolder.secrets.vault import InvalidSecrets, sealed_secrets
from scaffolder.selectors import get_task
from scaffolder.services import check_queue, check_secrets, get_template
from scaffolder.templates.parameters import check_parameters
from scaffolder.templates.template import Template

MAX_COMMENT = 2000


def cancel_task(uid: UUID | None, *, actor: Principal) -> Task:
    """Ask for a task to be cancelled: at once where nobody works on it, else before its next effect.

    Cancelling an ended task changes nothing.
    """
    with operation("task.cancel", actor=actor, target=f"task:{uid}") as now:
        task = _own_task(uid, actor)
        now.namespace = task.namespace
        if task.status in (Task.Status.OPEN, Task.Status.WAITING, Task.Status.PARKED):
            write_log(task, "The task has been cancelled while it waited.")
            end_task(task, Task.Status.CANCELLED)
        elif task.status == Task.Status.PROCESSING and not task.cancel_requested:
            task.cancel_requested = True
            task.save(update_fields=["cancel_requested"])
            write_log(task, "The task is being cancelled.")
            notify(task.uid)
    task.refresh_from_db()
    return task


def retry_task(uid: UUID | None, *, actor: Principal, parameters: Any = None, secrets: Any = None) -> Task:
    """Go on with a failed or cancelled task from the step that failed, with the same or other parameters.

    Finished steps are not done again, except where the task was undone: then it starts over. Secrets that the
    task had are gone and must be given again. Raises Conflict (TASK_NOT_RETRYABLE, TEMPLATE_CHANGED),
    InvalidParameters, InvalidSecrets, Denied, TooMany and NotFound.
    """
    with operation("task.retry", actor=actor, target=f"task:{uid}") as now:
        task = _own_task(uid, actor)
        account = Account.objects.select_for_update().get(pk=task.account_id)
        now.namespace = task.namespace
        if task.status not in (Task.Status.FAILED, Task.Status.CANCELLED):
            raise Conflict(
                f"This task is {task.status}; only a failed or cancelled one can be retried.",
                code="TASK_NOT_RETRYABLE",
            )
        spec = json.loads(task.spec)
        actions = (step["action"] for step in spec["steps"])
        require_use(actor, task.template_ref, actions, spec.get("tags", ()))
        check_queue(account)
        if parameters is not None:
            template = _pinned_template(task, actor)
            task.parameters = json.dumps(check_parameters(template.pages, parameters), ensure_ascii=False)
        _give_secrets(task, spec, secrets, actor)
        needs_plan = bool(task.approvers) and (parameters is not None or not task.plan_hash)
        _reopen(task, Task.Aim.PLAN if needs_plan else Task.Aim.RUN, actor)
        steps = Step.objects.filter(task=task)
        if not EffectRecord.objects.filter(task=task, state=EffectRecord.State.UNDONE).exists():
            steps = steps.exclude(status__in=(Step.Status.COMPLETED, Step.Status.SKIPPED))
        steps.update(status=Step.Status.OPEN, error="", started_at=None, finished_at=None)
        LogLine.objects.filter(task=task).update(kind=LogLine.Kind.LOG)  # its end was not the end
        write_log(task, f"Retried by {actor.label}")
    task.refresh_from_db()
    return task


def undo_task(uid: UUID | None, *, actor: Principal, secrets: Any = None) -> Task:
    """Take back what a failed or cancelled task has made, last thing first; asked again, go on with the rest.

    Raises Conflict (NOTHING_TO_UNDO), InvalidSecrets and NotFound.
    """
    with operation("task.undo", actor=actor, target=f"task:{uid}") as now:
        task = _own_task(uid, actor)
        now.namespace = task.namespace
        if not can_undo(
            task, left=EffectRecord.objects.filter(task=task, state__in=EffectRecord.LEFTOVERS).exists()
        ):
            raise Conflict(
                "There is nothing to take back: the task has not failed, or nothing of it is left.",
                code="NOTHING_TO_UNDO",
            )
        _give_secrets(task, json.loads(task.spec), secrets, actor)
        _reopen(task, Task.Aim.UNDO, actor)
        LogLine.objects.filter(task=task).update(kind=LogLine.Kind.LOG)
        write_log(task, f"Undo asked for by {actor.label}")
    task.refresh_from_db()
    return task


def can_undo(task: Task, *, left: bool) -> bool:
    return left and task.status in (Task.Status.FAILED, Task.Status.CANCELLED)


def approve_task(uid: UUID | None, *, actor: Principal, plan_hash: str, comment: str = "") -> Task:
    """Agree to the plan with that hash; when enough people have, the task runs.

    Raises Conflict (PLAN_CHANGED, TASK_NOT_WAITING, ALREADY_DECIDED), Denied and NotFound.
    """
    with operation("task.approve", actor=actor, target=f"task:{uid}") as now:
        task = _waiting_task(uid, actor, plan_hash)
        now.namespace, now.detail = task.namespace, {"planHash": plan_hash}
        _decide(task, Approval.Verdict.APPROVED, actor, comment)
        given = Approval.objects.filter(task=task, plan_hash=plan_hash).count()
        if given >= task.approvals_needed:
            task.status = Task.Status.OPEN
            task.save(update_fields=["status"])
            wake_workers_on_commit()
        notify(task.uid)
    task.refresh_from_db()
    return task


def reject_task(uid: UUID | None, *, actor: Principal, plan_hash: str, comment: str = "") -> Task:
    """Refuse the plan with that hash: the task is cancelled. Raises what `approve_task` raises."""
    with operation("task.reject", actor=actor, target=f"task:{uid}") as now:
        task = _waiting_task(uid, actor, plan_hash)
        now.namespace, now.detail = task.namespace, {"planHash": plan_hash}
        _decide(task, Approval.Verdict.REJECTED, actor, comment)
        because = f": {comment}" if comment else ""
        end_task(task, Task.Status.CANCELLED, error=f"Rejected by {actor.label}{because}")
    task.refresh_from_db()
    return task


def end_unapproved_tasks() -> int:
    """Cancel what has waited for approval for too long; how many there were."""
    count = 0
    late = Now() - settings.TASK_APPROVAL_TIME
    for pk in Task.objects.filter(status=Task.Status.WAITING, planned_at__lt=late).values_list(
        "pk", flat=True
    ):
        with operation("task.expire", actor=Principal(account=None), target=f"task:{pk}") as now:
            task = Task.objects.select_for_update().get(pk=pk)
            now.target, now.namespace = f"task:{task.uid}", task.namespace
            if task.status == Task.Status.WAITING:
                end_task(task, Task.Status.CANCELLED, error="Nobody approved the plan in time.")
                count += 1
    return count


def _own_task(uid: UUID | None, actor: Principal) -> Task:
    """The row, locked. Another's task is answered like a missing one; that somebody tried is recorded."""
    require_scope(actor, SCOPE)
    try:
        task = get_task(uid, viewer=actor)
    except NotFound as missing:
        if uid is None or not Task.objects.filter(uid=uid).exists():
            raise
        raise Hidden(missing.message, reason="the task of another account", code=missing.code) from None
    if not actor.is_admin and task.account != actor.account:
        raise Denied("This is the task of another account: only they and administrators may do this.")
    return Task.objects.select_for_update().get(pk=task.pk)


def _waiting_task(uid: UUID | None, actor: Principal, plan_hash: str) -> Task:
    require_scope(actor, SCOPE)
    task = Task.objects.select_for_update().get(pk=get_task(uid, viewer=actor).pk)
    if task.status != Task.Status.WAITING:
        raise Conflict("This task does not wait for approval.", code="TASK_NOT_WAITING")
    if not may_approve(actor, task):
        who = "whoever asked for it" if actor.account == task.account else "you"
        raise Denied(f"This plan is approved by {', '.join(task.approvers)}, not by {who}.")
    if task.plan_hash != plan_hash:
        raise Conflict("The plan has changed: read it again and decide.", code="PLAN_CHANGED")
    return task


def _decide(task: Task, verdict: Approval.Verdict, actor: Principal, comment: str) -> None:
    _, is_new = Approval.objects.get_or_create(
        task=task,
        account=actor.account,
        plan_hash=task.plan_hash,
        defaults={"by": actor.label, "verdict": verdict, "comment": comment[:MAX_COMMENT]},
    )
    if not is_new:
        raise Conflict("You have decided about this plan already.", code="ALREADY_DECIDED")
    because = f": {comment}" if comment else ""
    write_log(task, f"{verdict.label} by {actor.label}{because}")


def _pinned_template(task: Task, actor: Principal) -> Template:
    template, _ = get_template(task.template_ref, viewer=actor)
    if template.hash != task.template_hash:
        raise Conflict(
            "The template has changed since this run: run it anew, or retry with the same values.",
            code="TEMPLATE_CHANGED",
        )
    return template


def _give_secrets(task: Task, spec: dict[str, Any], given: Any, actor: Principal) -> None:
    lacking = sorted(set(spec.get("secretNames", ())) - set(given if isinstance(given, dict) else ()))
    if lacking:
        raise InvalidSecrets(f"Give the secrets again: {', '.join(lacking)}.", path=("secrets",))
    if given:
        try:
            schema = _pinned_template(task, actor).secrets_schema
        except Conflict:
            schema = {}
        task.secrets = sealed_secrets(check_secrets(schema, given))


def _reopen(task: Task, aim: Task.Aim, actor: Principal) -> None:
    """Whoever asks takes the task on: it goes on with the rights and the credential they have now."""
    task.status, task.aim = Task.Status.OPEN, aim
    task.cancel_requested, task.attempts, task.error, task.output = False, 0, "", "{}"
    task.finished_at, task.due_at, task.awaits_until = None, None, None
    task.awaits, task.awaits_mark, task.waited = "", "", "[]"
    if actor.account == task.account:
        task.scopes = sorted(actor.scopes) if actor.scopes is not None else None
        task.token_id = actor.token_id
        task.credential_stamp = actor.account.credential_stamp()
    task.save()
    wake_workers_on_commit()
