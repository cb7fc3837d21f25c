"""The operator's commands: `portal account …` and `portal token …`."""

import json
from typing import Any

import click

from portal.accounts import selectors, services
from portal.accounts.identity.services import link_identity
from portal.accounts.models import NamespaceGrant
from portal.accounts.principal import SCOPES, SYSTEM

as_json = click.option("--json", "wants_json", is_flag=True, help="One JSON array instead of lines.")
password_input = click.password_option(
    help="Asked for when not given; on a shared machine leave it out, other users can read command lines."
)


def _show(rows: list[dict[str, Any]], wants_json: bool) -> None:
    if wants_json:
        click.echo(json.dumps(rows, indent=2))
    for row in [] if wants_json else rows:
        click.echo("  ".join("-" if value in ("", None) else str(value) for value in row.values()))


@click.group()
def account() -> None:
    """Who may sign in, who they are in the catalog, what they were granted."""


@account.command("create")
@click.argument("username")
@password_input
@click.option("--user-ref", default="", help="The User of the catalog this is: user:default/jane.")
@click.option("--name", default="", help="The name to show.")
@click.option("--email", default="")
@click.option("--admin", "is_admin", is_flag=True, help="May manage everything.")
def create_account(username: str, **fields: Any) -> None:
    """Make an account that can sign in at once."""
    services.create_account(username, **fields, actor=SYSTEM)
    click.echo(f"{username} can sign in.")


@account.command("identify")
@click.argument("username")
@click.option("--provider", required=True, help="The id of an entry of PORTAL_IDENTITY_PROVIDERS.")
@click.option("--subject", required=True, help="Their `sub` at the provider; at GitHub their number.")
def identify_account(username: str, provider: str, subject: str) -> None:
    """Let somebody of an identity provider sign in as an account that is here already."""
    link_identity(username, provider=provider, subject=subject, actor=SYSTEM)
    click.echo(f"{subject} of {provider} signs in as {username}.")


@account.command("list")
@as_json
def list_accounts(wants_json: bool) -> None:
    """All accounts."""
    rows = [
        {
            "username": account.username,
            "userRef": account.user_ref,
            "state": "active" if account.is_active else "disabled",
            "role": "admin" if account.is_superuser else "",
        }
        for account in selectors.find_accounts(viewer=SYSTEM)
    ]
    _show(rows, wants_json)


@account.command()
@click.argument("username")
def disable(username: str) -> None:
    """End all sessions and tokens of an account and let it sign in no more."""
    services.set_account_active(username, False, actor=SYSTEM)
    click.echo(f"{username} is disabled; its sessions and tokens are over.")


@account.command()
@click.argument("username")
def enable(username: str) -> None:
    """Let a disabled account sign in again; what was ended stays ended."""
    services.set_account_active(username, True, actor=SYSTEM)
    click.echo(f"{username} can sign in.")


@account.command()
@click.argument("username")
@password_input
def password(username: str, password: str) -> None:
    """Set a password; sessions and tokens of the account end."""
    services.set_account_password(username, password, actor=SYSTEM)
    click.echo(f"{username} has a new password; sessions and tokens are over.")


@account.command()
@click.argument("username")
@click.argument("is_admin", type=click.Choice(["on", "off"]))
def admin(username: str, is_admin: str) -> None:
    """Make an account an administrator, or no longer."""
    services.set_account_admin(username, is_admin == "on", actor=SYSTEM)
    click.echo(f"{username} is {'an' if is_admin == 'on' else 'no'} administrator.")


@account.command()
@click.argument("username")
@click.argument("user_ref")
def link(username: str, user_ref: str) -> None:
    """Say which User of the catalog an account is ("" for none)."""
    linked = services.link_account(username, user_ref, actor=SYSTEM)
    click.echo(f"{username} is {linked.user_ref or 'nobody in the catalog'}.")


@account.command()
@click.argument("namespace")
@click.argument("subject")
@click.argument("role", type=click.Choice(NamespaceGrant.Role.values))
def grant(namespace: str, subject: str, role: str) -> None:
    """Give SUBJECT (user:…, group:… or everyone) a ROLE in NAMESPACE; the first grant closes it to others."""
    services.grant_namespace(namespace, subject=subject, role=role, actor=SYSTEM)
    click.echo(f"{subject} is {role} of {namespace}.")


@account.command("revoke-grant")
@click.argument("namespace")
@click.argument("subject")
def revoke_grant(namespace: str, subject: str) -> None:
    """Take a grant back."""
    services.revoke_namespace(namespace, subject=subject, actor=SYSTEM)
    click.echo(f"{subject} has no grant in {namespace}.")


@account.command()
@as_json
def grants(wants_json: bool) -> None:
    """All grants."""
    rows = [
        {"namespace": grant.namespace, "subject": grant.subject, "role": grant.role}
        for grant in selectors.find_namespace_grants(viewer=SYSTEM)
    ]
    _show(rows, wants_json)


@click.group()
def token() -> None:
    """Credentials for programs."""


@token.command("create")
@click.argument("name")
@click.option("--account", "username", required=True, help="The account it speaks for.")
@click.option("--scope", "scopes", multiple=True, required=True, type=click.Choice(list(SCOPES)))
@click.option("--days", default=90, show_default=True, help="How long it is good.")
def create_token(name: str, username: str, scopes: tuple[str, ...], days: int) -> None:
    """Make an API token; its text is printed now and never again."""
    owner = selectors.get_account(username, viewer=SYSTEM)
    _, secret = services.create_api_token(
        name, scopes=scopes, expires_in_days=days, actor=SYSTEM, account=owner
    )
    click.echo(secret)


@token.command("list")
@as_json
def list_tokens(wants_json: bool) -> None:
    """All tokens, without their secrets."""
    rows = [
        {
            "prefix": token.prefix,
            "account": token.account.username,
            "name": token.name,
            "scopes": ",".join(token.scopes),
            "expiresAt": f"{token.expires_at:%Y-%m-%dT%H:%M:%SZ}",
            "lastUsedAt": f"{token.last_used_at:%Y-%m-%dT%H:%M:%SZ}" if token.last_used_at else None,
            "revokedAt": f"{token.revoked_at:%Y-%m-%dT%H:%M:%SZ}" if token.revoked_at else None,
        }
        for token in selectors.find_api_tokens(viewer=SYSTEM)
    ]
    _show(rows, wants_json)


@token.command("revoke")
@click.argument("prefix")
def revoke_token(prefix: str) -> None:
    """End the token with this PREFIX (the part between the underscores) at once."""
    token = selectors.find_api_tokens(viewer=SYSTEM).filter(prefix=prefix).first()
    services.revoke_api_token(token.uid if token else None, actor=SYSTEM)
    click.echo(f"{prefix} is revoked.")
