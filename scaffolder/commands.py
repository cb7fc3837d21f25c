"""The operator's commands: `portal task …` and `portal create TEMPLATE`."""

import time
from typing import Any
from uuid import UUID

import click
import yaml

from portal.accounts.principal import SYSTEM, Principal
from portal.accounts.selectors import get_account
from scaffolder import lifecycle, selectors, services, vault
from scaffolder.models import Task
from scaffolder.stopping import stop_on_signals
from scaffolder.worker import run_pending_tasks

POLL_SECONDS = 0.5
SHOWN = 50


@click.group()
def task() -> None:
    """Runs of templates: list, show, cancel, and work on them."""


@task.command("list")
@click.option("--all", "shows_all", is_flag=True, help=f"All of them, not only the newest {SHOWN}.")
def list_tasks(shows_all: bool) -> None:
    """The newest runs."""
    rows = selectors.find_tasks(viewer=SYSTEM)
    for row in rows if shows_all else rows[:SHOWN]:
        when = f"{row.created_at:%Y-%m-%dT%H:%M:%SZ}"
        click.echo(f"{row.uid}  {row.status:<10}  {when}  {row.created_by}  {row.template_ref}")


@task.command()
@click.argument("uid", type=click.UUID)
def show(uid: UUID) -> None:
    """The steps and the log of a run."""
    found = selectors.get_task(uid, viewer=SYSTEM)
    click.echo(f"{found.template_ref}  {found.status}  by {found.created_by}")
    for step in selectors.steps_by_task([found], viewer=SYSTEM)[found.pk]:
        click.echo(f"  {step.status:<10}  {step.step_id}  {step.action}")
    _print_log(found, after=0)
    if found.error:
        click.echo(f"Error: {found.error}")


@task.command()
@click.argument("uid", type=click.UUID)
def cancel(uid: UUID) -> None:
    """Cancel a run: at once while it waits, before its next effect while it runs."""
    found = lifecycle.cancel_task(uid, actor=SYSTEM)
    click.echo(f"{found.uid}  {found.status}{' (being cancelled)' if found.cancel_requested else ''}")


@task.command()
@click.argument("uid", type=click.UUID)
@click.option("--secret", "secrets", multiple=True, metavar="NAME", help="Asks for a secret that it had.")
def retry(uid: UUID, secrets: tuple[str, ...]) -> None:
    """Go on with a failed or cancelled run from the step that failed."""
    found = lifecycle.retry_task(uid, actor=SYSTEM, secrets=_asked_secrets(secrets))
    click.echo(f"{found.uid}  {found.status}")


@task.command()
@click.argument("uid", type=click.UUID)
@click.option("--secret", "secrets", multiple=True, metavar="NAME", help="Asks for a secret that it had.")
def undo(uid: UUID, secrets: tuple[str, ...]) -> None:
    """Take back what a failed or cancelled run has made."""
    found = lifecycle.undo_task(uid, actor=SYSTEM, secrets=_asked_secrets(secrets))
    click.echo(f"{found.uid}  {found.status}")


@task.command("renew-secrets")
def renew_secrets() -> None:
    """Encrypt the secrets of waiting tasks with the newest key of PORTAL_ENCRYPTION_KEYS."""
    click.echo(f"{vault.renew_secrets()} tasks.")


@task.command()
def work() -> None:
    """Run what waits, here and now, until nothing does; for machines without a worker."""
    stop_on_signals()
    click.echo(f"{run_pending_tasks()} tasks run.")


@click.command()
@click.argument("template")
@click.option("--as", "username", required=True, help="The account that runs the template.")
@click.option("--set", "values", multiple=True, metavar="NAME=VALUE", help="A parameter; values are YAML.")
@click.option("--secret", "secrets", multiple=True, metavar="NAME", help="Asks for a secret by this name.")
@click.option("--plan", "plan_first", is_flag=True, help="Compute the plan and wait for its approval.")
@click.option("--key", help="Idempotency key: the same one gives the same run.")
@click.option("--watch", is_flag=True, help="Print the log until the run ends; 1 if it fails.")
def create(
    *,
    template: str,
    username: str,
    values: tuple[str, ...],
    secrets: tuple[str, ...],
    plan_first: bool,
    key: str | None,
    watch: bool,
) -> int:
    """Run a template."""
    run = services.run_template(
        template,
        values_of(values),
        actor=Principal(account=get_account(username, viewer=SYSTEM)),
        secrets=_asked_secrets(secrets),
        idempotency_key=key,
        plan_first=plan_first,
    )
    click.echo(str(run.uid))
    return _watch(run) if watch else 0


def _asked_secrets(names: tuple[str, ...]) -> dict[str, str]:
    """Typed in, never on the command line, where every process could read them."""
    return {name: click.prompt(name, hide_input=True) for name in names}


def values_of(values: tuple[str, ...]) -> dict[str, Any]:
    parameters = {}
    for item in values:
        name, separator, text = item.partition("=")
        if not separator:
            raise click.BadParameter(f"{item!r} is not NAME=VALUE.", param_hint="--set")
        parameters[name] = _value(text)
    return parameters


def _value(text: str) -> Any:
    """YAML: `8080` and `true` are what they look like, `[a, b]` is a list; whatever else is text."""
    try:
        value = yaml.safe_load(text)
    except yaml.YAMLError:
        return text
    return text if isinstance(value, dict) and not text.startswith("{") else value


def _watch(run: Task) -> int:
    after = 0
    while True:
        run.refresh_from_db()
        ended = run.status in (*Task.ENDED, Task.Status.WAITING)
        after = _print_log(run, after=after)
        if ended:
            return 0 if run.status in (Task.Status.COMPLETED, Task.Status.WAITING) else 1
        time.sleep(POLL_SECONDS)


def _print_log(run: Task, *, after: int) -> int:
    while lines := list(selectors.log_lines(run, viewer=SYSTEM, after=after, first=selectors.MAX_LINES)):
        for line in lines:
            after = line.pk
            click.echo(f"{line.at:%H:%M:%S}  {line.message}")
    return after
