"""The command `portal create TEMPLATE`: run a template, rehearse it, or follow it to its end."""

import time
from typing import IO, Any

import click
import yaml
from click.shell_completion import CompletionItem

from catalog.query.entity_query import EntityQuery
from catalog.selectors import find_entities
from portal.accounts.models import Account
from portal.accounts.principal import SYSTEM, Principal
from portal.accounts.selectors import get_account
from portal.rest.errors import PortalError
from scaffolder import services
from scaffolder.authoring.dry_runs import dry_run_template
from scaffolder.commands.task import asked_secrets, print_log
from scaffolder.models import Task
from scaffolder.templates.parameters import declared_names

POLL_SECONDS = 0.25
EXIT_CODES = {
    Task.Status.COMPLETED: 0,
    Task.Status.FAILED: 1,
    Task.Status.CANCELLED: 3,
    Task.Status.WAITING: 4,
}
"""2 is click's, for a command that was typed wrongly."""


def _templates(context: click.Context, parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    rows = find_entities(EntityQuery(kind=("template",)), viewer=SYSTEM).order_by("ref")
    return [
        CompletionItem(ref, help=title)
        for ref, title in rows.values_list("ref", "title")
        if ref.startswith(begun) or ref.partition("/")[2].startswith(begun)
    ]


def _names(context: click.Context, parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """`NAME=` of the template's parameters; of one with a list of values, each of them."""
    named = [context.params.get("template"), *context.args]  # a line that is not whole is not parsed whole
    try:
        template, _ = services.get_template(next(filter(None, named), ""), viewer=SYSTEM)
    except PortalError:
        return []
    texts = [f"{name}=" for name in declared_names(template.pages)]
    for page in template.pages:
        for name, schema in (page.schema.get("properties") or {}).items():
            texts += [f"{name}={value}" for value in schema.get("enum") or ()]
    return [CompletionItem(text) for text in texts if text.startswith(begun)]


@click.command()
@click.argument("template", shell_complete=_templates)
@click.option("--as", "username", help="The account that runs it; the only administrator if left out.")
@click.option("--values", "file", type=click.File("rb"), help="Parameters as YAML or JSON; `-`: from stdin.")
@click.option(
    "--set", "values", multiple=True, metavar="NAME=VALUE", shell_complete=_names,
    help="A parameter, over those of --values; values are YAML.",
)  # fmt: skip
@click.option("--secret", "secrets", multiple=True, metavar="NAME", help="Asks for a secret by this name.")
@click.option("--plan", "plan_first", is_flag=True, help="Compute the plan and wait for its approval.")
@click.option("--dry-run", is_flag=True, help="Show the log, the effects and the files; change nothing.")
@click.option("--key", help="Idempotency key: the same one gives the same run.")
@click.option("--watch", is_flag=True, help="Print the log to the end of the run.")
def create(
    *,
    template: str,
    username: str | None,
    file: IO[bytes] | None,
    values: tuple[str, ...],
    secrets: tuple[str, ...],
    plan_first: bool,
    dry_run: bool,
    key: str | None,
    watch: bool,
) -> int:
    """Run a template.

    With --watch the exit code tells how it ended: 0 completed, 1 failed, 3 cancelled, 4 waits for approval.
    """
    actor = runner(username)
    parameters = {**_values_in(file), **values_of(values)}
    if dry_run:
        _show(dry_run_template(template, parameters, actor=actor, secrets=asked_secrets(secrets)))
        return 0
    run = services.run_template(
        template,
        parameters,
        actor=actor,
        secrets=asked_secrets(secrets),
        idempotency_key=key,
        plan_first=plan_first,
    )
    click.echo(str(run.uid))
    return watched(run) if watch else 0


def runner(username: str | None) -> Principal:
    """Whoever `--as` names, or else the only administrator."""
    return Principal(account=get_account(username, viewer=SYSTEM) if username else _only_administrator())


def _only_administrator() -> Account:
    found = list(Account.objects.filter(is_active=True, is_superuser=True)[:2])
    if len(found) != 1:
        raise click.UsageError("Say with --as which account runs it: there is not exactly one administrator.")
    return found[0]


def _values_in(file: IO[bytes] | None) -> dict[str, Any]:
    if file is None:
        return {}
    try:
        values = yaml.safe_load(file)
    except yaml.YAMLError as error:
        raise click.BadParameter(f"{file.name} is no YAML: {error}", param_hint="--values") from None
    if not isinstance(values, dict):
        raise click.BadParameter(f"{file.name} is no object of names and values.", param_hint="--values")
    return values


def values_of(values: tuple[str, ...]) -> dict[str, Any]:
    parameters = {}
    for item in values:
        name, separator, text = item.partition("=")
        if not separator:
            raise click.BadParameter(f"{item!r} is not NAME=VALUE.", param_hint="--set")
        parameters[name] = _value(text)
    return parameters


def _value(text: str) -> Any:
    """YAML: `8080` and `true` are what they look like, `[a, b]` is a list; whatever else is text."""
    try:
        value = yaml.safe_load(text)
    except yaml.YAMLError:
        return text
    return text if isinstance(value, dict) and not text.startswith("{") else value


def watched(run: Task) -> int:
    """Print the log to the end of a run; its exit code."""
    after = 0
    while True:
        run.refresh_from_db()
        code = EXIT_CODES.get(Task.Status(run.status))
        after = print_log(run, after=after)
        if code is not None:
            return code
        time.sleep(POLL_SECONDS)


def _show(answer: dict[str, Any]) -> None:
    for line in answer["log"]:
        click.echo(line["body"]["message"])
    for file in answer["directoryContents"]:
        size = len(file["base64Content"]) * 3 // 4 - file["base64Content"].count("=")
        click.echo(f"{size:8}  {file['path']}")
    if answer["output"]:
        click.echo(yaml.safe_dump({"output": answer["output"]}, sort_keys=False, allow_unicode=True).rstrip())
