"""The scaffolder, for plugins: what an action is made of. Has models behind it, so not for `apps.py`."""

from scaffolder.actions.action import (
    UNKNOWN,
    Action,
    ActionContext,
    ActionError,
    Effect,
    Example,
    NotYet,
    Plan,
)
from scaffolder.extension_points import actions
from scaffolder.running.workspace import Workspace, checked_path

__all__ = [
    "UNKNOWN",
    "Action",
    "ActionContext",
    "ActionError",
    "Effect",
    "Example",
    "NotYet",
    "Plan",
    "Workspace",
    "actions",
    "checked_path",
]
