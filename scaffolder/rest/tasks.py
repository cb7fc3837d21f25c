"""Tasks as Backstage writes them: list, read, create, cancel, retry, dry run."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse, JsonResponse
from rest_framework.request import Request

from catalog.models import Entity
from catalog.selectors import get_entities_by_refs
from portal.accounts.principal import Principal
from portal.accounts.viewer import viewer_of
from portal.graphql.scalars import DateTime
from portal.rest.errors import Invalid
from portal.rest.responses import error_response
from portal.rest.views import bad_request, json_body, number_of
from scaffolder import services
from scaffolder.authoring.dry_runs import dry_run
from scaffolder.models import Task
from scaffolder.running import lifecycle
from scaffolder.secrets.vault import InvalidSecrets
from scaffolder.selectors import find_tasks, get_task
from scaffolder.templates.parameters import InvalidParameters

DEFAULT_LIMIT = 100
MAX_LIMIT = 1000
ORDERS = {"created_at": "created_at", "status": "status", "created_by": "created_by"}
STATUSES = {Task.Status.WAITING: "open", Task.Status.PARKED: "processing"}
"""What tasks are to a client that knows neither approval (it has not begun) nor waiting for others."""


def list_tasks(request: Request) -> HttpResponse:
    """`GET /v2/tasks`: what the viewer may see, newest first."""
    given = request.GET
    viewer = viewer_of(request)
    rows = find_tasks(viewer=viewer)
    if owners := given.getlist("createdBy"):
        rows = rows.filter(created_by__in=owners)
    if statuses := given.getlist("status"):
        wanted = {*statuses, *(own for own, shown in STATUSES.items() if shown in statuses)}
        rows = rows.filter(status__in=wanted)
    rows = _ordered(rows, given.getlist("order"))
    offset = number_of(given.get("offset", "0"), "offset")
    limit = min(number_of(given.get("limit", str(DEFAULT_LIMIT)), "limit"), MAX_LIMIT)
    tasks = list(rows.select_related("account")[offset : offset + limit])
    return JsonResponse({"tasks": task_documents(tasks, viewer), "totalTasks": rows.count()})


def read_task(request: Request, uid: UUID) -> HttpResponse:
    """`GET /v2/tasks/:id`."""
    viewer = viewer_of(request)
    [document] = task_documents([get_task(uid, viewer=viewer)], viewer)
    return JsonResponse(document)


def create_task(request: Request) -> HttpResponse:
    """`POST /v2/tasks`: 201 and the id. The header Idempotency-Key makes a repeat give the same task."""
    body = json_body(request)
    ref = body.get("templateRef")
    if not isinstance(ref, str):
        raise bad_request("templateRef: the ref of a template, as text.", "templateRef")
    try:
        task = services.run_template(
            ref,
            body.get("values", {}),
            actor=viewer_of(request),
            secrets=body.get("secrets"),
            idempotency_key=request.headers.get("Idempotency-Key"),
        )
    except (InvalidParameters, InvalidSecrets) as error:
        return schema_errors(request, error)
    return JsonResponse({"id": str(task.uid)}, status=201)


def cancel(request: Request, uid: UUID) -> HttpResponse:
    """`POST /v2/tasks/:id/cancel`."""
    lifecycle.cancel_task(uid, actor=viewer_of(request))
    return JsonResponse({"status": "cancelled"})


def retry(request: Request, uid: UUID) -> HttpResponse:
    """`POST /v2/tasks/:id/retry`: 201 and the same id. `values` may be given too, which Backstage has not."""
    body = json_body(request, optional=True)
    try:
        task = lifecycle.retry_task(
            uid, actor=viewer_of(request), parameters=body.get("values"), secrets=body.get("secrets")
        )
    except (InvalidParameters, InvalidSecrets) as error:
        return schema_errors(request, error)
    return JsonResponse({"id": str(task.uid)}, status=201)


def make_dry_run(request: Request) -> HttpResponse:
    """`POST /v2/dry-run`: answered by a worker, at most PORTAL_DRY_RUN_SECONDS later."""
    body = json_body(request)
    try:
        answer = dry_run(
            body.get("template"),
            body.get("values", {}),
            body.get("directoryContents", []),
            actor=viewer_of(request),
            secrets=body.get("secrets"),
        )
    except (InvalidParameters, InvalidSecrets) as error:
        return schema_errors(request, error)
    return JsonResponse(answer)


def task_documents(tasks: Sequence[Task], viewer: Principal) -> list[dict[str, Any]]:
    """Tasks with their spec, as Backstage's API gives them; secrets are never among it."""
    refs = {task.template_ref for task in tasks} | {task.account.user_ref for task in tasks} - {""}
    entities = get_entities_by_refs(refs, viewer)
    return [_document(task, entities) for task in tasks]


def _document(task: Task, entities: dict[str, Entity]) -> dict[str, Any]:
    spec = json.loads(task.spec)
    template, user = entities.get(task.template_ref), entities.get(task.account.user_ref)
    info: dict[str, Any] = {"entityRef": task.template_ref}
    if template is not None:
        info["entity"] = {"metadata": json.loads(template.document).get("metadata", {})}
    who: dict[str, Any] = {"ref": task.account.user_ref or None}
    if user is not None:
        who["entity"] = json.loads(user.document)
    document: dict[str, Any] = {
        "id": str(task.uid),
        "spec": {
            "apiVersion": "scaffolder.backstage.io/v1beta3",
            "steps": [_step(step) for step in spec["steps"]],
            "output": spec["output"],
            "parameters": json.loads(task.parameters),
            "user": who,
            "templateInfo": info,
        },
        "status": STATUSES.get(Task.Status(task.status), task.status),
        "createdAt": DateTime.serialize(task.created_at),
        "createdBy": task.created_by,
    }
    if task.started_at:
        document["lastHeartbeatAt"] = DateTime.serialize(
            task.finished_at or task.lease_until or task.started_at
        )
    return document


def _step(written: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in written.items() if value is not None}


def schema_errors(request: Request, error: InvalidParameters | InvalidSecrets) -> HttpResponse:
    """400 with Backstage's list of validation errors, beside the error body that every answer has."""
    causes: tuple[Invalid, ...] = getattr(error, "causes", ()) or (error,)
    answer = error_response(request._request, bad_request(error.message, *error.path, code=error.code))
    body = json.loads(answer.content)
    body["errors"] = [
        {
            "path": list(cause.path[1:]),
            "property": ".".join(("instance", *cause.path[1:])),
            "message": cause.message,
            "schema": {},
            "name": cause.code,
            "argument": None,
            "stack": f"{'.'.join(('instance', *cause.path[1:]))} {cause.message}",
        }
        for cause in causes
    ]
    answer.content = json.dumps(body).encode()
    return answer


def _ordered(rows: QuerySet[Task], orders: list[str]) -> QuerySet[Task]:
    keys = []
    for order in orders:
        direction, _, field = order.partition(":")
        if direction not in ("asc", "desc") or field not in ORDERS:
            raise bad_request(
                f"order: {order[:100]!r} is not <asc or desc>:<created_at, status or created_by>", "order"
            )
        keys.append(f"{'-' * (direction == 'desc')}{ORDERS[field]}")
    return rows.order_by(*keys, "-created_at", "uid") if keys else rows
