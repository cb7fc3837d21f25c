"""The command `portal demo load`."""

import click

from portal.stack import demo as company


@click.group()
def demo() -> None:
    """The demo company Skerry Lines."""


@demo.command()
def load() -> None:
    """Load the company and its accounts; doing it again changes nothing."""
    company.load()
    click.echo("Skerry Lines is loaded. Sign in as:")
    for username, password, who in company.SIGN_INS:
        click.echo(f"  {username:<10} {password:<16} {who}")
