"""`portal plugins`: what is installed, what is enabled, what each plugin adds."""

import click

from portal.extension.inventory import PluginInfo, list_plugins


@click.command()
def plugins() -> None:
    """List the plugins: name, version, state, what it is, and what it adds."""
    for plugin in list_plugins():
        click.echo(_line(plugin))
        for contribution in plugin.contributions:
            click.echo(f"    {contribution.point:<28} {contribution.name}")


def _line(plugin: PluginInfo) -> str:
    words = [plugin.name, plugin.version, plugin.state]
    return " ".join(word for word in words if word) + f": {plugin.reason or plugin.description}"
