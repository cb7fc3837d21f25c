"""After a failure: going on from the failed step, taking back what was made, steps that run regardless."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from catalog.models import Entity, Location
from portal.accounts.models import Account
from portal.accounts.principal import Principal
from portal.integrations.git import GitHost
from portal.rest.errors import Conflict, Denied, NotFound
from scaffolder.actions.action import Action, ActionContext, ActionError, Effect
from scaffolder.extension_points import actions
from scaffolder.models import Task
from scaffolder.permissions import set_use
from scaffolder.running.lifecycle import retry_task, undo_task
from scaffolder.running.worker import run_pending_tasks
from scaffolder.secrets.vault import InvalidSecrets, Vault
from scaffolder.services import run_template
from tests.scaffolder.conftest import DESCRIPTOR, LOG, PUBLISHING

pytestmark = pytest.mark.django_db(transaction=True)

Log = Callable[[Task], list[str]]


class Switch:
    """An action that fails as long as it is told to, and cannot be taken back as long as it is told so."""

    def __init__(self) -> None:
        self.fails = self.stays = False
        self.made: list[str] = []
        self.calls: list[str] = []

    def run(self, input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
        self.calls.append(str(input.get("thing")))
        if self.fails:
            raise ActionError("it is off")
        effect = Effect("make", str(input["thing"]))
        context.once(effect, find=lambda: None, make=lambda: self._make(context.mark))
        return {"made": context.mark}

    def _make(self, mark: str) -> dict[str, Any]:
        self.made.append(mark)
        return {"mark": mark}

    def undo(self, effect: Effect, result: Mapping[str, Any], context: ActionContext) -> None:
        if self.stays:
            raise ActionError("the provider answers 500")
        if context.mark in self.made:
            self.made.remove(context.mark)

    def action(self) -> Action:
        schema = {"type": "object", "properties": {"thing": {"type": "string"}}}
        return Action("test:switch", "Switch", "Switches.", schema, {}, self.run, undo=self.undo)


@pytest.fixture
def switch() -> Any:
    switch = Switch()
    with actions.temporarily(switch.action()):
        yield switch


SWITCH = {"id": "switch", "action": "test:switch", "input": {"thing": "${{ parameters.name }}"}}


def again(task: Task) -> Task:
    run_pending_tasks()
    task.refresh_from_db()
    return task


def test_a_retry_goes_on_from_the_step_that_failed(
    make_template: Callable[..., Entity], run: Callable[..., Task], switch: Switch, git_host: GitHost,
    member: Account, log: Log,
) -> None:  # fmt: skip
    fetch, publish, register = PUBLISHING
    make_template(fetch, publish, SWITCH, register, files={"skeleton/catalog-info.yaml": DESCRIPTOR})
    switch.fails = True
    task = run(name="cart")
    assert (task.status, task.error) == ("failed", "Step switch: it is off")
    assert [step.status for step in task.steps.all()] == ["completed", "completed", "failed", "cancelled"]
    assert log(task)[-2].startswith("Left behind: create repository default/cart; commit to repository")
    commit = git_host.head("default", "cart")

    switch.fails = False
    task = again(retry_task(task.uid, actor=Principal(account=member)))
    assert (task.status, task.error) == ("completed", "")
    assert log(task).count("Beginning step Create the repository") == 1
    assert log(task).count("Beginning step test:switch") == 2
    assert git_host.head("default", "cart") == commit
    assert Entity.objects.filter(ref="component:default/cart").count() == 1
    with pytest.raises(Conflict):
        retry_task(task.uid, actor=Principal(account=member))


def test_a_retry_can_have_other_values(
    publishing_template: Entity, run: Callable[..., Task], git_host: GitHost, member: Account
) -> None:
    git_host.create_repository("default", "cart", created_for="somebody")
    task = run(name="cart")
    assert task.status == "failed"
    retry_task(task.uid, actor=Principal(account=member), parameters={"name": "basket"})
    task = again(task)
    assert (task.status, task.error) == ("completed", "")
    assert git_host.read_file("default", "basket", "README.md") == b"# BASKET\n"
    assert git_host.get_repository("default", "cart").created_for == "somebody"


def test_wrong_values_of_a_retry_change_nothing(
    publishing_template: Entity, run: Callable[..., Task], git_host: GitHost, member: Account,
    outsider: Account,
) -> None:  # fmt: skip
    git_host.create_repository("default", "cart", created_for="somebody")
    task = run(name="cart")
    with pytest.raises(Exception, match="does not match the pattern"):
        retry_task(task.uid, actor=Principal(account=member), parameters={"name": "NO"})
    with pytest.raises(NotFound):
        retry_task(task.uid, actor=Principal(account=outsider))
    task.refresh_from_db()
    assert (task.status, task.parameters) == ("failed", '{"name": "cart", "port": 8080}')


def test_a_retry_is_given_the_secrets_again(
    make_template: Callable[..., Entity], member: Account, switch: Switch
) -> None:
    make_template(SWITCH)
    switch.fails = True
    actor = Principal(account=member)
    task = run_template("template:default/service", {"name": "a"}, actor=actor, secrets={"TOKEN": "t0ken"})
    again(task)
    with pytest.raises(InvalidSecrets, match="Give the secrets again: TOKEN"):
        retry_task(task.uid, actor=actor)
    task = retry_task(task.uid, actor=actor, secrets={"TOKEN": "another"})
    assert Vault.of(task).values() == ["another"]


def test_an_undo_takes_everything_back_the_last_thing_first(
    make_template: Callable[..., Entity], run: Callable[..., Task], switch: Switch, git_host: GitHost,
    member: Account, log: Log,
) -> None:  # fmt: skip
    fail = {"id": "fail", "action": "fetch:plain", "input": {"url": "./nowhere"}}
    make_template(*PUBLISHING, SWITCH, fail, files={"skeleton/catalog-info.yaml": DESCRIPTOR})
    task = run(name="cart")
    assert task.status == "failed" and git_host.exists("default", "cart") and len(switch.made) == 1

    task = again(undo_task(task.uid, actor=Principal(account=member)))
    assert (task.status, task.error) == ("cancelled", "")
    assert {effect.state for effect in task.effects.all()} == {"undone"}
    assert [line for line in log(task) if line.startswith("Undone")] == [
        "Undone: make cart",
        "Undone: register location git:default/cart/catalog-info.yaml",
        "Undone: commit to repository default/cart",
        "Undone: create repository default/cart",
    ]
    assert not git_host.exists("default", "cart") and switch.made == []
    assert not Entity.objects.filter(ref="component:default/cart").exists()
    assert not Location.objects.filter(target="default/cart/catalog-info.yaml").exists()
    with pytest.raises(Conflict, match="nothing to take back"):
        undo_task(task.uid, actor=Principal(account=member))


def test_what_cannot_be_taken_back_is_named_and_tried_again(
    make_template: Callable[..., Entity], run: Callable[..., Task], switch: Switch, member: Account
) -> None:
    fail = {"id": "fail", "action": "fetch:plain", "input": {"url": "./nowhere"}}
    make_template(SWITCH, fail)
    task = run(name="cart")
    switch.stays = True
    actor = Principal(account=member)
    for _ in range(2):
        task = again(undo_task(task.uid, actor=actor))
        assert task.status == "failed"
        assert task.error == "Clean-up needed: make cart (the provider answers 500)"
        assert switch.made
    switch.stays = False
    task = again(undo_task(task.uid, actor=actor))
    assert (task.status, task.error, switch.made) == ("cancelled", "", [])


def test_a_retry_after_an_undo_starts_over(
    make_template: Callable[..., Entity], run: Callable[..., Task], switch: Switch, git_host: GitHost,
    member: Account,
) -> None:  # fmt: skip
    make_template(*PUBLISHING[:2], SWITCH, files={"skeleton/catalog-info.yaml": DESCRIPTOR})
    switch.fails = True
    actor = Principal(account=member)
    task = run(name="cart")
    again(undo_task(task.uid, actor=actor))
    switch.fails = False
    task = again(retry_task(task.uid, actor=actor))
    assert (task.status, git_host.exists("default", "cart")) == ("completed", True)


def test_what_was_there_before_is_not_taken_back(
    publishing_template: Entity, run: Callable[..., Task], git_host: GitHost, member: Account,
    make_template: Callable[..., Entity], tmp_path: Any,
) -> None:  # fmt: skip
    assert run(name="cart").status == "completed"
    register = {"id": "r", "action": "catalog:register", "input": {"repoContentsUrl": "git:default/cart"}}
    fail = {"id": "fail", "action": "fetch:plain", "input": {"url": "./nowhere"}}
    make_template(register, fail, name="second")
    task = run("template:default/second", name="x")
    assert [effect.state for effect in task.effects.all()] == ["found"]
    with pytest.raises(Conflict):
        undo_task(task.uid, actor=Principal(account=member))
    assert Entity.objects.filter(ref="component:default/cart").exists()


def test_steps_may_ask_how_those_before_them_went(
    make_template: Callable[..., Entity], run: Callable[..., Task], switch: Switch, log: Log
) -> None:
    make_template(
        SWITCH,
        {**LOG, "id": "always", "if": "${{ always() }}"},
        {**LOG, "id": "failure", "if": "${{ failure() }}"},
        {**LOG, "id": "both", "if": "${{ always() and parameters.port > 9000 }}"},
        {**LOG, "id": "usual"},
    )
    assert [step.status for step in run(name="a").steps.all()] == [
        "completed", "completed", "skipped", "skipped", "completed"
    ]  # fmt: skip
    switch.fails = True
    task = run(name="a")
    assert (task.status, task.error) == ("failed", "Step switch: it is off")
    assert [step.status for step in task.steps.all()] == [
        "failed", "completed", "completed", "skipped", "cancelled"
    ]  # fmt: skip


def test_templates_and_actions_can_be_given_to_some_only(
    publishing_template: Entity,
    submit: Callable[..., Task],
    member: Account,
    admin: Account,
    outsider: Account,
) -> None:
    actor = Principal(account=admin)
    with pytest.raises(Denied):
        set_use("action:publish:git", [], actor=Principal(account=member))
    set_use("action:publish:git", ["user:default/outsider"], actor=actor)
    with pytest.raises(Denied, match="You may not use action:publish:git"):
        submit(name="a")
    set_use("action:publish:git", [], actor=actor)
    set_use("template:default/service", ["user:default/outsider"], actor=actor)
    with pytest.raises(Denied, match="You may not use template:default/service"):
        submit(name="a")
    assert not Task.objects.exists()
    assert submit(account=outsider, name="a").status == "open"


def test_rights_are_looked_at_again_when_the_work_begins(
    publishing_template: Entity, submit: Callable[..., Task], member: Account, admin: Account,
    git_host: GitHost,
) -> None:  # fmt: skip
    task = submit(name="a")
    set_use("action:publish:git", ["user:default/outsider"], actor=Principal(account=admin))
    assert again(task).error.startswith("You may not use action:publish:git")

    set_use("action:publish:git", [], actor=Principal(account=admin))
    task = submit(name="b")
    member.set_password("another")
    member.save()
    assert again(task).error.startswith("The account or the token that ran the template is not good any more")
    assert not git_host.root.exists()
