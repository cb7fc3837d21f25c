"""Effects outside of the workspace, each exactly once: the intent before the call, the result after it."""

import json
from collections.abc import Callable
from typing import Any

from scaffolder.actions.action import Effect
from scaffolder.models import EffectRecord, Task
from scaffolder.running.journal import Journal
from scaffolder.secrets.redaction import redacted, redacted_json

Result = dict[str, Any]


def bring_about(
    effect: Effect,
    *,
    journal: Journal,
    step_id: str,
    mark: str,
    find: Callable[[], Result | None],
    make: Callable[[], Result],
) -> Result:
    """The `once` of an ActionContext. Raises CancelRequested before the call, LeaseLost before and after it.

    A worker that was frozen between the intent and the call may still make it when it wakes: the call carries
    `mark`, so whoever took over finds the same thing and not a second one.
    """
    target = redacted(journal.task, effect.target)
    record = EffectRecord.objects.filter(
        task=journal.task, mark=mark, verb=effect.verb, target=target
    ).first()
    if record is not None and record.state in (EffectRecord.State.DONE, EffectRecord.State.FOUND):
        known: Result = json.loads(record.result)
        return known
    is_new, result = record is None, find()
    with journal.holding(even_cancelled=result is not None) as task:
        record = _intended(task, effect, step_id=step_id, mark=mark)
    was_there = is_new and result is not None
    if result is None:
        result = make()
    with journal.holding(even_cancelled=True) as task:
        record.result = json.dumps(redacted_json(task, result), ensure_ascii=False)
        record.state = EffectRecord.State.FOUND if was_there else EffectRecord.State.DONE
        record.save(update_fields=["result", "state"])
    return result


def _intended(task: Task, effect: Effect, *, step_id: str, mark: str) -> EffectRecord:
    detail = json.dumps(redacted_json(task, dict(effect.detail)), ensure_ascii=False)
    record, _ = EffectRecord.objects.update_or_create(
        task=task,
        mark=mark,
        verb=effect.verb,
        target=redacted(task, effect.target),
        defaults={
            "step_id": step_id,
            "detail": detail,
            "creates": effect.creates,
            "state": EffectRecord.State.INTENDED,
        },
    )
    return record
