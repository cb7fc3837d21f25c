"""Working on one claimed task: what it is for decides how; here, its steps in order, each recorded."""

import json
import logging
from typing import Any

from django.db.models.functions import Now

from portal.logs import hiding
from scaffolder.actions import find_action
from scaffolder.actions.action import Action
from scaffolder.authoring.dry_runs import DryRunAttempt
from scaffolder.models import EffectRecord, LogLine, Step, Task
from scaffolder.renderer.process import Renderer
from scaffolder.running.attempt import Attempt
from scaffolder.running.context import StepContext
from scaffolder.running.heartbeat import Heartbeat
from scaffolder.running.leases import CancelRequested, Lease, LeaseLost, holding, write_log
from scaffolder.running.lineage import record_lineage
from scaffolder.running.output import render_output
from scaffolder.running.planning import PlanAttempt, planned_effects
from scaffolder.running.steps import (
    StepFailed,
    condition_holds,
    failures_of,
    items_of,
    joined_outputs,
    rendered_input,
    runs_after_failure,
)
from scaffolder.running.stopping import is_stopping
from scaffolder.running.undoing import UndoAttempt
from scaffolder.running.workspace import Workspace
from scaffolder.secrets.redaction import redacted, redacted_json
from scaffolder.templates.template import StepSpec

logger = logging.getLogger(__name__)


def run_claimed_task(lease: Lease) -> None:
    """Work on a claimed task until it ends, waits or is lost; a lost one is left to whoever took it."""
    workspace = Workspace(lease.task_uid)
    try:
        with Heartbeat(lease) as heartbeat:
            attempt = _attempt(lease, workspace, heartbeat)
            with hiding(lambda text: redacted(attempt.task, text)):
                attempt.run()
    except LeaseLost:
        logger.warning("lost lease of task %s: stopped", lease.task_uid)
        return
    if not attempt.is_handed_over:  # else the next worker goes on in the same folder
        workspace.remove()


def _attempt(lease: Lease, workspace: Workspace, heartbeat: Heartbeat) -> Attempt:
    kinds: dict[str, type[Attempt]] = {
        Task.Aim.PLAN: PlanAttempt,
        Task.Aim.DRY_RUN: DryRunAttempt,
        Task.Aim.UNDO: UndoAttempt,
    }
    task = Task.objects.select_related("account").get(pk=lease.task_id)
    return kinds.get(task.aim, RunAttempt)(task, lease, workspace, heartbeat)


class RunAttempt(Attempt):
    """Runs the steps that earlier attempts have not finished."""

    def work(self) -> None:
        self.error = ""
        self._check_plan()
        existed = self.workspace.open()
        rows = list(Step.objects.filter(task=self.task).order_by("position"))
        self._announce(rows)
        for spec in self.steps:
            self.scene.outputs[spec.id] = {"output": {}}
        self.begun: set[int] = set()
        following: list[Step | None] = [*rows[1:], None]
        for spec, row, after in zip(self.steps, rows, following, strict=True):
            if row.status in (Step.Status.COMPLETED, Step.Status.SKIPPED):
                self._restore(spec, row, existed=existed)
            elif row.status == Step.Status.FAILED:
                self.error = self.error or f"Step {spec.id}: {row.error}"
            elif not self.error or runs_after_failure(spec):
                self._run_step(spec, row, after)
        if self.error:
            raise StepFailed(self.error)
        with Renderer() as renderer:
            output, warnings = render_output(self.spec["output"], self.scene.context(), renderer)
        for warning in warnings:
            self.log(warning, level=LogLine.Level.WARNING)
        self.end(Task.Status.COMPLETED, output=output)

    def _announce(self, rows: list[Step]) -> None:
        if any(row.status != Step.Status.OPEN for row in rows):
            again = f"Going on with the task, attempt {self.task.attempts}"
            self.log(again, level=LogLine.Level.WARNING)
        else:
            self.log(f"Starting up task with {len(self.steps)} steps")

    def _check_plan(self) -> None:
        """What people approved must still be what would happen; asked once, before the first effect."""
        if not self.task.plan_hash or EffectRecord.objects.filter(task=self.task).exists():
            return
        before = json.loads(self.task.plan)
        now, plan_hash = planned_effects(self)
        if plan_hash != self.task.plan_hash:
            told = {f"{effect['verb']} {effect['target']}" for effect in before}
            seen = {f"{effect['verb']} {effect['target']}" for effect in now}
            which = ", ".join(sorted(told ^ seen)) or "what is there already, or is going to be set"
            raise StepFailed(
                "The world is not as it was when the plan was approved, so nothing was changed. "
                f"Different: {which}."
            )

    def _restore(self, spec: StepSpec, row: Step, *, existed: bool) -> None:
        """A step of an earlier attempt: its output, and its files where the workspace is gone."""
        self.scene.outputs[spec.id] = {"output": json.loads(row.output)}
        action = find_action(spec.action)
        if not existed and row.status == Step.Status.COMPLETED and action and action.fills_workspace:
            with failures_of(spec), Renderer() as renderer:
                self._perform(spec, action, renderer)

    def _run_step(self, spec: StepSpec, row: Step, after: Step | None) -> None:
        self.heartbeat.check_between_steps()
        if row.pk not in self.begun:
            with holding(self.lease) as task:
                _begin(task, row)
        self.heartbeat.limit_step(spec.id, spec.timeout)
        try:
            with failures_of(spec), Renderer() as renderer:
                if not condition_holds(spec, self.scene, renderer, failed=bool(self.error)):
                    self._finish(row, Step.Status.SKIPPED, {}, after)
                    return
                given = self._perform(spec, _installed(spec), renderer)
                output = redacted_json(self._fresh(), given)
        except StepFailed as failure:
            self._fail(spec, row, str(failure))
            return
        finally:
            self.heartbeat.limit_step(spec.id, None)
        self.scene.outputs[spec.id] = {"output": output}
        record_lineage(self.lease, spec.id, self.workspace)
        self._finish(row, Step.Status.COMPLETED, output, after)

    def _fresh(self) -> Task:
        """The task with the secrets that its actions have added."""
        if not self.vault.entries:
            return self.task
        return Task.objects.only("uid", "secrets").get(pk=self.task.pk)

    def _perform(self, spec: StepSpec, action: Action, renderer: Renderer) -> dict[str, Any]:
        """The step once, or once for each item; then every output is the list of theirs."""
        scope = self.scene.context_of(spec.scopes, renderer)
        values = {**scope, "secrets": self.vault.handles()}
        if spec.each is None:
            return self._act(spec, action, renderer, values=values, place=spec.id)
        outputs = []
        for key, value in items_of(spec, values, renderer).items():
            each = {**values, "each": {"key": key, "value": value}}
            outputs.append(self._act(spec, action, renderer, values=each, place=f"{spec.id}/{key}"))
        return joined_outputs(outputs)

    def _act(
        self, spec: StepSpec, action: Action, renderer: Renderer, *, values: dict[str, Any], place: str
    ) -> dict[str, Any]:
        self.heartbeat.check()
        given = rendered_input(spec, action, values, renderer, self.vault)
        context = StepContext(
            lease=self.lease,
            heartbeat=self.heartbeat,
            step_id=spec.id,
            mark=f"{self.task.uid}/{place}",
            actor=self.actor,
            workspace=self.workspace,
            renderer=renderer,
            template_ref=spec.origin or self.task.template_ref,
            vault=self.vault,
        )
        return action.run(given, context)

    def _finish(self, row: Step, status: Step.Status, output: dict[str, Any], after: Step | None) -> None:
        """Record the step, and in the same transaction that the next one begins, where nothing is amiss."""
        message = f"Finished step {row.name}"
        if status == Step.Status.SKIPPED:
            message = f"Skipping step {row.step_id} because its if condition was false"
        with holding(self.lease, even_cancelled=True) as task:
            text = json.dumps(output, ensure_ascii=False)
            Step.objects.filter(pk=row.pk).update(status=status, output=text, finished_at=Now())
            if task.attempts != 1:
                Task.objects.filter(pk=task.pk).update(attempts=1)
            write_log(task, message, step_id=row.step_id, status=status)
            amiss = self.error or task.cancel_requested or is_stopping()
            if after is not None and after.status == Step.Status.OPEN and not amiss:
                _begin(task, after)
                self.begun.add(after.pk)

    def _fail(self, spec: StepSpec, row: Step, message: str) -> None:
        """The step has failed; those after it that ask for it (`failure()`, `always()`) still run."""
        self.error = self.error or f"Step {spec.id}: {message}"
        with holding(self.lease, even_cancelled=True) as task:
            Step.objects.filter(pk=row.pk).update(
                status=Step.Status.FAILED, error=redacted(task, message), finished_at=Now()
            )
            level = LogLine.Level.ERROR
            write_log(task, message, step_id=spec.id, level=level, status=Step.Status.FAILED)
            cancelled = task.cancel_requested
        if cancelled:
            raise CancelRequested


def _begin(task: Task, row: Step) -> None:
    Step.objects.filter(pk=row.pk).update(status=Step.Status.PROCESSING, started_at=Now(), error="")
    message = f"Beginning step {row.name}"
    write_log(task, message, step_id=row.step_id, status=Step.Status.PROCESSING)


def _installed(spec: StepSpec) -> Action:
    action = find_action(spec.action)
    if action is None:
        raise StepFailed(f"the action {spec.action} is no longer installed.")
    return action
