"""GraphQL: following a task live."""

from typing import Any
from uuid import UUID

import graphene

from portal.accounts.principal import Principal
from portal.extension.batching import introduce
from portal.graphql.nodes import decode_uid
from portal.graphql.subscriptions import Feed, News, subscription_field
from scaffolder.models import Task
from scaffolder.schema.task import PortalTask
from scaffolder.selectors import get_task, task_stamp


class TaskFeed:
    """The task whenever it is another than when it was last read; first as it is. It ends with the task."""

    def __init__(self, uid: UUID) -> None:
        self.topic = str(uid)
        self._uid = uid
        self._seen = ""

    def read(self, viewer: Principal) -> News:
        task = get_task(self._uid, viewer=viewer)
        stamp = task_stamp(task, viewer=viewer)
        is_new, self._seen = stamp != self._seen, stamp
        return News(introduce([task]) if is_new else [], ended=task.status in Task.ENDED)


def _follow(viewer: Principal, id: str) -> Feed:
    """Raises NotFound where the task is missing or another's."""
    uid = decode_uid(id, "PortalTask")
    return TaskFeed(get_task(uid, viewer=viewer).uid)


class ScaffolderSubscriptions:
    """Tasks, live."""

    task_changed: Any = subscription_field(
        PortalTask,
        _follow,
        id=graphene.ID(required=True),
        description="A task as it is, and again whenever its status, a step, its log or its plan changes.",
    )
