"""The operator's commands: `portal task …`."""

from uuid import UUID

import click

from portal.accounts.principal import SYSTEM
from scaffolder import selectors
from scaffolder.models import Task
from scaffolder.running import lifecycle
from scaffolder.running.stopping import stop_on_signals
from scaffolder.running.worker import run_pending_tasks

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
    print_log(found, after=0)
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
    found = lifecycle.retry_task(uid, actor=SYSTEM, secrets=asked_secrets(secrets))
    click.echo(f"{found.uid}  {found.status}")


@task.command()
@click.argument("uid", type=click.UUID)
@click.option("--secret", "secrets", multiple=True, metavar="NAME", help="Asks for a secret that it had.")
def undo(uid: UUID, secrets: tuple[str, ...]) -> None:
    """Take back what a failed or cancelled run has made."""
    found = lifecycle.undo_task(uid, actor=SYSTEM, secrets=asked_secrets(secrets))
    click.echo(f"{found.uid}  {found.status}")


@task.command()
def work() -> None:
    """Run what waits, here and now, until nothing does; for machines without a worker."""
    stop_on_signals()
    click.echo(f"{run_pending_tasks()} tasks run.")


def asked_secrets(names: tuple[str, ...]) -> dict[str, str]:
    """Typed in, never on the command line, where every process could read them."""
    return {name: click.prompt(name, hide_input=True) for name in names}


def print_log(run: Task, *, after: int) -> int:
    while lines := list(selectors.log_lines(run, viewer=SYSTEM, after=after, first=selectors.MAX_LINES)):
        for line in lines:
            after = line.pk
            click.echo(f"{line.at:%H:%M:%S}  {line.message}")
    return after
