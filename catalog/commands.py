"""`portal catalog …`: what an operator does with the catalog; the commands decide nothing."""

from pathlib import Path

import click
from django.db.models import Count

from catalog.entities.refs import LocationRef
from catalog.ingestion.homes import DECLARED, home_ref
from catalog.ingestion.rebuild import rebuild
from catalog.ingestion.tree import read_tree
from catalog.ingestion.trust_services import trust_location
from catalog.kinds import static_kinds, using
from catalog.models import Entity, Location, Problem
from catalog.problems import DERIVED
from catalog.services import refresh_location, register_location, unregister_location
from catalog.sources import FileSource, SourceError, location_types
from catalog.sources.backstage import read_locations
from portal.accounts.principal import SYSTEM
from portal.rest.errors import PortalError


@click.group()
def catalog() -> None:
    """Locations of descriptors, and what came of them."""


@catalog.command()
@click.argument("target")
@click.option("--trusted", is_flag=True, help="It may define users, groups, templates: every kind.")
@click.option("--namespace", default="default", show_default=True, help="The location belongs to it.")
@click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False),
    help="The folder nothing is read outside of; by default the repository or folder around the file.",
)
def add(target: str, trusted: bool, namespace: str, root: str | None) -> None:
    """Register TARGET and read it: a path, an address, git:<address>[@<branch>[/<path>]], or
    git:<owner>/<name>[/<path>] of the embedded git host."""
    try:
        location = register_location(
            _location_ref(target),
            actor=SYSTEM,
            trusted=trusted,
            namespace=namespace,
            root=str(Path(root).resolve()) if root else "",
        )
    except PortalError as error:
        raise click.ClickException(f"{error.code}: {error.message}") from None
    _report(location)


@catalog.command("import")
@click.argument("backstage")
@click.option("--trusted", is_flag=True, help="As with `add`, for each of them.")
@click.option("--dry-run", is_flag=True, help="Only say what there is.")
def import_locations(backstage: str, trusted: bool, dry_run: bool) -> None:
    """Register the locations of the Backstage whose backend is at BACKSTAGE; exit code 1 if one cannot be."""
    try:
        targets = read_locations(backstage)
    except SourceError as error:
        raise click.ClickException(f"{error.code}: {error.message}") from None
    refused = 0
    for target in targets:
        if dry_run:
            click.echo(target)
            continue
        try:
            _report(register_location(target, actor=SYSTEM, trusted=trusted))
        except PortalError as error:
            refused += error.code != "LOCATION_EXISTS"
            click.echo(f"{target}: {error.code}: {error.message}")
    if refused:
        raise SystemExit(1)


@catalog.command()
@click.argument("path", type=click.Path(exists=True))
@click.option("--root", type=click.Path(exists=True, file_okay=False), help="As with `add`.")
def validate(path: str, root: str | None) -> None:
    """Check the descriptors at PATH without a server or database; exit code 1 if there are findings."""
    source_root = str(Path(root).resolve()) if root else ""
    try:
        with using(static_kinds()):
            tree = read_tree(FileSource(str(Path(path).resolve()), root=source_root), may_define=True)
    except SourceError as error:
        click.echo(f"{path}:1: {error.code}: {error.message}")
        raise SystemExit(1) from None
    for finding in sorted(tree.findings, key=lambda each: (each.path, each.line or 0)):
        click.echo(str(finding))
    files = len(tree.read_paths)
    click.echo(f"{len(tree.documents)} entities in {files} files, {len(tree.findings)} findings.", err=True)
    if tree.findings:
        raise SystemExit(1)


@catalog.command()
def status() -> None:
    """Locations, entities of each kind, and problems."""
    counts = dict(Entity.objects.filter(DECLARED).values_list("location").annotate(Count("id")))
    for location in Location.objects.order_by("id"):
        read = f"{location.last_success_at:%Y-%m-%d %H:%M:%S}Z" if location.last_success_at else "never"
        trusted = ", trusted" if location.trusted else ""
        click.echo(f"{location}  {counts.get(location.pk, 0)} entities, read {read}{trusted}")
        if location.last_error:
            click.echo(f"  {location.last_error}")
    for kind, count in Entity.objects.values_list("kind").annotate(Count("id")).order_by("kind"):
        click.echo(f"{count:7} {kind}")
    orphans = Entity.objects.filter(orphan=True).count()
    if orphans:
        click.echo(f"{orphans:7} orphans")
    for problem in Problem.objects.order_by("location_id", "path", "line"):
        click.echo(str(problem))


@catalog.command()
@click.argument("target", required=False)
@click.option("--allow-removal", is_flag=True, help="Remove what is gone, however much that is.")
def refresh(target: str | None, allow_removal: bool) -> None:
    """Read the location TARGET again, or all of them."""
    for location in [_find(target)] if target else Location.objects.order_by("id"):
        refresh_location(location.uid, actor=SYSTEM, allow_removal=allow_removal)
        location.refresh_from_db()
        _report(location)


@catalog.command()
@click.argument("target")
@click.option("--withdraw", is_flag=True, help="It is trusted no longer.")
def trust(target: str, withdraw: bool) -> None:
    """Let the location TARGET define users, groups, templates: every kind; and read it anew."""
    _report(trust_location(_find(target).uid, not withdraw, actor=SYSTEM))


@catalog.command()
@click.argument("target")
def remove(target: str) -> None:
    """Forget the location TARGET and every entity that comes from it."""
    location = _find(target)
    count = Entity.objects.filter(location=location).count()
    unregister_location(location.uid, actor=SYSTEM)
    click.echo(f"{location}: removed with {count} entities.")


@catalog.command("rebuild")
def rebuild_command() -> None:
    """Derive indexes and relations from the documents again; says what was different."""
    result = rebuild()
    click.echo(
        f"{result.entities} entities: {result.rows} rows, {result.relations} relation ends, "
        f"{result.terms} facet terms, {result.rendered} rendered relations were different."
    )


def _location_ref(target: str) -> str:
    """A path becomes a location; what already is one stays."""
    if "://" in target or target.partition(":")[0] in set(location_types()) - {"file"}:
        return target
    return f"file:{Path(target.removeprefix('file:')).resolve()}"


def _find(target: str) -> Location:
    ref = LocationRef.parse(_location_ref(target))
    location = Location.objects.filter(type=ref.type, target=ref.target).first()
    if location is None:
        raise click.ClickException(f"{ref} is not registered. `portal catalog status` lists what is.")
    return location


def _report(location: Location) -> None:
    """One line for the location, one for each of its problems."""
    count = Entity.objects.filter(location=location).exclude(ref=str(home_ref(location))).count()
    found = Problem.objects.filter(location=location).exclude(code__in=DERIVED)
    problems = list(found.order_by("path", "line", "id"))
    click.echo(f"{location}: {count} entities, {len(problems)} problems.")
    for problem in problems:
        click.echo(f"  {problem}")
