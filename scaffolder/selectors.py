"""Reading tasks: one's own, or all for administrators; others' tasks are missing."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from catalog.models import Entity
from catalog.permissions import subjects_of
from portal.accounts.principal import Principal
from portal.rest.errors import NotFound
from scaffolder.models import Approval, EffectRecord, LogLine, Step, Task
from scaffolder.permissions import hidden_tags
from scaffolder.templates.parts import specs_by_entity
from scaffolder.templates.tagged import Spec, spec_tags, without_tagged

MAX_LINES = 1000


def find_tasks(*, viewer: Principal, own: bool = False) -> QuerySet[Task]:
    """The tasks that the viewer may see, newest first; with `own`, only those the viewer started.

    One sees one's own, and those that one may approve or might have.
    """
    rows = Task.objects.exclude(aim=Task.Aim.DRY_RUN).order_by("-created_at", "uid")
    if not viewer.has_scope("read"):
        return rows.none()
    if viewer.account is None or (viewer.is_admin and not own):
        return rows
    own_rows = Q(account=viewer.account)
    return rows.filter(own_rows if own else own_rows | Q(approvers__overlap=list(subjects_of(viewer))))


def find_tasks_to_approve(*, viewer: Principal) -> QuerySet[Task]:
    """Others' tasks that wait for an approval that the viewer may give, newest first."""
    rows = Task.objects.order_by("-created_at", "uid")
    if viewer.account is None or not viewer.has_scope("read"):
        return rows.none()
    waiting = rows.filter(status=Task.Status.WAITING, approvers__overlap=list(subjects_of(viewer)))
    decided = Approval.objects.filter(account=viewer.account, plan_hash=OuterRef("plan_hash"))
    return waiting.exclude(account=viewer.account).exclude(Exists(decided.filter(task=OuterRef("pk"))))


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


def effects_by_task(tasks: Sequence[Task], *, viewer: Principal) -> dict[int, list[EffectRecord]]:
    """What many tasks have done outside, in the order they did it."""
    found: dict[int, list[EffectRecord]] = {task.pk: [] for task in tasks}
    visible = find_tasks(viewer=viewer).order_by().values("pk")
    for effect in EffectRecord.objects.filter(task__in=list(found)).filter(task__in=visible).order_by("id"):
        found[effect.task_id].append(effect)
    return found


def approvals_by_task(tasks: Sequence[Task], *, viewer: Principal) -> dict[int, list[Approval]]:
    """What people have said about the plans of many tasks, in the order they said it."""
    found: dict[int, list[Approval]] = {task.pk: [] for task in tasks}
    visible = find_tasks(viewer=viewer).order_by().values("pk")
    rows = Approval.objects.filter(task__in=list(found)).filter(task__in=visible)
    for approval in rows.select_related("task").order_by("id"):
        found[approval.task_id].append(approval)
    return found


def log_lines(task: Task, *, viewer: Principal, after: int = 0, first: int = 100) -> Iterable[LogLine]:
    """At most `first` (1,000) lines of the log that come after the line with the id `after`."""
    return log_lines_by_task([task], viewer=viewer, after=after, first=first)[task.pk]


def last_line(task: Task, *, viewer: Principal) -> LogLine | None:
    """The line that tells how the task ended."""
    visible = find_tasks(viewer=viewer).order_by().filter(pk=task.pk)
    ends = LogLine.objects.filter(task__in=visible, kind=LogLine.Kind.COMPLETION)
    return ends.order_by("-id").first()


def task_stamp(task: Task, *, viewer: Principal) -> str:
    """Another text whenever anything that a viewer sees of the task is another."""
    visible = find_tasks(viewer=viewer).order_by().filter(pk=task.pk)
    steps = Step.objects.filter(task__in=visible).order_by("position").values_list("status", flat=True)
    said = LogLine.objects.filter(task__in=visible).aggregate(last=Max("id"))["last"]
    effects = EffectRecord.objects.filter(task__in=visible).order_by("id").values_list("state", flat=True)
    approvals = Approval.objects.filter(task__in=visible).count()
    own = (task.status, task.aim, task.cancel_requested, task.plan_hash, task.error)
    return repr((own, list(steps), said, list(effects), approvals))


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


def specs_shown(entities: Sequence[Entity], viewer: Principal) -> dict[int, Spec]:
    """The specs of templates with all they are made of and without what is for others, by primary key."""
    specs = specs_by_entity(entities, viewer)
    hidden = hidden_tags(viewer, frozenset().union(*map(spec_tags, specs.values())))
    return {pk: without_tagged(spec, hidden) for pk, spec in specs.items()}
