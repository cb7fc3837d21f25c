"""Planning a task: all its effects are computed, hashed and shown before any of them; then people decide."""

import hashlib
import json
import shutil
from typing import Any

from django.db.models.functions import Now

from catalog.permissions import users_below
from portal.notifications.services import Message, accounts_named, tell
from scaffolder.models import Task
from scaffolder.running.attempt import Attempt
from scaffolder.running.leases import notify, write_log
from scaffolder.running.rehearsal import Rehearsal
from scaffolder.running.telling import tell_of_plan
from scaffolder.running.workspace import Workspace
from scaffolder.secrets.redaction import redacted_json


class PlanAttempt(Attempt):
    """Computes the plan and leaves the task waiting; nobody works on it until it is approved."""

    def work(self) -> None:
        self.journal.say(f"Planning {len(self.steps)} steps: nothing is changed yet")
        effects, plan_hash = planned_effects(self)
        with self.journal.holding() as task:
            task.plan, task.plan_hash = json.dumps(effects, ensure_ascii=False), plan_hash
            task.status, task.aim = Task.Status.WAITING, Task.Aim.RUN
            task.lease_owner, task.lease_until, task.attempts = "", None, 0
            task.save()
            Task.objects.filter(pk=task.pk).update(planned_at=Now())
            for effect in effects:
                write_log(task, f"Would {effect['verb']} {effect['target']}", step_id=effect["stepId"])
            write_log(task, _waiting_for(task))
            _ask_for_approval(task)
            tell_of_plan(task)
            notify(task.uid)


def planned_effects(attempt: Attempt) -> tuple[list[dict[str, Any]], str]:
    """The effects that the task would have now, and the hash of all that is said about them.

    Raises StepFailed where a step would fail for certain.
    """
    workspace = Workspace(attempt.lease.task_uid, part="rehearsal")
    rehearsal = Rehearsal(
        scene=attempt.scene,
        steps=attempt.steps,
        actor=attempt.actor,
        workspace=workspace,
        vault=attempt.vault,
        files=attempt.files,
        mark=str(attempt.task.uid),
        check=attempt.heartbeat.check,
    )
    try:
        rehearsal.run()
    finally:
        shutil.rmtree(workspace.files, ignore_errors=True)
        attempt.scene.outputs = {}
    effects = redacted_json(attempt.task, [planned.as_json() for planned in rehearsal.effects])
    return effects, hashlib.sha256(json.dumps(effects, sort_keys=True).encode()).hexdigest()


def _ask_for_approval(task: Task) -> None:
    """Whoever may approve the plan is told; whoever asked for the run may not, and sees it waiting."""
    if task.approvers:
        title = f"{task.created_by} asks you to approve {task.template_title}"
        people = accounts_named(users_below(task.approvers))
        others = [account for account in people if account.pk != task.account_id]
        message = Message(title[:200], link=f"/tasks/{task.uid}", topic="approval")
        tell(message, others, origin="scaffolder", mark=f"{task.uid} {task.plan_hash}")


def _waiting_for(task: Task) -> str:
    if not task.approvers:
        return "The plan is ready: approve it to run it."
    people = ", ".join(task.approvers)
    return f"Waiting for {task.approvals_needed} approval{'s' * (task.approvals_needed > 1)} of {people}."
