"""The log of a task as Backstage's events: read after an id, and always told when the task has ended."""

import json
from typing import Any
from uuid import UUID

from portal.accounts.credentials import renew
from portal.accounts.principal import Principal
from portal.graphql.scalars import DateTime
from portal.rest.errors import NotFound
from scaffolder.models import LogLine, Task
from scaffolder.selectors import get_task, last_line, log_lines

LINES_AT_ONCE = 500


def new_events(uid: UUID, after: int, *, viewer: Principal) -> tuple[list[dict[str, Any]], bool]:
    """The events after that id, oldest first, and whether the last of them is the task's end.

    Of a task that has ended the end is there however large `after` is, so that a client which comes back late
    stops too. Raises NotFound as soon as the viewer's credential is over, or the task is hidden from it.
    """
    now = renew(viewer)
    if now is None:
        raise NotFound("The session is over.")
    task = get_task(uid, viewer=now)
    lines = list(log_lines(task, viewer=now, after=after, first=LINES_AT_ONCE))
    if task.status not in Task.ENDED and any(line.kind == LogLine.Kind.COMPLETION for line in lines):
        task = get_task(uid, viewer=now)  # it has ended between the two: its end tells the output
    has_ended = task.status in Task.ENDED and len(lines) < LINES_AT_ONCE
    if has_ended and not any(line.kind == LogLine.Kind.COMPLETION for line in lines):
        end = last_line(task, viewer=now)
        lines += [end] if end is not None else []
    return [_event(task, line) for line in lines], has_ended


def _event(task: Task, line: LogLine) -> dict[str, Any]:
    body: dict[str, Any] = {"message": line.message}
    if line.step_id:
        body["stepId"] = line.step_id
    if line.status:
        body["status"] = line.status
    if line.kind == LogLine.Kind.RECOVERED:
        body["recoverStrategy"] = "startOver"
    if line.kind == LogLine.Kind.COMPLETION:
        if task.status == Task.Status.COMPLETED:
            body["output"] = json.loads(task.output)
        elif task.error:
            body["error"] = {"name": "Error", "message": task.error}
    return {
        "id": line.pk,
        "taskId": str(task.uid),
        "type": line.kind,
        "body": body,
        "createdAt": DateTime.serialize(line.at),
        "isTaskRecoverable": False,
    }


def as_sent(event: dict[str, Any]) -> str:
    """The event as a stream carries it."""
    text = json.dumps(event, ensure_ascii=False)
    return f"id: {event['id']}\nevent: {event['type']}\ndata: {text}\n\n"
