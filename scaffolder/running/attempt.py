"""One attempt at a task: what running, planning and undoing it have in common."""

import json
from typing import Any

from catalog.selectors import get_entity
from portal.accounts.credentials import resume
from portal.accounts.principal import Principal
from portal.encryption import Undecryptable
from portal.rest.errors import Denied, PortalError
from scaffolder.models import LogLine, Task
from scaffolder.permissions import require_use
from scaffolder.running.heartbeat import HandOver, Heartbeat, TimeExceeded
from scaffolder.running.leases import CancelRequested, Lease, end_task, give_back, holding, write_log
from scaffolder.running.steps import Scene, StepFailed, step_specs
from scaffolder.running.workspace import Workspace
from scaffolder.secrets.vault import Vault

SCOPE = "scaffolder:run"


class Attempt:
    """Ends its task in exactly one way, unless the lease is lost or given back."""

    def __init__(self, task: Task, lease: Lease, workspace: Workspace, heartbeat: Heartbeat) -> None:
        self.lease = lease
        self.workspace = workspace
        self.heartbeat = heartbeat
        self.task = task
        self.is_handed_over = False
        self.spec = json.loads(self.task.spec)
        self.steps = step_specs(self.spec["steps"])
        self.vault = Vault()

    def run(self) -> None:
        try:
            self.actor = self._submitter()
            self.vault = self._open_vault()
            self.scene = self._scene()
            self.work()
        except CancelRequested:
            self.end(Task.Status.CANCELLED)
        except (StepFailed, TimeExceeded) as error:
            self.end(Task.Status.FAILED, error=str(error))
        except HandOver:
            self.log("The worker is stopping: another one goes on.")
            give_back(self.lease)
            self.is_handed_over = True

    def work(self) -> None:
        raise NotImplementedError

    def end(self, status: Task.Status, *, error: str = "", output: dict[str, Any] | None = None) -> None:
        with holding(self.lease, even_cancelled=True) as task:
            end_task(task, status, error=error, output=output)

    def log(self, message: str, *, step_id: str = "", level: str = LogLine.Level.INFO) -> None:
        with holding(self.lease, even_cancelled=True) as task:
            for line in message.splitlines() or [""]:
                write_log(task, line, step_id=step_id, level=level)

    def _submitter(self) -> Principal:
        """Whoever ran the template, if they still may run it and use its actions."""
        task = self.task
        now = resume(task.account, token_id=task.token_id, stamp=_stamp(task))
        if now is None or not now.has_scope(SCOPE):
            raise StepFailed(
                "The account or the token that ran the template is not good any more: run it again."
            )
        try:
            if task.aim != Task.Aim.DRY_RUN:  # a draft is not in the catalog
                get_entity(task.template_ref, viewer=now)
            require_use(now, task.template_ref, (step.action for step in self.steps))
        except Denied as error:
            raise StepFailed(error.message) from None
        except PortalError as error:
            raise StepFailed(f"The template cannot be run any more: {error.message}") from None
        return now

    def _open_vault(self) -> Vault:
        try:
            return Vault.of(self.task)
        except Undecryptable:
            raise StepFailed("The task's secrets cannot be read any more: run it again with them.") from None

    def _scene(self) -> Scene:
        entity = None
        if self.actor.user_ref:
            try:
                entity = json.loads(get_entity(self.actor.user_ref, viewer=self.actor).document)
            except PortalError:
                entity = None
        return Scene(
            parameters=json.loads(self.task.parameters),
            parameter_names=self.spec["parameterNames"],
            user_ref=self.actor.user_ref,
            user_entity=entity,
            task_id=str(self.task.uid),
        )


def _stamp(task: Task) -> str:
    """Tasks that were accepted before there were stamps have none."""
    return task.credential_stamp or task.account.credential_stamp()
