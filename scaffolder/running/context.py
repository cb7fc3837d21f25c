"""What an action is given to work with; every write of it carries the lease."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from portal.accounts.principal import Principal
from scaffolder.actions.action import ActionError, Effect
from scaffolder.actions.outside import wait
from scaffolder.models import Task
from scaffolder.renderer.process import Renderer
from scaffolder.running.effects import bring_about
from scaffolder.running.heartbeat import Heartbeat
from scaffolder.running.journal import Journal
from scaffolder.running.parking import Waiting
from scaffolder.running.workspace import Workspace
from scaffolder.secrets.vault import Vault
from scaffolder.templates.skeletons import Files, SkeletonFile

T = TypeVar("T")
SHORT_SECONDS = 5.0
"""For which a task is not parked: the next look at what is due may take as long."""


@dataclass
class StepContext:
    """One run of one action: an ActionContext."""

    journal: Journal
    heartbeat: Heartbeat
    step_id: str
    mark: str
    actor: Principal
    workspace: Workspace
    renderer: Renderer
    files: Files
    origin: str
    """The ref of the fragment that the step comes from; "" where it is the template's own."""
    vault: Vault
    has_acted: bool = False
    """Whether something outside may be made by it."""
    waits: int = 0
    """How often it has waited for a while."""

    def log(self, message: str, *, level: str = "info") -> None:
        self.journal.say(message, step_id=self.step_id, level=level)

    def once(
        self, effect: Effect, *, find: Callable[[], dict[str, Any] | None], make: Callable[[], dict[str, Any]]
    ) -> dict[str, Any]:
        """Raises CancelRequested and LeaseLost: whoever comes back from here has acted, now or earlier."""
        self.heartbeat.check()
        self.has_acted = True
        return bring_about(
            effect, journal=self.journal, step_id=self.step_id, mark=self.mark, find=find, make=make
        )

    def until(self, address: str, look: Callable[[], T | None], *, seconds: float) -> T | None:
        self.heartbeat.check()
        return self._waiting(self.mark).until(address, look, seconds=seconds)

    def wait_on(self, error: ActionError) -> None:
        """The step failed; what goes wrong outside while it waits is no reason to. Raises Parked then."""
        self._waiting(self.mark).again(error)

    def sleep(self, seconds: float) -> None:
        self.heartbeat.check()
        if seconds <= SHORT_SECONDS:
            self.log(f"Waiting for {seconds:g} s")
            wait(seconds, self)
            return
        self.waits += 1
        self._waiting(f"{self.mark}/{self.waits}").over(seconds)

    def _waiting(self, mark: str) -> Waiting:
        return Waiting(self.journal, self.step_id, mark, self.heartbeat.seconds_left)

    def reveal(self, text: str) -> str:
        return self.vault.reveal(text)

    def keep_secret(self, value: str) -> str:
        handle = self.vault.add(f"{self.mark}/{len(self.vault.entries)}", value)
        sealed = self.vault.sealed()
        with self.journal.holding(even_cancelled=True) as task:
            Task.objects.filter(pk=task.pk).update(secrets=sealed)
        self.journal.task.secrets = sealed
        return handle

    def check(self) -> None:
        self.heartbeat.check()

    def template_files(self, url: str, *, token: str = "") -> Iterator[SkeletonFile]:
        return self.files(url, self.origin, self.vault.reveal(token))
