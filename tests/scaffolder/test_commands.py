"""`portal create` and `portal task`, as the operator types them."""

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from catalog.models import Entity
from portal.accounts.models import Account
from portal.cli import cli
from portal.integrations.git import GitHost
from portal.rest.errors import NotFound
from scaffolder.models import Task

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def portal(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setattr("portal.cli._set_up_django", lambda: None)
    return lambda *arguments: CliRunner().invoke(cli, arguments, standalone_mode=False)


def test_a_template_is_run_listed_and_shown(
    publishing_template: Entity, member: Account, portal: Callable[..., Result], git_host: GitHost
) -> None:
    made = portal(
        "create", publishing_template.ref, "--as", "member", "--set", "name=cart", "--set", "description=a: b"
    )
    uid = made.output.strip()
    assert Task.objects.get(uid=uid).status == "open"
    assert portal("task", "work").output == "1 tasks run.\n"
    assert f"{uid}  completed" in portal("task", "list").output
    assert "  completed   publish  publish:git\n" in portal("task", "show", uid).output
    assert b'description: "a: b"' in git_host.read_file("default", "cart", "catalog-info.yaml")


def test_a_waiting_run_is_cancelled(
    publishing_template: Entity, member: Account, portal: Callable[..., Result]
) -> None:
    uid = portal("create", publishing_template.ref, "--as", "member", "--set", "name=cart").output.strip()
    assert portal("task", "cancel", uid).output == f"{uid}  cancelled\n"
    assert portal("task", "work").output == "0 tasks run.\n"


def test_watching_tells_by_the_exit_code_how_it_ended(
    make_template: Callable[..., Entity],
    member: Account,
    portal: Callable[..., Result],
    run: Callable[..., Task],
) -> None:
    make_template({"id": "x", "action": "debug:log", "input": {"message": "${{ nowhere }}"}})
    task = run(name="a")
    Task.objects.filter(pk=task.pk).update(idempotency_key="k")
    watched = portal(
        "create", task.template_ref, "--as", "member", "--set", "name=a", "--key", "k", "--watch"
    )
    assert watched.return_value == 1
    assert "'nowhere' is undefined" in watched.output


def test_an_unknown_account_runs_nothing(publishing_template: Entity, portal: Callable[..., Result]) -> None:
    assert isinstance(portal("create", publishing_template.ref, "--as", "nobody").exception, NotFound)
    assert Task.objects.count() == 0
