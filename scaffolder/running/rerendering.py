"""The files that a template would render today, with the answers that something was once made with."""

import shutil
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from scaffolder.actions.action import Action, ActionContext, ActionError
from scaffolder.renderer.process import Renderer
from scaffolder.running.merging import File, files_of
from scaffolder.running.rehearsal import Rehearsal, unplanned
from scaffolder.running.steps import Scene, StepFailed, rendered_input
from scaffolder.running.workspace import Workspace, checked_path
from scaffolder.secrets.vault import Vault
from scaffolder.templates.parameters import declared_names
from scaffolder.templates.skeletons import TemplateFiles
from scaffolder.templates.template import StepSpec, Template


@dataclass
class Rerendering(Rehearsal):
    """Steps up to the one that made the thing. Nothing outside is asked, so all that it gives is unknown."""

    until: str = ""
    source_path: str = ""
    found: dict[str, File] | None = None

    def _rehearse(self, spec: StepSpec, *, failed: bool) -> None:
        if self.found is None:
            super()._rehearse(spec, failed=failed)

    def act(
        self, spec: StepSpec, action: Action, values: dict[str, Any], renderer: Renderer, *, place: str
    ) -> dict[str, Any]:
        given = rendered_input(spec, action, values, renderer, self.vault)
        if spec.id == self.until or (not self.until and not action.runs_dry):
            self.source_path = checked_path(str(given.get("sourcePath") or ""), parameter="sourcePath")
            self.found = files_of(self.workspace)
            return {}
        if action.runs_dry:
            return super().act(spec, action, values, renderer, place=place)
        return self.planned(spec, action, unplanned(action, given))


def rerendered(
    template: Template, answers: dict[str, Any], *, until: str, context: ActionContext
) -> tuple[dict[str, File], str]:
    """(files by path, folder of them that was published). Raises ActionError."""
    folder = context.workspace.folder
    workspace = Workspace(UUID(folder.name), part="again", root=folder.parent)
    shutil.rmtree(workspace.files, ignore_errors=True)
    actor = context.actor
    scene = Scene(answers, declared_names(template.pages), actor.user_ref, None, context.mark)
    rehearsal = Rerendering(
        scene=scene,
        steps=list(template.steps),
        actor=actor,
        workspace=workspace,
        vault=Vault(),
        files=TemplateFiles(template.ref, viewer=actor),
        mark=context.mark,
        check=context.check,
        until=until,
    )
    try:
        rehearsal.run()
    except StepFailed as error:
        raise ActionError(f"The template cannot be rendered again: {error}") from None
    finally:
        shutil.rmtree(workspace.files, ignore_errors=True)
    if rehearsal.found is None:
        raise ActionError(f"The template has no step {until} any more, which made it: nothing can be merged.")
    return rehearsal.found, rehearsal.source_path
