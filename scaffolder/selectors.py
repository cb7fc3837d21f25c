"""Reading tasks: one's own, or all for administrators; others' tasks are missing."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import QuerySet, Window
from django.db.models.functions import RowNumber

from portal.accounts.principal import Principal
from portal.rest.errors import NotFound
from scaffolder.models import LogLine, Step, Task

MAX_LINES = 1000


def find_tasks(*, viewer: Principal, own: bool = False) -> QuerySet[Task]:
    """The tasks that the viewer may see, newest first; with `own`, only those the viewer started."""
    rows = Task.objects.order_by("-created_at", "uid")
    if not viewer.has_scope("read"):
        return rows.none()
    if viewer.account is None or (viewer.is_admin and not own):
        return rows
    return rows.filter(account=viewer.account)


def get_task(uid: UUID | None, *, viewer: Principal) -> Task:
    """Raises NotFound (TASK_NOT_FOUND) where it is missing or another's."""
    task = find_tasks(viewer=viewer).filter(uid=uid).first() if uid else None
    if task is None:
        raise NotFound("There is no such task.", code="TASK_NOT_FOUND")
    return task


def steps_by_task(tasks: Sequence[Task], *, viewer: Principal) -> dict[int, list[Step]]:
    """The steps of many tasks in their order, by primary key; `viewer` is whoever loaded the tasks."""
    found: dict[int, list[Step]] = {task.pk: [] for task in tasks}
    visible = find_tasks(viewer=viewer).order_by().values("pk")
    for step in Step.objects.filter(task__in=list(found)).filter(task__in=visible).order_by("position"):
        found[step.task_id].append(step)
    return found


def log_lines(task: Task, *, viewer: Principal, after: int = 0, first: int = 100) -> Iterable[LogLine]:
    """At most `first` (1,000) lines of the log that come after the line with the id `after`."""
    return log_lines_by_task([task], viewer=viewer, after=after, first=first)[task.pk]


def log_lines_by_task(
    tasks: Sequence[Task], *, viewer: Principal, after: int = 0, first: int = 100
) -> dict[int, list[LogLine]]:
    """The same for many tasks, by primary key; one statement."""
    found: dict[int, list[LogLine]] = {task.pk: [] for task in tasks}
    visible = find_tasks(viewer=viewer).order_by().values("pk")
    place = Window(RowNumber(), partition_by="task_id", order_by="id")
    lines = LogLine.objects.filter(task__in=list(found), id__gt=max(after, 0)).filter(task__in=visible)
    for line in lines.annotate(place=place).filter(place__lte=max(0, min(first, MAX_LINES))).order_by("id"):
        found[line.task_id].append(line)
    return found
