"""`portal plugins`: what is installed, what is enabled, what each plugin adds, and looking after them."""

import click

from portal.extension.inventory import PluginInfo, list_plugins
from portal.plugin_admin import services


@click.group(invoke_without_command=True)
@click.pass_context
def plugins(context: click.Context) -> None:
    """List the plugins: name, version, state, what it is, and what it adds."""
    if context.invoked_subcommand is not None:
        return
    for plugin in list_plugins():
        click.echo(_line(plugin))
        for contribution in plugin.contributions:
            click.echo(f"    {contribution.point:<28} {contribution.name}")


@plugins.command("renew-secrets")
def renew_secrets() -> None:
    """Encrypt the secret settings again, with the first of PORTAL_ENCRYPTION_KEYS."""
    click.echo(f"{services.renew_secrets()} plugins.")


def _line(plugin: PluginInfo) -> str:
    words = [plugin.name, plugin.version, plugin.state]
    return " ".join(word for word in words if word) + f": {plugin.reason or plugin.description}"
