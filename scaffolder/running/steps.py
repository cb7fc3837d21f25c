"""What running a step and rehearsing it have in common: conditions, items, inputs, failures."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from portal.rest.errors import PortalError
from scaffolder.actions.action import UNKNOWN, Action, ActionError
from scaffolder.renderer.process import Renderer, RenderError
from scaffolder.running.heartbeat import HandOver, TimeExceeded
from scaffolder.running.leases import CancelRequested, LeaseLost
from scaffolder.running.parking import Parked
from scaffolder.running.workspace import WorkspaceError
from scaffolder.secrets.vault import Vault, misplaced_secrets
from scaffolder.templates.skeletons import SkeletonError
from scaffolder.templates.template import StepSpec, input_mistakes

logger = logging.getLogger(__name__)

EXPECTED = (ActionError, RenderError, WorkspaceError, SkeletonError)
INTERRUPTIONS = (CancelRequested, HandOver, LeaseLost, Parked, TimeExceeded)
STATUS_CALL = re.compile(r"\b(always|failure)\s*\(\s*\)")


class StepFailed(Exception):
    """A step cannot be done; the message is for the person who ran the template."""


@dataclass
class Scene:
    """What the expressions of a task see."""

    parameters: dict[str, Any]
    parameter_names: list[str]
    user_ref: str | None
    user_entity: Any
    task_id: str
    outputs: dict[str, Any] = field(default_factory=dict)

    def context(self) -> dict[str, Any]:
        """Parameters that the template asks for and nobody gave are null."""
        return {
            "parameters": {**dict.fromkeys(self.parameter_names), **self.parameters},
            "steps": self.outputs,
            "user": {"ref": self.user_ref, "entity": self.user_entity},
            "context": {"task": {"id": self.task_id}},
            "environment": {"parameters": {}},
        }

    def context_of(self, scopes: tuple[dict[str, Any], ...], renderer: Renderer) -> dict[str, Any]:
        """What a step of a fragment sees: its parameters as they are mapped, its steps by their own ids."""
        context = self.context()
        for scope in scopes:
            given = renderer.render_value(scope["given"], context, where="with")
            prefix = scope["prefix"]
            said = self.outputs.items()
            own = {id.removeprefix(prefix): output for id, output in said if id.startswith(prefix)}
            parameters = {**context["parameters"], **given}
            context = {**context, "parameters": parameters, "steps": {**context["steps"], **own}}
        return context


def step_specs(written: list[dict[str, Any]]) -> list[StepSpec]:
    """The steps as a task keeps them (`StepSpec.as_json`)."""
    return [
        StepSpec(
            id=step["id"],
            name=step["name"],
            action=step["action"],
            input=step["input"],
            condition=step["if"],
            each=step["each"],
            timeout=step.get("timeout"),
            origin=step.get("origin", ""),
            scopes=tuple(step.get("scopes", ())),
            conditions=tuple(step.get("conditions", ())),
        )
        for step in written
    ]


def runs_after_failure(spec: StepSpec) -> bool:
    """Whether the step's `if` asks how the steps before it went."""
    conditions = [written for written, _ in _conditions(spec)]
    return any(isinstance(written, str) and STATUS_CALL.search(written) for written in conditions)


def condition_holds(spec: StepSpec, scene: Scene, renderer: Renderer, *, failed: bool) -> bool:
    """Whether the step's `if` is true, and that of each use that it is there by.

    `always()` always is, `failure()` where a step has failed.
    """
    answers = {"always": "true", "failure": "true" if failed else "false"}
    for written, scopes in _conditions(spec):
        condition = written
        if isinstance(condition, str):
            condition = STATUS_CALL.sub(lambda call: answers[call[1]], condition)
        context = scene.context_of(scopes, renderer)
        if not renderer.render_value(condition, context, where=f"steps.{spec.id}.if"):
            return False
    return True


def _conditions(spec: StepSpec) -> list[tuple[Any, tuple[dict[str, Any], ...]]]:
    """Each with the mappings through which it is read."""
    uses = [(each["if"], tuple(each["scopes"])) for each in spec.conditions]
    return uses if spec.condition is None else [*uses, (spec.condition, spec.scopes)]


def items_of(spec: StepSpec, context: dict[str, Any], renderer: Renderer) -> dict[str, Any]:
    """The items of the step's `each`, by key."""
    items = renderer.render_value(spec.each, context, where=f"steps.{spec.id}.each")
    if isinstance(items, list):
        return {str(key): item for key, item in enumerate(items)}
    if items == UNKNOWN:
        return {"0": UNKNOWN}
    if not isinstance(items, dict):
        raise ActionError("each: it must give a list or an object.")
    return items


def joined_outputs(outputs: list[dict[str, Any]]) -> dict[str, Any]:
    """Of a step with `each`: every output is the list of the items' outputs."""
    keys = dict.fromkeys(key for output in outputs for key in output)
    return {key: [output.get(key) for output in outputs] for key in keys}


def rendered_input(
    spec: StepSpec, action: Action, context: dict[str, Any], renderer: Renderer, vault: Vault
) -> dict[str, Any]:
    """What the action is given, checked against its schema. What is not known yet (in a plan) passes."""
    rendered = renderer.render_value(spec.input, context, where=f"steps.{spec.id}.input")
    given = {key: value for key, value in rendered.items() if value is not None}
    for key, message in input_mistakes(given, action.input_schema, passes=lambda text: UNKNOWN in text):
        raise ActionError(f"input{key}: {message}")
    for where, name in misplaced_secrets(given, action.input_schema, vault):
        raise ActionError(f"input.{where}: the secret {name} may not go there; {action.id} would show it.")
    return given


@contextmanager
def failures_of(spec: StepSpec) -> Iterator[None]:
    """Turns what goes wrong in a step into StepFailed; what is not expected stays in the server's log."""
    try:
        yield
    except EXPECTED as error:
        raise StepFailed(str(error)) from None
    except PortalError as error:
        raise StepFailed(error.message) from None
    except (StepFailed, *INTERRUPTIONS):
        raise
    except Exception:
        logger.exception("step %s (%s)", spec.id, spec.action)
        message = f"the action {spec.action} failed unexpectedly; the server's log says why"
        raise StepFailed(message) from None
