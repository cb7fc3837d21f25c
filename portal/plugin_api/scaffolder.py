"""The scaffolder, for plugins: what an action is made of. Has models behind it, so not for `apps.py`."""

from scaffolder.actions.action import Action, ActionContext, ActionError, Example
from scaffolder.extension_points import actions
from scaffolder.workspace import Workspace, checked_path

__all__ = ["Action", "ActionContext", "ActionError", "Example", "Workspace", "actions", "checked_path"]
