"""`portal create` and `portal task`, as the operator types them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner, Result

from catalog.models import Entity
from portal.accounts.models import Account
from portal.cli import cli
from portal.integrations.git import GitHost
from portal.rest.errors import NotFound
from scaffolder.models import Task
from scaffolder.running import wake
from scaffolder.running.worker import run_pending_tasks

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


def test_the_exit_code_of_a_watched_run_is_its_end(
    simple: Entity, member: Account, portal: Callable[..., Result], run: Callable[..., Task]
) -> None:
    task = run(name="a")
    for status, code in (("completed", 0), ("failed", 1), ("cancelled", 3), ("waiting", 4)):
        Task.objects.filter(pk=task.pk).update(status=status, idempotency_key="k")
        again = ("create", simple.ref, "--as", "member", "--set", "name=a", "--key", "k", "--watch")
        assert portal(*again).return_value == code


def test_parameters_come_from_a_file_and_from_the_line(
    simple: Entity, admin: Account, portal: Callable[..., Result], tmp_path: Path
) -> None:
    file = tmp_path / "values.yaml"
    file.write_text("{name: cart, port: 80}")
    uid = portal("create", simple.ref, "--values", str(file), "--set", "name=basket").output.strip()
    task = Task.objects.get(uid=uid)
    assert (task.account, task.parameters) == (admin, '{"name": "basket", "port": 80}')
    file.write_text("[1]")
    refused = portal("create", simple.ref, "--values", str(file))
    assert "is no object of names and values" in str(refused.exception)


def test_without_one_administrator_somebody_must_be_named(
    simple: Entity, member: Account, portal: Callable[..., Result]
) -> None:
    assert "Say with --as" in str(portal("create", simple.ref, "--set", "name=a").exception)
    assert Task.objects.count() == 0


def test_a_dry_run_shows_everything_and_changes_nothing(
    publishing_template: Entity, member: Account, portal: Callable[..., Result], git_host: GitHost,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(wake, "_wake", [run_pending_tasks])
    told = ("create", publishing_template.ref, "--as", "member", "--set", "name=cart", "--dry-run")
    shown = portal(*told).output
    assert "Would create repository default/cart\n" in shown
    assert "       7  README.md\n" in shown
    assert "title: Repository" in shown
    assert not git_host.exists("default", "cart")
    assert Task.objects.count() == 0


def test_the_shell_completes_templates_and_parameters(
    simple: Entity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.cli._set_up_django", lambda: None)
    complete = ShellComplete(cli, {}, "portal", "_PORTAL_COMPLETE")
    assert {item.value for item in complete.get_completions(["create"], "")} == {simple.ref}
    assert [item.value for item in complete.get_completions(["create"], "serv")] == [simple.ref]
    names = complete.get_completions(["create", simple.ref, "--set"], "")
    assert [item.value for item in names] == ["name=", "description=", "port="]
