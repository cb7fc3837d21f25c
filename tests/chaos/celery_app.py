"""The portal's Celery application with the actions of these tests."""

import django

django.setup()

from portal.celery import app  # noqa: E402 - needs django.setup()
from scaffolder.extension_points import actions  # noqa: E402
from tests.chaos.actions import ACTIONS  # noqa: E402

for action in ACTIONS:
    actions.add(action, plugin="chaos")

__all__ = ["app"]
