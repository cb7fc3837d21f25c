"""Taking back what a task has made, last thing first; what stays is named with the reason."""

import json
from typing import Any

from portal.rest.errors import PortalError
from scaffolder.actions import find_action
from scaffolder.actions.action import ActionError, Effect
from scaffolder.models import EffectRecord, LogLine, Task
from scaffolder.running.attempt import Attempt
from scaffolder.running.context import StepContext
from scaffolder.running.leases import write_log
from scaffolder.running.lineage import forget_lineage
from scaffolder.running.steps import INTERRUPTIONS, logger
from scaffolder.secrets.redaction import redacted

State = EffectRecord.State


class UndoAttempt(Attempt):
    """Undoes effect by effect, each recorded; begun again, it goes on with what is left."""

    def work(self) -> None:
        self.workspace.open()
        records = list(
            EffectRecord.objects.filter(task=self.task, state__in=EffectRecord.LEFTOVERS).order_by("-id")
        )
        self.journal.say(f"Taking back {len(records)} effects, the last one first")
        for record in records:
            self.heartbeat.check_between_steps()
            self._undo(record)
        left = [record for record in records if record.state == State.LEFT]
        if left:
            names = "; ".join(f"{record} ({record.problem})" for record in left)
            self.end(Task.Status.FAILED, error=f"Clean-up needed: {names}")
        else:
            self.end(Task.Status.CANCELLED)

    def _undo(self, record: EffectRecord) -> None:
        problem = self._problem(record)
        with self.journal.holding(even_cancelled=True) as task:
            record.problem = redacted(task, problem)
            record.state = State.LEFT if problem else State.UNDONE
            record.save(update_fields=["state", "problem"])
            if not problem:
                forget_lineage(task, record.creates)
            if problem:
                message = f"Could not undo: {record}: {problem}"
                write_log(task, message, step_id=record.step_id, level=LogLine.Level.ERROR)
            else:
                write_log(task, f"Undone: {record}", step_id=record.step_id)

    def _problem(self, record: EffectRecord) -> str:
        """Why an effect stays; "" once it is gone."""
        step = next((step for step in self.steps if step.id == record.step_id), None)
        action = find_action(step.action) if step else None
        if step is None or action is None or action.undo is None:
            return "this action cannot be taken back"
        effect = Effect(record.verb, record.target, json.loads(record.detail), creates=record.creates)
        result: dict[str, Any] = json.loads(record.result) if record.state != State.INTENDED else {}
        context = StepContext(
            journal=self.journal,
            heartbeat=self.heartbeat,
            step_id=record.step_id,
            mark=record.mark,
            actor=self.actor,
            workspace=self.workspace,
            renderer=self.renderer,
            files=self.files,
            origin=step.origin,
            vault=self.vault,
        )
        try:
            action.undo(effect, result, context)
        except INTERRUPTIONS:
            raise
        except ActionError as error:
            return str(error)
        except PortalError as error:
            return error.message
        except Exception:  # noqa: BLE001 - whatever it raises, the next effect is tried too
            logger.exception("undoing %s of task %s", record, self.task.uid)
            return "the action failed unexpectedly; the server's log says why"
        return ""
