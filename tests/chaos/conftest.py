"""Workers of which tests dispose, a provider that keeps a ledger, and tasks for them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from catalog.models import Entity
from portal.accounts.models import Account
from portal.accounts.principal import Principal
from scaffolder.extension_points import actions
from scaffolder.models import Task
from scaffolder.running.worker import remove_ended_workspaces
from scaffolder.services import run_template
from tests.chaos.actions import ACTIONS
from tests.chaos.provider import Provider
from tests.chaos.rig import Workers, broken_promises
from tests.databases import database_url
from tests.scaffolder.conftest import (  # noqa: F401 - fixtures
    _no_broker,
    _own_folders,
    github,
    make_template,
)

LEASE_SECONDS = "6"
"""Others wait so long for what a dead worker had; a living one that waits for its turn must not lose it."""


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as provider:
        yield provider


@pytest.fixture
def workers(provider: Provider, settings: Any) -> Iterator[Workers]:
    environment = {
        "DATABASE_URL": database_url(),
        "PORTAL_GIT_ROOT": settings.GIT_ROOT,
        "PORTAL_HOME": str(settings.WORKSPACES.parent),
        "PORTAL_TASK_LEASE_SECONDS": LEASE_SECONDS,
        "PORTAL_TASK_HEARTBEAT_SECONDS": "1",
        "PORTAL_TASKS_RUNNING_PER_ACCOUNT": "100",
    }
    workers = Workers(environment, provider)
    yield workers
    workers.stop()


@pytest.fixture
def start(make_template: Callable[..., Entity], member: Account) -> Iterator[Callable[..., Task]]:  # noqa: F811
    """Submit a task with these steps; the template is made with the first."""

    def submit(*steps: dict[str, Any], name: str = "a", **more: Any) -> Task:
        if not Entity.objects.filter(ref="template:default/service").exists():
            make_template(*steps)
        actor = Principal(account=member)
        return run_template("template:default/service", {"name": name}, actor=actor, **more)

    with actions.temporarily(*ACTIONS):
        yield submit


@pytest.fixture
def promises(provider: Provider, settings: Any) -> Iterator[None]:
    """Whatever a test does, this holds at its end."""
    yield
    remove_ended_workspaces()
    assert broken_promises(provider, settings.WORKSPACES) == []
