"""Where plugins add to the scaffolder."""

from portal.extension.points import ExtensionPoint
from scaffolder.actions.action import Action

actions: ExtensionPoint[Action] = ExtensionPoint(
    "scaffolder.actions", accepts=Action, unique=True, summary="Actions that the steps of templates call"
)
