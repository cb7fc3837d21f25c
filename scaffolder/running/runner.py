"""Working on one claimed task: what it is for decides how; here, its steps in order, each recorded."""

import json
import logging
from typing import Any

from portal.logs import hiding
from scaffolder.actions import find_action
from scaffolder.actions.action import Action, ActionError
from scaffolder.authoring.dry_runs import DryRunAttempt
from scaffolder.models import EffectRecord, LogLine, Step, Task
from scaffolder.running.attempt import Attempt
from scaffolder.running.context import StepContext
from scaffolder.running.heartbeat import Heartbeat
from scaffolder.running.journal import Journal
from scaffolder.running.leases import CancelRequested, Lease, LeaseLost
from scaffolder.running.lineage import record_lineage
from scaffolder.running.output import render_output
from scaffolder.running.parking import database_now
from scaffolder.running.planning import PlanAttempt, planned_effects
from scaffolder.running.recovery import recover
from scaffolder.running.steps import (
    StepFailed,
    condition_holds,
    failures_of,
    items_of,
    joined_outputs,
    rendered_input,
    runs_after_failure,
)
from scaffolder.running.undoing import UndoAttempt
from scaffolder.running.workspace import Workspace
from scaffolder.secrets.redaction import redacted, redacted_json
from scaffolder.templates.template import StepSpec

logger = logging.getLogger(__name__)


def run_claimed_task(lease: Lease) -> None:
    """Work on a claimed task until it ends, waits or is lost; a lost one is left to whoever took it."""
    workspace = Workspace(lease.task_uid)
    journal = Journal(lease, Task.objects.select_related("account").get(pk=lease.task_id))
    try:
        with Heartbeat(journal) as heartbeat:
            attempt = _attempt(journal, workspace, heartbeat)
            with hiding(lambda text: redacted(attempt.task, text)):
                attempt.run()
    except LeaseLost:
        logger.warning("lost lease of task %s: stopped", lease.task_uid)
        return
    if not attempt.is_handed_over:  # else the next worker goes on in the same folder
        workspace.remove()


def _attempt(journal: Journal, workspace: Workspace, heartbeat: Heartbeat) -> Attempt:
    kinds: dict[str, type[Attempt]] = {
        Task.Aim.PLAN: PlanAttempt,
        Task.Aim.DRY_RUN: DryRunAttempt,
        Task.Aim.UNDO: UndoAttempt,
    }
    return kinds.get(journal.task.aim, RunAttempt)(journal, workspace, heartbeat)


class RunAttempt(Attempt):
    """Runs the steps that earlier attempts have not finished."""

    def work(self) -> None:
        self.error = ""
        self.has_acted = False
        self.was_harmless = True
        self._check_plan()
        rows = list(Step.objects.filter(task=self.task).order_by("position"))
        strategy = self.spec.get("recovery", "")
        recover(strategy, rows, journal=self.journal, workspace=self.workspace)
        existed = self.workspace.open()
        self._announce(rows)
        for spec in self.steps:
            self.scene.outputs[spec.id] = {"output": {}}
        for spec, row in zip(self.steps, rows, strict=True):
            if row.status in (Step.Status.COMPLETED, Step.Status.SKIPPED):
                self._restore(spec, row, existed=existed)
            elif row.status == Step.Status.FAILED:
                self.error = self.error or f"Step {spec.id}: {row.error}"
            elif not self.error or runs_after_failure(spec):
                self._run_step(spec, row)
        if self.error:
            raise StepFailed(self.error)
        self.renderer.start_over()
        output, warnings = render_output(self.spec["output"], self.scene.context(), self.renderer)
        for warning in warnings:
            self.journal.say(warning, level=LogLine.Level.WARNING)
        self.journal.complete(output)

    def _announce(self, rows: list[Step]) -> None:
        if self.was_parked:
            return
        if any(row.status != Step.Status.OPEN for row in rows):
            again = f"Going on with the task, attempt {self.task.attempts}"
            self.journal.say(again, level=LogLine.Level.WARNING)
        else:
            self.journal.say(f"Starting up task with {len(self.steps)} steps")

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
            self.renderer.start_over()
            with failures_of(spec):
                self._perform(spec, action)

    def _run_step(self, spec: StepSpec, row: Step) -> None:
        self.heartbeat.check_between_steps()
        action = find_action(spec.action)
        self._begin(row, is_harmless=action is not None and action.runs_dry)
        self.heartbeat.limit_step(spec.id, spec.timeout, spent=self._spent(row))
        self.renderer.start_over()
        try:
            with failures_of(spec):
                if not condition_holds(spec, self.scene, self.renderer, failed=bool(self.error)):
                    self.journal.skip(row)
                    return
                if action is None:
                    raise StepFailed(f"the action {spec.action} is no longer installed.")
                given = self._perform(spec, action)
                output = redacted_json(self.task, given)
        except StepFailed as failure:
            self._fail(spec, row, str(failure))
            return
        finally:
            self.heartbeat.limit_step(spec.id, None)
        self.scene.outputs[spec.id] = {"output": output}
        if self.has_acted:
            record_lineage(self.journal, spec.id, self.workspace)
        self.journal.finish(row, output)

    def _begin(self, row: Step, *, is_harmless: bool) -> None:
        """Before anything may change outside, what came before is written; then the task may be cancelled.

        A step that changes nothing outside is simply done again, should its worker die with that unwritten.
        """
        if not self._goes_on(row):
            self.journal.begin(row)
        if not (is_harmless and self.was_harmless):
            self.journal.write()
            if self.journal.is_cancelled:
                raise CancelRequested
        self.was_harmless, self.has_acted = is_harmless, False

    def _goes_on(self, row: Step) -> bool:
        """Whether the step has begun already, and the task was parked in it."""
        return self.was_parked and row.status == Step.Status.PROCESSING

    def _spent(self, row: Step) -> float:
        """Seconds of the step's time that are over."""
        if not self._goes_on(row) or row.started_at is None:
            return 0
        return (database_now() - row.started_at).total_seconds()

    def _perform(self, spec: StepSpec, action: Action) -> dict[str, Any]:
        """The step once, or once for each item; then every output is the list of theirs."""
        scope = self.scene.context_of(spec.scopes, self.renderer)
        values = {**scope, "secrets": self.vault.handles()}
        if spec.each is None:
            return self._act(spec, action, values=values, place=spec.id)
        outputs = []
        for key, value in items_of(spec, values, self.renderer).items():
            each = {**values, "each": {"key": key, "value": value}}
            outputs.append(self._act(spec, action, values=each, place=f"{spec.id}/{key}"))
        return joined_outputs(outputs)

    def _act(self, spec: StepSpec, action: Action, *, values: dict[str, Any], place: str) -> dict[str, Any]:
        self.heartbeat.check()
        given = rendered_input(spec, action, values, self.renderer, self.vault)
        context = StepContext(
            journal=self.journal,
            heartbeat=self.heartbeat,
            step_id=spec.id,
            mark=f"{self.task.uid}/{place}",
            actor=self.actor,
            workspace=self.workspace,
            renderer=self.renderer,
            files=self.files,
            origin=spec.origin,
            vault=self.vault,
        )
        try:
            return action.run(given, context)
        except ActionError as error:
            context.wait_on(error)
            raise
        finally:
            self.has_acted = self.has_acted or context.has_acted

    def _fail(self, spec: StepSpec, row: Step, message: str) -> None:
        """The step has failed; those after it that ask for it (`failure()`, `always()`) still run."""
        self.error = self.error or f"Step {spec.id}: {message}"
        self.journal.fail(row, message)
        self.journal.write()
        if self.journal.is_cancelled:
            raise CancelRequested
