"""Going through the steps of a template without changing anything outside: plans, dry runs, previews."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from portal.accounts.principal import Principal
from scaffolder.actions import find_action
from scaffolder.actions.action import UNKNOWN, Action, ActionError, Effect, Plan
from scaffolder.renderer.process import Renderer
from scaffolder.running.output import render_output
from scaffolder.running.steps import (
    Scene,
    StepFailed,
    condition_holds,
    failures_of,
    items_of,
    joined_outputs,
    rendered_input,
    runs_after_failure,
)
from scaffolder.running.workspace import Workspace
from scaffolder.secrets.vault import Vault
from scaffolder.templates.skeletons import Files, SkeletonFile
from scaffolder.templates.template import StepSpec

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PlannedEffect:
    """One effect that a step would have, and whether it could be taken back."""

    step_id: str
    step_name: str
    action: str
    effect: Effect
    can_undo: bool

    def as_json(self) -> dict[str, Any]:
        return {
            "stepId": self.step_id,
            "stepName": self.step_name,
            "action": self.action,
            "verb": self.effect.verb,
            "target": self.effect.target,
            "detail": dict(self.effect.detail),
            "before": self.effect.before,
            "creates": self.effect.creates,
            "canUndo": self.can_undo,
        }


@dataclass(frozen=True, slots=True)
class Said:
    """A line that would be in the log; `status` is the step's, where the line tells it."""

    message: str
    step_id: str = ""
    status: str = ""


@dataclass
class Rehearsal:
    """What happened, or would happen. `files` reads what lies beside a template: that of the ref, or the
    rehearsed one for "".

    Actions that leave everything outside of the workspace as it is are run, in `workspace`; of every other
    the plan is asked. Outputs that only a real run can give are `UNKNOWN`.
    """

    scene: Scene
    steps: list[StepSpec]
    actor: Principal
    workspace: Workspace
    vault: Vault
    files: Files
    mark: str
    """What the marks of a real run begin with."""
    check: Callable[[], None] = lambda: None
    """Called often; raises where the rehearsal is to stop."""
    effects: list[PlannedEffect] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Raises StepFailed where a step would fail for certain."""
        error = ""
        self.workspace.open()
        self.said.append(Said(f"Starting up task with {len(self.steps)} steps"))
        for spec in self.steps:
            self.scene.outputs[spec.id] = {"output": {}}
        for spec in self.steps:
            if error and not runs_after_failure(spec):
                continue
            try:
                self._rehearse(spec, failed=bool(error))
            except StepFailed as failure:
                error = error or f"Step {spec.id}: {failure}"
                self.said.append(Said(str(failure), spec.id, "failed"))
        if error:
            raise StepFailed(error)

    def output(self, written: dict[str, Any]) -> dict[str, Any]:
        """What the template would show at the end."""
        with Renderer() as renderer:
            output, warnings = render_output(written, self.scene.context(), renderer)
        self.warnings += warnings
        return output

    def _rehearse(self, spec: StepSpec, *, failed: bool) -> None:
        self.check()
        self.said.append(Said(f"Beginning step {spec.name}", spec.id, "processing"))
        action = find_action(spec.action)
        if action is None:
            raise StepFailed(f"the action {spec.action} is not installed.")
        with Renderer() as renderer, failures_of(spec):
            if not condition_holds(spec, self.scene, renderer, failed=failed):
                because = f"Skipping step {spec.id} because its if condition was false"
                self.said.append(Said(because, spec.id, "skipped"))
                return
            self.scene.outputs[spec.id] = {"output": self._perform(spec, action, renderer)}
        self.said.append(Said(f"Finished step {spec.name}", spec.id, "completed"))

    def _perform(self, spec: StepSpec, action: Action, renderer: Renderer) -> dict[str, Any]:
        scope = self.scene.context_of(spec.scopes, renderer)
        values = {**scope, "secrets": self.vault.handles()}
        if spec.each is None:
            return self.act(spec, action, values, renderer, place=spec.id)
        outputs = []
        for key, value in items_of(spec, values, renderer).items():
            each = {**values, "each": {"key": key, "value": value}}
            outputs.append(self.act(spec, action, each, renderer, place=f"{spec.id}/{key}"))
        return joined_outputs(outputs)

    def act(
        self, spec: StepSpec, action: Action, values: dict[str, Any], renderer: Renderer, *, place: str
    ) -> dict[str, Any]:
        self.check()
        given = rendered_input(spec, action, values, renderer, self.vault)
        mark = f"{self.mark}/{place}"
        context = RehearsalContext(self, spec.id, mark, renderer, self.actor, self.workspace, spec.origin)
        if action.runs_dry:
            return action.run(given, context)
        return self.planned(
            spec, action, action.plan(given, context) if action.plan else unplanned(action, given)
        )

    def planned(self, spec: StepSpec, action: Action, plan: Plan) -> dict[str, Any]:
        """Remember a step's effects; its output as far as it is known."""
        for effect in plan.effects:
            planned = PlannedEffect(spec.id, spec.name, action.id, effect, action.undo is not None)
            self.effects.append(planned)
            self.said.append(Said(f"Would {effect}", spec.id))
        return dict(plan.output)


def unplanned(action: Action, given: dict[str, Any]) -> Plan:
    """Of an action that has no plan one can only say that it would be called."""
    output = dict.fromkeys(action.output_schema.get("properties") or {}, UNKNOWN)
    return Plan((Effect("call", action.id, given),), output)


@dataclass
class RehearsalContext:
    """An ActionContext in which nothing can be done outside of the workspace."""

    rehearsal: Rehearsal
    step_id: str
    mark: str
    renderer: Renderer
    actor: Principal
    workspace: Workspace
    origin: str

    def log(self, message: str, *, level: str = "info") -> None:
        self.rehearsal.said += [Said(line, self.step_id) for line in message.splitlines() or [""]]

    def once(
        self, effect: Effect, *, find: Callable[[], dict[str, Any] | None], make: Callable[[], dict[str, Any]]
    ) -> dict[str, Any]:
        raise ActionError(f"This is a rehearsal; the action would {effect}, but it says it changes nothing.")

    def until(self, address: str, look: Callable[[], T | None], *, seconds: float) -> T | None:
        raise ActionError(f"This is a rehearsal; the action would wait for {address}.")

    def sleep(self, seconds: float) -> None:
        raise ActionError(f"This is a rehearsal; the action would wait for {seconds:g} s.")

    def reveal(self, text: str) -> str:
        return self.rehearsal.vault.reveal(text)

    def keep_secret(self, value: str) -> str:
        return self.rehearsal.vault.add(f"{self.mark}/{len(self.rehearsal.vault.entries)}", value)

    def check(self) -> None:
        self.rehearsal.check()

    def template_files(self, url: str, *, token: str = "") -> Iterator[SkeletonFile]:
        return self.rehearsal.files(url, self.origin, self.reveal(token))
