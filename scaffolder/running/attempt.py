"""One attempt at a task: what running, planning and undoing it have in common."""

import json

from catalog.models import Entity
from catalog.selectors import get_entities_by_refs
from portal.accounts.credentials import resume
from portal.accounts.principal import Principal
from portal.encryption import Undecryptable
from portal.rest.errors import Denied
from scaffolder.models import Task
from scaffolder.permissions import require_use
from scaffolder.renderer.process import Renderer
from scaffolder.running.heartbeat import HandOver, Heartbeat, TimeExceeded
from scaffolder.running.journal import Journal
from scaffolder.running.leases import CancelRequested, end_task, give_back
from scaffolder.running.parking import Parked, park
from scaffolder.running.steps import Scene, StepFailed, step_specs
from scaffolder.running.workspace import Workspace
from scaffolder.secrets.vault import Vault
from scaffolder.templates.skeletons import TemplateFiles

SCOPE = "scaffolder:run"


class Attempt:
    """Ends its task in exactly one way, unless the lease is lost or given back."""

    def __init__(self, journal: Journal, workspace: Workspace, heartbeat: Heartbeat) -> None:
        self.journal = journal
        self.lease = journal.lease
        self.workspace = workspace
        self.heartbeat = heartbeat
        self.task = journal.task
        self.renderer = Renderer()
        self.is_handed_over = False
        self.was_parked = self.lease.was == Task.Status.PARKED
        """Whether it goes on where it waited, and not after something that went wrong."""
        self.spec = json.loads(self.task.spec)
        self.steps = step_specs(self.spec["steps"])
        self.vault = Vault()

    def run(self) -> None:
        with self.renderer:
            self._run()

    def _run(self) -> None:
        try:
            self.actor = self._submitter()
            entities = self._entities()
            self.files = TemplateFiles(self.task.template_ref, viewer=self.actor, known=entities)
            self.vault = self._open_vault()
            self.scene = self._scene(entities)
            self._work()
        except CancelRequested:
            self.end(Task.Status.CANCELLED)
        except (StepFailed, TimeExceeded) as error:
            self.end(Task.Status.FAILED, error=str(error))
        except HandOver:
            self.journal.say("The worker is stopping: another one goes on.")
            with self.journal.holding(even_cancelled=True) as task:
                give_back(task)
            self.is_handed_over = True

    def _work(self) -> None:
        try:
            self.work()
        except Parked as pause:
            with self.journal.holding() as task:
                park(task, pause)
            self.is_handed_over = True

    def work(self) -> None:
        raise NotImplementedError

    def end(self, status: Task.Status, *, error: str = "") -> None:
        with self.journal.holding(even_cancelled=True) as task:
            end_task(task, status, error=error)

    def _submitter(self) -> Principal:
        """Whoever ran the template, if they still may run it and use its actions."""
        task = self.task
        now = resume(task.account, token_id=task.token_id, stamp=_stamp(task))
        if now is None or not now.has_scope(SCOPE):
            raise StepFailed(
                "The account or the token that ran the template is not good any more: run it again."
            )
        try:
            actions = (step.action for step in self.steps)
            require_use(now, task.template_ref, actions, self.spec.get("tags", ()))
        except Denied as error:
            raise StepFailed(error.message) from None
        return now

    def _entities(self) -> dict[str, Entity]:
        """The template, which has to be there still, and whoever ran it if the catalog knows them."""
        ref, refs = self.task.template_ref, [self.task.template_ref, self.actor.user_ref or ""]
        found = get_entities_by_refs(refs, self.actor, by_aliases=True)
        if ref not in found and self.task.aim != Task.Aim.DRY_RUN:  # a draft is not in the catalog
            raise StepFailed(f"The template cannot be run any more: There is no entity {ref}.")
        return found

    def _open_vault(self) -> Vault:
        try:
            return Vault.of(self.task)
        except Undecryptable:
            raise StepFailed("The task's secrets cannot be read any more: run it again with them.") from None

    def _scene(self, entities: dict[str, Entity]) -> Scene:
        user = entities.get(self.actor.user_ref or "")
        return Scene(
            parameters=json.loads(self.task.parameters),
            parameter_names=self.spec["parameterNames"],
            user_ref=self.actor.user_ref,
            user_entity=json.loads(user.document) if user else None,
            task_id=str(self.task.uid),
        )


def _stamp(task: Task) -> str:
    """Tasks that were accepted before there were stamps have none."""
    return task.credential_stamp or task.account.credential_stamp()
