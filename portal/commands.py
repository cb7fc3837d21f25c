"""`portal renew-secrets`: what an operator does to a portal as a whole."""

import click

from portal.encryption import renew_everything


@click.command("renew-secrets")
def renew_secrets() -> None:
    """Encrypt every secret in the database again, with the first of PORTAL_ENCRYPTION_KEYS."""
    for what, count in renew_everything().items():
        click.echo(f"{what}: {count}")
