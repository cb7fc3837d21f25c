"""`portal template`: lint, test and preview a folder without a server; update what a template has made."""

import difflib
from pathlib import Path

import click
import yaml

from portal.rest.errors import PortalError
from scaffolder.authoring.lint import lint as mistakes_of
from scaffolder.authoring.local import LocalTemplate, Outcome, find_templates, rehearse
from scaffolder.authoring.template_tests import BadTests, read_cases, run_case, tests_path
from scaffolder.commands.create import runner, values_of, watched
from scaffolder.services import update_from_template

PATH = click.argument("path", type=click.Path(exists=True, path_type=Path))


@click.group()
def template() -> None:
    """Check templates, run their tests, see what they make; update what they have made."""


@template.command()
@PATH
def lint(path: Path) -> None:
    """Check the templates at PATH and the files they fetch; exit code 1 if there are findings."""
    templates, findings = find_templates(path)
    for local in templates:
        findings += mistakes_of(local)
    for finding in findings:
        click.echo(str(finding))
    click.echo(f"{len(templates)} templates, {len(findings)} findings.", err=True)
    if findings or not templates:
        raise SystemExit(1)


@template.command("test")
@PATH
@click.option("--update", is_flag=True, help="Write the golden files as they come out now.")
def run_tests(path: Path, update: bool) -> None:
    """Run the cases of `template.test.yaml` beside each template; exit code 1 if one fails."""
    passed = failed = 0
    for local in _readable(path):
        cases = tests_path(local)
        if not cases.exists():
            click.echo(f"{local.path}: no {cases.name}", err=True)
            continue
        try:
            results = [run_case(local, case, update=update) for case in read_cases(cases)]
        except BadTests as error:
            raise click.ClickException(str(error)) from None
        for result in results:
            click.echo(f"{'FAIL' if result.failures else 'ok  '}  {local.path}: {result.case.name}")
            for failure in result.failures:
                click.echo(f"        {failure}")
        failed += sum(bool(result.failures) for result in results)
        passed += sum(not result.failures for result in results)
    click.echo(f"{passed} passed, {failed} failed.", err=True)
    if failed or not passed:
        raise SystemExit(1)


@template.command()
@PATH
@click.option("--set", "values", multiple=True, metavar="NAME=VALUE", help="A parameter; values are YAML.")
@click.option("--output", type=click.Path(path_type=Path, file_okay=False), help="Write the files there.")
@click.option(
    "--diff", type=click.Path(path_type=Path, exists=True), help="Show how they differ from a folder."
)
def preview(path: Path, values: tuple[str, ...], output: Path | None, diff: Path | None) -> None:
    """Show what the template at PATH would make and do; nothing is done."""
    templates = _readable(path)
    if len(templates) != 1:
        raise click.ClickException(f"{path} has {len(templates)} templates: name the file of one.")
    try:
        outcome = rehearse(templates[0], values_of(values))
    except PortalError as error:
        raise click.ClickException(f"{error.code}: {error.message}") from None
    _show(outcome)
    if diff is not None:
        _show_difference(outcome, diff)
    if output is not None:
        for name, content in outcome.files.items():
            (output / name).parent.mkdir(parents=True, exist_ok=True)
            (output / name).write_bytes(content)
    if outcome.error:
        raise click.ClickException(outcome.error)


def _readable(path: Path) -> list[LocalTemplate]:
    templates, findings = find_templates(path)
    for finding in findings:
        click.echo(str(finding), err=True)
    return templates


def _show(outcome: Outcome) -> None:
    for path, content in sorted(outcome.files.items()):
        click.echo(f"{len(content):8}  {path}")
    for planned in outcome.effects:
        click.echo(f"would {planned.effect}  ({planned.step_id})")
    if outcome.output:
        click.echo(yaml.safe_dump({"output": outcome.output}, sort_keys=False, allow_unicode=True).rstrip())


def _show_difference(outcome: Outcome, folder: Path) -> None:
    there = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
    for path in sorted({*outcome.files, *there}):
        old = (folder / path).read_bytes() if path in there else b""
        new = outcome.files.get(path, b"")
        before, after = (text.decode("utf-8", "replace").splitlines(keepends=True) for text in (old, new))
        for line in difflib.unified_diff(before, after, f"a/{path}", f"b/{path}"):
            click.echo(line.rstrip("\n"))


@template.command()
@click.argument("entity")
@click.option("--as", "username", help="The account that does it; the only administrator if left out.")
@click.option(
    "--set", "values", multiple=True, metavar="NAME=VALUE", help="An answer in place of that of then."
)
@click.option("--plan", "plan_first", is_flag=True, help="Show what would be merged, and wait for approval.")
@click.option("--watch", is_flag=True, help="Print the log to the end.")
def update(entity: str, username: str | None, values: tuple[str, ...], plan_first: bool, watch: bool) -> None:
    """Propose to ENTITY what the template that made it would render today, merged three ways."""
    actor = runner(username)
    try:
        run = update_from_template(entity, actor=actor, parameters=values_of(values), plan_first=plan_first)
    except PortalError as error:
        raise click.ClickException(error.message) from None
    click.echo(str(run.uid))
    if watch:
        raise SystemExit(watched(run))
