"""Telling whoever started a task what they would find out late: it failed, or it waits for people."""

from portal.notifications.models import Notification
from portal.notifications.services import Message, tell
from scaffolder.models import Task


def tell_of_end(task: Task) -> None:
    """Its owner is told that it failed, or that others ended it; what they ended themselves they know."""
    if task.aim == Task.Aim.DRY_RUN or not task.error:
        return
    how = "failed" if task.status == Task.Status.FAILED else "was cancelled"
    _tell(task, f"{task.template_title} {how}", info=task.error, severity=Notification.Severity.HIGH)


def tell_of_plan(task: Task) -> None:
    """Its owner is told that it waits: for them, where nobody else approves it."""
    if task.approvers:
        waits = f"{task.template_title} waits for approval"
        _tell(task, waits, info=f"By {', '.join(task.approvers)}.")
    else:
        _tell(task, f"The plan of {task.template_title} is ready: approve it to run it")


def _tell(task: Task, title: str, *, info: str = "", severity: str = Notification.Severity.NORMAL) -> None:
    """What was said before about the task gives way: only how it is now is of use."""
    message = Message(
        title[:200], info=info, link=f"/tasks/{task.uid}", severity=severity, topic="task",
        scope=f"task {task.uid}",
    )  # fmt: skip
    mark = f"{task.uid} {task.fence} {task.status}"
    tell(message, [task.account], origin="scaffolder", mark=mark)
