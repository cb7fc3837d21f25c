"""The commands that run the stack: `portal up`, `portal doctor`, `portal reset`."""

from collections.abc import Callable
from typing import Any

import click

from portal.stack.home import Home


def where_to_listen(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that `up` and `doctor` share."""
    for option in reversed(
        (
            click.option("--host", default="127.0.0.1", envvar="PORTAL_HOST", show_default=True),
            click.option("--port", default=8000, envvar="PORTAL_PORT", show_default=True),
            click.option(
                "--streams-port", default=0, envvar="PORTAL_STREAMS_PORT", help="[default: the next port]"
            ),
        )
    ):
        command = option(command)
    return command


@click.command()
@where_to_listen
@click.option(
    "--demo/--no-demo",
    default=None,
    help="Load the demo company.  [default: with the embedded database only]",
)
@click.option("--reload", is_flag=True, help="Start web and worker again when a file of Python changes.")
def up(host: str, port: int, streams_port: int, demo: bool | None, reload: bool) -> None:
    """Start everything on this machine and keep it running until Ctrl-C.

    With DATABASE_URL and PORTAL_BROKER_URL set, those servers are used and nothing embedded starts.
    """
    from portal.stack import up as stack

    stack.up(stack.Options(host, port, streams_port, demo, reload), Home.from_environment())


@click.command()
@where_to_listen
def doctor(host: str, port: int, streams_port: int) -> None:
    """Say what is there, what is missing and how to get it."""
    from portal.stack.doctor import examine, report

    missing = report(examine(Home.from_environment(), host, port, streams_port), click.echo)
    if missing:
        raise click.exceptions.Exit(1)


@click.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def reset(yes: bool) -> None:
    """Delete the embedded database, its repositories, logs and secret key."""
    from portal.stack.postgres import remembered_folder
    from portal.stack.reset import refuse_when_running
    from portal.stack.reset import reset as delete

    home = Home.from_environment()
    refuse_when_running(home)
    if not yes:
        what = f"the database in {remembered_folder(home)} and the repositories in {home.git_root}"
        click.confirm(f"Delete {what}?", abort=True)
    delete(home)
    click.echo("Deleted. `portal up` starts anew.")
