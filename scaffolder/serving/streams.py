"""/events/tasks/<uuid>: a task's steps and log as server-sent events, while it runs; and Backstage's stream.

A stream holds no database connection. It is woken by NOTIFY, reads what is new through the selectors of
its viewer, and asks every few seconds whether the viewer still may.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

from django.http import HttpResponse

from portal.accounts.credentials import renew
from portal.accounts.principal import Principal
from portal.rest.errors import NotFound, PortalError
from scaffolder.models import LogLine, Step, Task
from scaffolder.rest.events import as_sent, new_events
from scaffolder.selectors import get_task, log_lines, steps_by_task
from scaffolder.serving.gate import (
    Receive,
    Scope,
    Send,
    answer,
    authenticate,
    check_stream_limit,
    in_database,
    refusal,
    send_events,
)
from scaffolder.serving.listening import listener

UID = r"([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})"
PATH = re.compile(rf"/events/tasks/{UID}")
BACKSTAGE_PATH = re.compile(rf"/api/scaffolder/v2/tasks/{UID}/eventstream")
CHECK_SECONDS = 5
LINES_AT_ONCE = 500


@dataclass
class Follower:
    """What one stream has seen."""

    viewer: Principal
    uid: UUID
    last_line: int = 0
    steps: dict[str, str] = field(default_factory=dict)
    is_behind: bool = False

    def read(self) -> tuple[list[str], bool]:
        """The events that are new, and whether the task has ended and all of it was told.

        Raises NotFound as soon as the viewer's session or token is over, or the task is hidden from it.
        """
        viewer = renew(self.viewer)
        if viewer is None:
            raise NotFound("The session is over.")
        task = get_task(self.uid, viewer=viewer)
        events = []
        for step in steps_by_task([task], viewer=viewer)[task.pk]:
            if self.steps.get(step.step_id) != step.status:
                self.steps[step.step_id] = step.status
                events.append(_event("step", _step(step)))
        lines = list(log_lines(task, viewer=viewer, after=self.last_line, first=LINES_AT_ONCE))
        for line in lines:
            self.last_line = line.pk
            events.append(_event("log", _line(line), line.pk))
        self.is_behind = len(lines) == LINES_AT_ONCE
        ended = task.status in Task.ENDED and not self.is_behind
        if ended:
            events.append(_event("end", {"status": task.status, "error": task.error or None}))
        return events, ended


@dataclass
class BackstageFollower(Follower):
    """The same in Backstage's words."""

    def read(self) -> tuple[list[str], bool]:
        events, ended = new_events(self.uid, self.last_line, viewer=self.viewer)
        for event in events:
            self.last_line = max(self.last_line, event["id"])
        self.is_behind = bool(events) and not ended
        return [as_sent(event) for event in events], ended


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request for a stream."""
    try:
        follower = await in_database(_follower, scope)
    except PortalError as error:
        await answer(send, refusal(scope, error))
        return
    if isinstance(follower, HttpResponse):
        await answer(send, follower)
        return
    await send_events(_events(follower), viewer=follower.viewer, receive=receive, send=send)


def _follower(scope: Scope) -> Follower | HttpResponse:
    """Raises PortalError where there is nothing to follow for whoever asks."""
    principal = authenticate(scope)
    if isinstance(principal, HttpResponse):
        return principal
    own, backstage = PATH.fullmatch(scope["path"]), BACKSTAGE_PATH.fullmatch(scope["path"])
    found = own or backstage
    if found is None or scope["method"] != "GET":
        raise NotFound("There is no such stream.")
    task = get_task(UUID(found[1]), viewer=principal)
    check_stream_limit(principal)
    kind = Follower if own else BackstageFollower
    return kind(principal, task.uid, _last_seen(scope))


def _last_seen(scope: Scope) -> int:
    """The id of the last line that the client has: its header says it, or the query."""
    [asked] = parse_qs(scope["query_string"].decode("latin-1")).get("after", ["0"])[:1]
    last = dict(scope["headers"]).get(b"last-event-id", asked.encode()).decode("latin-1")
    return int(last) if re.fullmatch(r"[0-9]{1,18}", last) else 0


async def _events(follower: Follower) -> AsyncIterator[str]:
    """What is new, as soon as it is; a comment every few seconds shows that the stream lives."""
    yield "retry: 2000\n\n"
    with listener().following(str(follower.uid)) as news:
        while True:
            news.clear()
            try:
                events, ended = await in_database(follower.read)
            except PortalError:
                return
            for event in events:
                yield event
            if ended:
                return
            if follower.is_behind:
                continue
            try:
                async with asyncio.timeout(CHECK_SECONDS):
                    await news.wait()
            except TimeoutError:
                yield ": still here\n\n"


def _event(name: str, data: dict[str, Any], event_id: int | None = None) -> str:
    head = f"id: {event_id}\n" if event_id else ""
    return f"{head}event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


def _step(step: Step) -> dict[str, Any]:
    return {
        "id": step.step_id,
        "name": step.name,
        "action": step.action,
        "status": step.status,
        "startedAt": _time(step.started_at),
        "finishedAt": _time(step.finished_at),
        "error": step.error or None,
    }


def _line(line: LogLine) -> dict[str, Any]:
    return {
        "id": line.pk,
        "stepId": line.step_id or None,
        "at": _time(line.at),
        "level": line.level,
        "message": line.message,
    }


def _time(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
