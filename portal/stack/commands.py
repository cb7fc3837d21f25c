"""The commands that run the stack: `portal up`, `portal doctor`, `portal reset`."""

import click

from portal.stack.home import Home


@click.command()
@click.option(
    "--host", default="127.0.0.1", envvar="PORTAL_HOST", show_default=True, help="Address to listen on."
)
@click.option(
    "--port", default=8000, envvar="PORTAL_PORT", show_default=True, help="Port of the page and the API."
)
@click.option(
    "--streams-port",
    default=0,
    envvar="PORTAL_STREAMS_PORT",
    help="Port of the streams.  [default: the next one]",
)
@click.option("--demo/--no-demo", default=True, help="Load the demo company (the default).")
def up(host: str, port: int, streams_port: int, demo: bool) -> None:
    """Start everything on this machine and keep it running until Ctrl-C.

    With DATABASE_URL and PORTAL_BROKER_URL set, those servers are used and nothing embedded starts.
    """
    from portal.stack.up import Options
    from portal.stack.up import up as run

    run(Options(host, port, streams_port, demo), Home.from_environment())
