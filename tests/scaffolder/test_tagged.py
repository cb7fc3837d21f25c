"""Pages and steps with tags are there for those whom an administrator names, and for nobody else."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from catalog.models import Entity
from portal.accounts.models import Account
from portal.accounts.principal import Principal
from scaffolder.models import Task
from scaffolder.permissions import set_use
from scaffolder.running.worker import run_pending_tasks
from scaffolder.services import run_template

pytestmark = pytest.mark.django_db(transaction=True)
TAGGED = {"backstage:permissions": {"tags": ["production"]}}
PAGES = [
    {"title": "All", "properties": {"name": {"type": "string"}}},
    {"title": "Production", "properties": {"region": {"type": "string"}}, **TAGGED},
]
STEPS = (
    {"id": "test", "action": "debug:log", "input": {"message": "test"}},
    {"id": "live", "action": "debug:log", "input": {"message": "live"}, **TAGGED},
)
FORM = """{
  template: entity(ref: "template:default/service") {
    ... on Template { parameterPages { title } steps }
  }
}"""


@pytest.fixture
def template(make_template: Callable[..., Entity], admin: Account, member: Account) -> Entity:
    """The tag is the member's."""
    made = make_template(*STEPS, parameters=PAGES)
    set_use("tag:production", ["user:default/member"], actor=Principal(account=admin))
    return made


def steps_of(task: Task) -> list[str]:
    return list(task.steps.values_list("step_id", flat=True))


def test_who_may_use_the_tag_has_the_whole_template(
    template: Entity, run: Callable[..., Task], graphql: Callable[..., Any], member: Account
) -> None:
    shown = graphql(member)(FORM)["template"]
    assert [page["title"] for page in shown["parameterPages"]] == ["All", "Production"]
    task = run(name="cart", region="eu")
    assert (task.error, steps_of(task)) == ("", ["test", "live"])


def test_everybody_else_sees_and_runs_the_rest(
    template: Entity,
    run: Callable[..., Task],
    graphql: Callable[..., Any],
    outsider: Account,
    bearer: Callable[..., Any],
) -> None:
    shown = graphql(outsider)(FORM)["template"]
    assert [page["title"] for page in shown["parameterPages"]] == ["All"]
    assert [step["id"] for step in shown["steps"]] == ["test"]
    task = run(account=outsider, name="cart")
    assert (task.error, steps_of(task)) == ("", ["test"])
    with pytest.raises(Exception, match="region"):
        run(account=outsider, name="cart", region="eu")
    assert Task.objects.count() == 1


def test_a_tag_that_was_taken_away_is_asked_for_again_when_the_task_starts(
    template: Entity, member: Account, admin: Account
) -> None:
    task = run_template("template:default/service", {"name": "x"}, actor=Principal(account=member))
    set_use("tag:production", ["group:default/nobody"], actor=Principal(account=admin))
    run_pending_tasks()
    task.refresh_from_db()
    assert task.status == "failed"
    assert task.error == "You may not use tag:production: ask an administrator of the portal for it."
    assert json.loads(task.output) == {}
