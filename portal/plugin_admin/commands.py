"""`portal plugins`: what is installed, what is enabled, what each plugin adds, and looking after them."""

from collections.abc import Iterator

import click

from portal.accounts.principal import SYSTEM
from portal.extension.acceptance import accepted_claims
from portal.extension.claims import Claims
from portal.extension.inventory import PluginInfo, enabled_plugins, list_plugins
from portal.plugin_admin import services
from portal.plugin_admin.selectors import get_plugin


@click.group(invoke_without_command=True)
@click.pass_context
def plugins(context: click.Context) -> None:
    """List the plugins: name, version, state, what it is, what it adds, what it reads and calls."""
    if context.invoked_subcommand is not None:
        return
    for plugin in list_plugins():
        click.echo(_line(plugin))
        for contribution in plugin.contributions:
            click.echo(f"    {contribution.point:<28} {contribution.name}")
        for line in _claims(plugin.name):
            click.echo(f"    {line}")


@plugins.command()
@click.argument("name")
@click.option(
    "--only", multiple=True, metavar="CLAIM=VALUE", help="Accept this alone, such as kinds=Component."
)
def accept(name: str, only: tuple[str, ...]) -> None:
    """Accept what a plugin reads and calls, all of it or what --only names."""
    claims = get_plugin(name, viewer=SYSTEM).claims.to_json()
    if only:
        claims = {claim: [] for claim in claims}
        for each in only:
            claim, _, value = each.partition("=")
            if claim not in claims or not value:
                raise click.ClickException(
                    f"{each!r} is no claim: write one of {', '.join(claims)} and =value."
                )
            claims[claim].append(value)
    services.decide_claims(name, claims, actor=SYSTEM)
    click.echo(f"{name} may read and call what was accepted.")


@plugins.command()
@click.argument("name")
def withdraw(name: str) -> None:
    """Withdraw what was accepted of a plugin: it reads and calls nothing any more."""
    services.decide_claims(name, {}, actor=SYSTEM)
    click.echo(f"{name} may read and call nothing any more.")


def _claims(name: str) -> Iterator[str]:
    """What the plugin reads and calls, one line for each claim; what of it is refused says so."""
    config = next((config for config in enabled_plugins() if config.label == name), None)
    if config is None:
        return
    accepted = accepted_claims(config)
    for claim, value in config.claims.values():
        stated = Claims.of({claim: [value]})
        holds = [each for each in getattr(accepted, claim) if stated.covers(claim, each)]
        says = "" if holds == [value] else f" only {', '.join(holds)}" if holds else " refused"
        yield f"{'claims ' + claim:<28} {value}{says}"


def _line(plugin: PluginInfo) -> str:
    words = [plugin.name, plugin.version, plugin.state]
    return " ".join(word for word in words if word) + f": {plugin.reason or plugin.description}"
