"""The names and inputs of `@roadiehq/scaffolder-backend-module-utils`, which many templates call."""

from scaffolder.actions.action import Action
from scaffolder.actions.roadie import data, files

ACTIONS: tuple[Action, ...] = (*files.ACTIONS, *data.ACTIONS)
