"""What an action is given to work with; every write of it carries the lease."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from portal.accounts.principal import Principal
from scaffolder.actions.action import Effect
from scaffolder.models import Task
from scaffolder.renderer.process import Renderer
from scaffolder.running.effects import bring_about
from scaffolder.running.heartbeat import Heartbeat
from scaffolder.running.leases import Lease, holding, write_log
from scaffolder.running.workspace import Workspace
from scaffolder.secrets.vault import Vault
from scaffolder.templates.skeletons import SkeletonFile, template_files


@dataclass
class StepContext:
    """One run of one action: an ActionContext."""

    lease: Lease
    heartbeat: Heartbeat
    step_id: str
    mark: str
    actor: Principal
    workspace: Workspace
    renderer: Renderer
    template_ref: str
    vault: Vault

    def log(self, message: str, *, level: str = "info") -> None:
        with holding(self.lease, even_cancelled=True) as task:
            for line in message.splitlines() or [""]:
                write_log(task, line, step_id=self.step_id, level=level)

    def once(
        self, effect: Effect, *, find: Callable[[], dict[str, Any] | None], make: Callable[[], dict[str, Any]]
    ) -> dict[str, Any]:
        """Raises CancelRequested and LeaseLost: whoever comes back from here has acted, now or earlier."""
        self.heartbeat.check()
        return bring_about(
            effect, lease=self.lease, step_id=self.step_id, mark=self.mark, find=find, make=make
        )

    def reveal(self, text: str) -> str:
        return self.vault.reveal(text)

    def keep_secret(self, value: str) -> str:
        handle = self.vault.add(f"{self.mark}/{len(self.vault.entries)}", value)
        with holding(self.lease, even_cancelled=True) as task:
            Task.objects.filter(pk=task.pk).update(secrets=self.vault.sealed())
        return handle

    def check(self) -> None:
        self.heartbeat.check()

    def template_files(self, url: str, *, token: str = "") -> Iterator[SkeletonFile]:
        return template_files(self.template_ref, url, viewer=self.actor, token=self.vault.reveal(token))
