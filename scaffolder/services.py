"""Running templates, and naming those that cannot be run."""

import json
from dataclasses import replace
from typing import Any

from django.conf import settings
from jsonschema import Draft7Validator
from referencing import Registry

from catalog.models import Entity
from catalog.query.entity_query import EntityQuery
from catalog.selectors import find_entities, get_entity
from portal.accounts.models import Account
from portal.accounts.permissions import require_scope
from portal.accounts.principal import Principal
from portal.audit.services import operation
from portal.rest.errors import Conflict, Denied, Invalid, NotFound, PortalError, TooMany
from scaffolder.actions import find_action
from scaffolder.models import Step, Task
from scaffolder.permissions import hidden_tags, require_use
from scaffolder.running.attempt import SCOPE
from scaffolder.running.leases import notify
from scaffolder.running.lineage import get_lineage, keep_version
from scaffolder.running.wake import wake_workers_on_commit
from scaffolder.secrets.vault import InvalidSecrets, checked_secrets, sealed_secrets
from scaffolder.templates.parameters import check_parameters, declared_names
from scaffolder.templates.parts import CatalogParts
from scaffolder.templates.template import (
    InvalidTemplate,
    StepSpec,
    Template,
    read_document,
    template_mistakes,
)

MAX_KEY = 200
MAX_LOOKED_AT = 500


def get_template(ref: str, *, viewer: Principal) -> tuple[Template, Entity]:
    """The template of that ref, what of it is the viewer's. Raises NotFound, InvalidRef, InvalidTemplate."""
    entity = get_entity(ref, viewer=viewer)
    if entity.kind != "Template":
        raise NotFound(f"{entity.ref} is not a template.", code="TEMPLATE_NOT_FOUND", path=("templateRef",))
    parts = CatalogParts(viewer)
    place = parts.part(entity).place
    document = read_document(
        entity.document, entity.ref, parts, place=place, hidden=lambda tags: hidden_tags(viewer, tags)
    )
    return document, entity


def _read(entity: Entity, parts: CatalogParts) -> Template:
    return read_document(entity.document, entity.ref, parts, place=parts.part(entity).place)


def broken_templates(*, viewer: Principal) -> list[tuple[Entity, tuple[PortalError, ...]]]:
    """The templates that the viewer sees and nobody can run, by name, each with all of its mistakes."""
    broken = []
    parts = CatalogParts(viewer)
    entities = find_entities(EntityQuery(kind=("Template",)), viewer=viewer)[:MAX_LOOKED_AT]
    parts.load(entities)
    for entity in entities:
        try:
            mistakes = tuple(template_mistakes(_read(entity, parts)))
        except InvalidTemplate as error:
            mistakes = error.causes or (error,)
        if mistakes:
            broken.append((entity, mistakes))
    return broken


def run_template(
    template_ref: str,
    parameters: Any,
    *,
    actor: Principal,
    secrets: Any = None,
    idempotency_key: str | None = None,
    plan_first: bool = False,
    priority: Task.Priority = Task.Priority.NORMAL,
) -> Task:
    """Accept a run of a template; workers take it from there. Nothing of it runs before all of it is checked.

    With `plan_first`, or where the template asks for approval, the plan is computed and the task then waits
    for it to be approved. The same key with the same template and parameters gives the task that is there
    already. Raises InvalidParameters, InvalidSecrets, InvalidTemplate, NotFound, Denied, Conflict
    (IDEMPOTENCY_KEY_REUSED) and TooMany.
    """
    with operation("task.create", actor=actor, target=template_ref) as now:
        require_scope(actor, SCOPE)
        account = lock_account(actor)
        key = _checked_key(idempotency_key)
        template, _ = get_template(template_ref, viewer=actor)
        now.namespace = template.namespace
        earlier = _earlier_task(account, key, template, parameters)
        if earlier is not None:
            return earlier
        check_template(template, actor)
        _check_priority(actor, priority)
        values = check_parameters(template.pages, parameters)
        known = check_secrets(template.secrets_schema, secrets)
        check_queue(account)
        task = new_task(template, values, parameters, account=account, actor=actor)
        task.idempotency_key, task.priority = key, priority
        add_secrets(task, known)
        _ask_for_plan(task, template, plan_first)
        save_new_task(task, template)
        keep_version(task, template.document)
        now.target, now.detail = f"task:{task.uid}", {"template": template.ref, "hash": template.hash}
        wake_workers_on_commit()
    return task


def update_from_template(
    entity_ref: str, *, actor: Principal, parameters: Any = None, plan_first: bool = False
) -> Task:
    """Accept an update of what a template has made: a task of one step, `template:update`.

    `parameters` go over the answers of then; what the template asks no more is left out. Raises NotFound
    (LINEAGE_UNKNOWN too) and what `run_template` does.
    """
    with operation("task.create", actor=actor, target=entity_ref) as now:
        require_scope(actor, SCOPE)
        account = lock_account(actor)
        lineage = get_lineage(get_entity(entity_ref, viewer=actor), viewer=actor)
        whole, _ = get_template(lineage.template_ref, viewer=actor)
        now.namespace = whole.namespace
        given = {"entityRef": entity_ref, "parameters": "${{ parameters }}"}
        step = StepSpec("update", f"Update {lineage.ref}", "template:update", given)
        url = "${{ steps.update.output.remoteUrl }}"
        links = [{"title": "The proposal", "url": url, "if": url}]
        template = replace(whole, steps=(step,), output={"links": links}, secrets_schema={})
        check_template(template, actor)
        asked = set(declared_names(whole.pages))
        answers = {key: value for key, value in json.loads(lineage.answers).items() if key in asked}
        values = check_parameters(whole.pages, {**answers, **(parameters or {})})
        check_queue(account)
        task = new_task(template, values, values, account=account, actor=actor)
        add_secrets(task, {})
        _ask_for_plan(task, template, plan_first)
        save_new_task(task, template)
        keep_version(task, whole.document)
        now.target, now.detail = f"task:{task.uid}", {"template": whole.ref, "updates": lineage.ref}
        wake_workers_on_commit()
    return task


def lock_account(actor: Principal) -> Account:
    """The row lock makes submissions of one account wait for each other, so that limits and keys hold."""
    if actor.account is None:
        raise Denied("A task runs as somebody: name the account it is for.")
    return Account.objects.select_for_update().get(pk=actor.account.pk)


def _checked_key(key: str | None) -> str:
    if key is not None and not 1 <= len(key) <= MAX_KEY:
        raise Invalid(f"An idempotency key has 1 to {MAX_KEY} characters.", path=("idempotencyKey",))
    return key or ""


def _earlier_task(account: Account, key: str, template: Template, parameters: Any) -> Task | None:
    task = Task.objects.filter(account=account, idempotency_key=key).first() if key else None
    if task is None:
        return None
    if task.template_ref != template.ref or json.loads(task.spec)["given"] != parameters:
        raise Conflict(
            "This idempotency key belongs to another run: use a new key for a new run.",
            code="IDEMPOTENCY_KEY_REUSED",
            path=("idempotencyKey",),
        )
    return task


def check_template(template: Template, actor: Principal) -> None:
    if template.is_fragment:
        raise InvalidTemplate(f"{template.ref} is a fragment: it runs as a part of other templates only.")
    mistakes = template_mistakes(template)
    if mistakes:
        words = " ".join(mistake.message for mistake in mistakes[:5])
        raise InvalidTemplate(f"{template.ref} cannot be run: {words}", causes=tuple(mistakes))
    require_use(actor, template.ref, (step.action for step in template.steps))
    for step in template.steps:
        action = find_action(step.action)
        for scope in sorted(action.scopes) if action else ():
            require_scope(actor, scope)


def check_secrets(schema: dict[str, Any], given: Any) -> dict[str, str]:
    """The secrets, if they are those that the template asks for. Raises InvalidSecrets, naming no value."""
    values = checked_secrets(given)
    validator = Draft7Validator(schema, registry=Registry())
    for error in validator.iter_errors(values):
        name = ".".join(str(part) for part in error.absolute_path)
        lacking = (
            [key for key in error.validator_value if key not in values]
            if (error.validator == "required")
            else []
        )
        what = f"{', '.join(lacking)} is needed" if lacking else f"{name or 'they'}: not what is asked for"
        raise InvalidSecrets(f"The secrets are not those of the template: {what}.", path=("secrets", name))
    return values


def check_queue(account: Account) -> None:
    waits = (Task.Status.OPEN, Task.Status.WAITING)
    waiting = Task.objects.filter(account=account, status__in=waits).count()
    limit = settings.TASKS_QUEUED_PER_ACCOUNT
    if waiting >= limit:
        raise TooMany(
            f"You have {waiting} tasks waiting, and {limit} is the limit: wait for some, or cancel them.",
            retry_after=30,
            code="TASK_LIMIT",
        )


def new_task(
    template: Template, values: dict[str, Any], given: Any, *, account: Account, actor: Principal
) -> Task:
    """A task that is not saved yet. It keeps all it needs of the template, which may change meanwhile."""
    spec = {
        "steps": [step.as_json() for step in template.steps],
        "output": template.output,
        "parameterNames": declared_names(template.pages),
        "tags": sorted(template.tags),
        "recovery": template.recovery,
        "given": given,
    }
    return Task(
        namespace=template.namespace,
        template_ref=template.ref,
        template_title=template.title,
        template_hash=template.hash,
        spec=json.dumps(spec, ensure_ascii=False),
        parameters=json.dumps(values, ensure_ascii=False),
        account=account,
        created_by=actor.label,
        scopes=sorted(actor.scopes) if actor.scopes is not None else None,
        token_id=actor.token_id,
        credential_stamp=account.credential_stamp(),
    )


def add_secrets(task: Task, secrets: dict[str, str]) -> None:
    spec = json.loads(task.spec)
    task.spec = json.dumps({**spec, "secretNames": sorted(secrets)}, ensure_ascii=False)
    task.secrets = sealed_secrets(secrets)


def _ask_for_plan(task: Task, template: Template, plan_first: bool) -> None:
    if not template.approval and not plan_first:
        return
    task.aim, task.approvals_needed = Task.Aim.PLAN, 1
    if template.approval:
        task.approvals_needed, task.approvers = template.approval.count, list(template.approval.approvers)


def _check_priority(actor: Principal, priority: Task.Priority) -> None:
    if priority > Task.Priority.NORMAL and not actor.is_admin:
        raise Denied("Only administrators may put a task before those of others.", path=("priority",))


def save_new_task(task: Task, template: Template) -> None:
    task.save()
    Step.objects.bulk_create(
        Step(task=task, position=position, step_id=step.id, name=step.name, action=step.action)
        for position, step in enumerate(template.steps)
    )
    notify(task.uid)
