"""Working on one claimed task: its steps in order, each recorded before and after."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.models.functions import Now

from catalog.selectors import get_entity
from portal.accounts.credentials import resume
from portal.accounts.principal import Principal
from portal.encryption import Undecryptable
from portal.logs import hiding
from portal.rest.errors import PortalError
from scaffolder.actions import find_action
from scaffolder.actions.action import Action, ActionError
from scaffolder.context import StepContext
from scaffolder.heartbeat import Heartbeat, TimeExceeded
from scaffolder.leases import CancelRequested, Lease, LeaseLost, end_task, holding, write_log
from scaffolder.models import LogLine, Step, Task
from scaffolder.output import render_output
from scaffolder.redaction import redacted, redacted_json
from scaffolder.renderer.process import Renderer, RenderError
from scaffolder.services import SCOPE
from scaffolder.skeletons import SkeletonError
from scaffolder.templates import StepSpec, input_mistakes
from scaffolder.vault import Vault, misplaced_secrets
from scaffolder.workspace import Workspace, WorkspaceError

logger = logging.getLogger(__name__)

EXPECTED = (ActionError, RenderError, WorkspaceError, SkeletonError)


class StepFailed(Exception):
    """A step cannot be done; the message is for the person who ran the template."""


def run_claimed_task(lease: Lease) -> None:
    """Work on a claimed task until it ends or is lost; a lost one is left to whoever took it."""
    workspace = Workspace(lease.task_uid)
    try:
        with Heartbeat(lease) as heartbeat:
            run = TaskRun(lease, workspace, heartbeat)
            with hiding(lambda text: redacted(run.task, text)):
                run.run()
    except LeaseLost:
        logger.warning("lost lease of task %s: stopped", lease.task_uid)
        return
    workspace.remove()


class TaskRun:
    """One attempt at a task."""

    def __init__(self, lease: Lease, workspace: Workspace, heartbeat: Heartbeat) -> None:
        self.lease = lease
        self.workspace = workspace
        self.heartbeat = heartbeat
        self.task = Task.objects.select_related("account").get(pk=lease.task_id)
        self.spec = json.loads(self.task.spec)
        self.steps = [_step_spec(step) for step in self.spec["steps"]]
        self.actor = submitter(self.task)

    def run(self) -> None:
        """Ends the task in exactly one way, unless the lease is lost."""
        try:
            self._run_steps()
            with Renderer() as renderer:
                output, warnings = render_output(self.spec["output"], self.context(), renderer)
            self._end(Task.Status.COMPLETED, output=output, warnings=warnings)
        except CancelRequested:
            self._end(Task.Status.CANCELLED)
        except (StepFailed, TimeExceeded) as error:
            self._end(Task.Status.FAILED, error=str(error))

    def _run_steps(self) -> None:
        self._check_rights()
        self._open_vault()
        existed = self.workspace.open()
        with holding(self.lease) as task:
            if task.attempts == 1:
                write_log(task, f"Starting up task with {len(self.steps)} steps")
            else:
                write_log(task, f"Taking over the task, attempt {task.attempts}", level=LogLine.Level.WARNING)
        rows = list(Step.objects.filter(task=self.task).order_by("position"))
        self.outputs: dict[str, Any] = {step.id: {"output": {}} for step in self.steps}
        for spec, row in zip(self.steps, rows, strict=True):
            if row.status in (Step.Status.COMPLETED, Step.Status.SKIPPED):
                self._restore(spec, row, existed=existed)
            else:
                self._run_step(spec, row)

    def _open_vault(self) -> None:
        try:
            self.vault = Vault.of(self.task)
        except Undecryptable:
            raise StepFailed("The task's secrets cannot be read any more: run it again with them.") from None

    def _restore(self, spec: StepSpec, row: Step, *, existed: bool) -> None:
        """A step of an earlier attempt: its output, and its files where the workspace is gone."""
        self.outputs[spec.id] = {"output": json.loads(row.output)}
        action = find_action(spec.action)
        if not existed and row.status == Step.Status.COMPLETED and action and action.fills_workspace:
            with self._failures(spec), Renderer() as renderer:
                self._perform(spec, action, renderer)

    def _run_step(self, spec: StepSpec, row: Step) -> None:
        with holding(self.lease) as task:
            Step.objects.filter(pk=row.pk).update(status=Step.Status.PROCESSING, started_at=Now(), error="")
            write_log(task, f"Beginning step {spec.name}", step_id=spec.id)
        action = find_action(spec.action)
        if action is None:
            raise StepFailed(f"Step {spec.id}: the action {spec.action} is no longer installed.")
        with self._failures(spec), Renderer() as renderer:
            if not self._applies(spec, renderer):
                self._finish(spec, row, Step.Status.SKIPPED, {})
                return
            output = redacted_json(self.task, self._perform(spec, action, renderer))
        self.outputs[spec.id] = {"output": output}
        self._finish(spec, row, Step.Status.COMPLETED, output)

    def _applies(self, spec: StepSpec, renderer: Renderer) -> bool:
        if spec.condition is None:
            return True
        return bool(renderer.render_value(spec.condition, self.context(), where=f"steps.{spec.id}.if"))

    def _perform(self, spec: StepSpec, action: Action, renderer: Renderer) -> dict[str, Any]:
        """The step once, or once for each item; then every output is the list of theirs."""
        values = {**self.context(), "secrets": self.vault.handles()}
        if spec.each is None:
            return self._act(spec, action, renderer, values=values, place=spec.id)
        items = renderer.render_value(spec.each, values, where=f"steps.{spec.id}.each")
        if isinstance(items, list):
            items = {str(key): item for key, item in enumerate(items)}
        if not isinstance(items, dict):
            raise ActionError("each: it must give a list or an object.")
        outputs = []
        for key, value in items.items():
            each = {**values, "each": {"key": key, "value": value}}
            outputs.append(self._act(spec, action, renderer, values=each, place=f"{spec.id}/{key}"))
        keys = dict.fromkeys(key for output in outputs for key in output)
        return {key: [output.get(key) for output in outputs] for key in keys}

    def _act(
        self, spec: StepSpec, action: Action, renderer: Renderer, *, values: dict[str, Any], place: str
    ) -> dict[str, Any]:
        self.heartbeat.check()
        rendered = renderer.render_value(spec.input, values, where=f"steps.{spec.id}.input")
        given = {key: value for key, value in rendered.items() if value is not None}
        for key, message in input_mistakes(given, action.input_schema, rendered=True):
            raise ActionError(f"input{key}: {message}")
        for where, name in misplaced_secrets(given, action.input_schema, self.vault):
            raise ActionError(
                f"input.{where}: the secret {name} may not go there; {action.id} would show it."
            )
        context = StepContext(
            lease=self.lease,
            heartbeat=self.heartbeat,
            step_id=spec.id,
            mark=f"{self.task.uid}/{place}",
            actor=self.actor,
            workspace=self.workspace,
            renderer=renderer,
            template_ref=self.task.template_ref,
            vault=self.vault,
        )
        return action.run(given, context)

    def context(self) -> dict[str, Any]:
        """What expressions see. Parameters that the template asks for and nobody gave are null."""
        given = json.loads(self.task.parameters)
        user = {"ref": self.actor.user_ref, "entity": self._user_entity}
        return {
            "parameters": {**dict.fromkeys(self.spec["parameterNames"]), **given},
            "steps": self.outputs,
            "user": user,
            "context": {"task": {"id": str(self.task.uid)}},
            "environment": {"parameters": {}},
        }

    def _check_rights(self) -> None:
        """Whoever submitted the task may still run this template."""
        self._user_entity = None
        task = self.task
        now = resume(task.account, token_id=task.token_id, stamp=_stamp(task))
        if now is None or not now.has_scope(SCOPE):
            raise StepFailed(
                "The account or the token that ran the template is not good any more: run it again."
            )
        try:
            get_entity(self.task.template_ref, viewer=self.actor)
        except PortalError as error:
            raise StepFailed(f"The template cannot be run any more: {error.message}") from None
        if self.actor.user_ref:
            try:
                self._user_entity = json.loads(get_entity(self.actor.user_ref, viewer=self.actor).document)
            except PortalError:
                self._user_entity = None

    def _finish(self, spec: StepSpec, row: Step, status: Step.Status, output: dict[str, Any]) -> None:
        message = f"Finished step {spec.name}"
        if status == Step.Status.SKIPPED:
            message = f"Skipping step {spec.id} because its if condition was false"
        with holding(self.lease, even_cancelled=True) as task:
            text = json.dumps(output, ensure_ascii=False)
            Step.objects.filter(pk=row.pk).update(status=status, output=text, finished_at=Now())
            write_log(task, message, step_id=spec.id)

    @contextmanager
    def _failures(self, spec: StepSpec) -> Iterator[None]:
        """Turns what goes wrong in a step into a sentence; what is not expected stays in the server's log."""
        try:
            yield
        except EXPECTED as error:
            self._fail(spec, str(error))
        except PortalError as error:
            self._fail(spec, error.message)
        except (CancelRequested, LeaseLost, StepFailed, TimeExceeded):
            raise
        except Exception:
            logger.exception("step %s (%s) of task %s", spec.id, spec.action, self.task.uid)
            self._fail(spec, f"the action {spec.action} failed unexpectedly; the server's log says why")

    def _fail(self, spec: StepSpec, message: str) -> None:
        with holding(self.lease, even_cancelled=True) as task:
            write_log(task, message, step_id=spec.id, level=LogLine.Level.ERROR)
        raise StepFailed(f"Step {spec.id}: {message}") from None

    def _end(
        self,
        status: Task.Status,
        *,
        error: str = "",
        output: dict[str, Any] | None = None,
        warnings: list[str] | None = None,
    ) -> None:
        with holding(self.lease, even_cancelled=True) as task:
            for warning in warnings or []:
                write_log(task, warning, level=LogLine.Level.WARNING)
            end_task(task, status, error=error, output=output)


def submitter(task: Task) -> Principal:
    """Whoever ran the template, with the scopes of the credential they used."""
    scopes = frozenset(task.scopes) if task.scopes is not None else None
    return Principal(account=task.account, scopes=scopes)


def _stamp(task: Task) -> str:
    """Tasks that were accepted before there were stamps have none."""
    return task.credential_stamp or task.account.credential_stamp()


def _step_spec(written: dict[str, Any]) -> StepSpec:
    return StepSpec(
        id=written["id"],
        name=written["name"],
        action=written["action"],
        input=written["input"],
        condition=written["if"],
        each=written["each"],
    )
