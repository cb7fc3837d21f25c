"""What an action is given to work with; every write of it carries the lease."""

from collections.abc import Iterator
from dataclasses import dataclass

from catalog.selectors import descriptors_by_entity, get_entity
from portal.accounts.principal import Principal
from scaffolder.heartbeat import Heartbeat
from scaffolder.leases import Lease, holding, write_log
from scaffolder.models import Step
from scaffolder.renderer.process import Renderer
from scaffolder.skeletons import SkeletonError, SkeletonFile, read_skeleton
from scaffolder.workspace import Workspace


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

    def log(self, message: str, *, level: str = "info") -> None:
        with holding(self.lease, even_cancelled=True) as task:
            for line in message.splitlines() or [""]:
                write_log(task, line, step_id=self.step_id, level=level)

    def intend(self, effect: str) -> None:
        """Raises CancelRequested and LeaseLost: whoever comes back from here may act."""
        self.heartbeat.check()
        with holding(self.lease) as task:
            Step.objects.filter(task=task, step_id=self.step_id).update(intent=effect)

    def check(self) -> None:
        self.heartbeat.check()

    def template_files(self, url: str) -> Iterator[SkeletonFile]:
        entity = get_entity(self.template_ref, viewer=self.actor)
        descriptor = descriptors_by_entity([entity], viewer=self.actor).get(entity.pk)
        if descriptor is None or entity.location is None:
            raise SkeletonError(f"{url}: the template has no file that it could be beside.")
        yield from read_skeleton(entity.location, descriptor.path, url)
