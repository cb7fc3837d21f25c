"""`portal plugin new NAME` and `portal plugin check NAME|PATH`."""

from pathlib import Path

import click

from portal.extension.authoring.check import check_plugin, find_place
from portal.extension.authoring.new import NotWritten, check_name, write_in_tree, write_package
from portal.extension.discovery import TREE


@click.group()
def plugin() -> None:
    """Write a plugin, and check one."""


@plugin.command()
@click.argument("name")
@click.option("--folder", type=click.Path(path_type=Path), default=".", help="Where the package is written.")
@click.option("--in-tree", is_flag=True, help="Write it into plugins/ of this checkout.")
def new(name: str, folder: Path, in_tree: bool) -> None:
    """Write a plugin that works, with a passing test."""
    try:
        check_name(name)
        written = write_in_tree(name, TREE.parent) if in_tree else write_package(name, folder.resolve())
    except NotWritten as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"Written: {written}")
    for line in _what_next(name, written, in_tree):
        click.echo(f"  {line}")


def _what_next(name: str, written: Path, in_tree: bool) -> list[str]:
    if in_tree:
        return [
            f'make test ARGS="tests/plugins/{name}"',
            f"PORTAL_PLUGINS=+{name} make up",
        ]
    return [
        f"pip install -e {written}   (the portal's: .venv/bin/pip in a checkout)",
        f"python -m pytest {written}",
        f"PORTAL_PLUGINS=+{name} portal up --reload   (beside those that are on; its claims are accepted)",
    ]


@plugin.command()
@click.argument("which", metavar="NAME|PATH")
def check(which: str) -> None:
    """Say what should be mended in a plugin, installed or in a folder; exit code 1 if anything."""
    try:
        place = find_place(which)
    except NotWritten as error:
        raise click.ClickException(str(error)) from None
    findings = list(check_plugin(place))
    for finding in findings:
        click.echo(str(finding))
    if not findings:
        click.echo(f"{place.name}: nothing to mend.")
    click.get_current_context().exit(1 if findings else 0)
