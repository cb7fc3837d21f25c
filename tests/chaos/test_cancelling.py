"""Tasks that are cancelled, take too long, or leave something: one end each, and what is left is named."""

import random
import time
from collections.abc import Callable

import pytest

from portal.accounts.models import Account
from portal.accounts.principal import Principal
from scaffolder.models import Task
from scaffolder.running.lifecycle import cancel_task, undo_task
from tests.chaos.provider import Provider
from tests.chaos.rig import CREATE, LAST, WAIT, Workers, ended, have_ended, is_at, wait_until

pytestmark = [
    pytest.mark.system,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("promises"),
]


def test_cancelling_at_any_moment_gives_one_end_that_agrees_with_the_effects(
    start: Callable[..., Task], workers: Workers, provider: Provider, member: Account
) -> None:
    chance, actor = random.Random(12), Principal(account=member)
    for _ in range(3):
        workers.start()
    tasks = []
    for number in range(30):
        task = start(CREATE, {**WAIT, "input": {"seconds": 0.1}}, LAST, name=f"n{number}")
        tasks.append(task)
        time.sleep(chance.random() * 0.3)
        cancel_task(task.uid, actor=actor)
    wait_until(have_ended)
    made = len(provider.ledger)
    time.sleep(1)
    assert len(provider.ledger) == made
    for task in Task.objects.all():
        effects = set(task.effects.exclude(state="intended").values_list("target", flat=True))
        names = {f"thing {call.name}" for call in provider.created() if str(task.uid) in call.key}
        assert effects == names
        if task.status == "completed":
            assert len(names) == 2
        else:
            said = [line.message for line in task.log_lines.filter(message__startswith="Left behind")]
            assert bool(said) == bool(names)


def test_what_could_not_be_cleaned_up_is_named_until_it_is(
    start: Callable[..., Task], workers: Workers, provider: Provider, member: Account
) -> None:
    fail = {"id": "fail", "action": "fetch:plain", "input": {"url": "./nowhere"}}
    task = start(CREATE, LAST, fail)
    workers.start()
    assert ended(task).status == "failed"
    provider.refused_deletions = 3
    actor = Principal(account=member)
    for left in (
        "Clean-up needed: create thing a-last (the provider answers 500); "
        "create thing a (the provider answers 500)",
        "Clean-up needed: create thing a-last (the provider answers 500)",
    ):
        undo_task(task.uid, actor=actor)
        task = ended(task)
        assert (task.status, task.error) == ("failed", left)
    undo_task(task.uid, actor=actor)
    task = ended(task)
    assert (task.status, task.error, provider.things) == ("cancelled", "", {})
    assert [call.verb for call in provider.ledger] == ["create", "create", "delete", "delete"]


@pytest.mark.parametrize("deaf", [False, True])
def test_a_step_that_is_cancelled_ends_long_before_it_would(
    start: Callable[..., Task], workers: Workers, provider: Provider, member: Account, deaf: bool
) -> None:
    task = start(CREATE, {**WAIT, "input": {"seconds": 600, "deaf": deaf}}, LAST)
    workers.start()
    wait_until(is_at(task, "wait"))
    cancel_task(task.uid, actor=Principal(account=member))
    wait_until(have_ended)
    task.refresh_from_db()
    assert task.status == "cancelled"
    assert [call.name for call in provider.created()] == ["a"]
    assert "Left behind: create thing a." in task.log_lines.order_by("-id")[1].message


def test_a_cancelled_call_outside_is_listed_whether_or_not_it_happened(
    start: Callable[..., Task], workers: Workers, provider: Provider, member: Account
) -> None:
    task = start(CREATE, LAST)
    provider.pause = 600
    workers.start()
    wait_until(lambda: bool(provider.created()))
    cancel_task(task.uid, actor=Principal(account=member))
    wait_until(have_ended)
    task.refresh_from_db()
    assert (task.status, task.effects.get().state) == ("cancelled", "intended")
    assert [call.name for call in provider.created()] == ["a"]


def test_a_step_that_takes_too_long_ends_its_task(start: Callable[..., Task], workers: Workers) -> None:
    task = start({**WAIT, "timeout": 1, "input": {"seconds": 600, "deaf": True}})
    workers.start()
    assert ended(task).status == "failed"
    assert task.error == "Step wait: it took longer than the 1 s that it may take."
