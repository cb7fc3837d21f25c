"""Writing the audit log."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from portal.accounts.principal import Principal
from portal.audit.models import Record
from portal.rest.errors import Denied, Hidden
from portal.rest.request_ids import current_request_id


@dataclass
class Operation:
    """What the record will say; the operation fills in what it learns on the way."""

    target: str
    namespace: str = ""
    detail: dict[str, Any] = field(default_factory=dict)
    actor: str = ""
    uid: UUID = field(default_factory=uuid4)


_operation: ContextVar[Operation | None] = ContextVar("operation", default=None)


def current_operation() -> Operation | None:
    """The outermost operation that is under way, by which a change names its actor and its record."""
    return _operation.get()


@contextmanager
def operation(action: str, *, actor: Principal, target: str, namespace: str = "") -> Iterator[Operation]:
    """One transaction and its one record, written with the change or, when it is denied, after the rollback.

    A denial inside an enclosing `operation` is recorded by the outermost one, whose rollback is the last.
    Do not put a bare `transaction.atomic` around it: its rollback would take the denial along.
    """
    now = Operation(target, namespace, actor=actor.label)
    token = _operation.set(now) if _operation.get() is None else None
    try:
        with transaction.atomic():
            yield now
            _write(action, actor, now, Record.Outcome.ALLOWED)
    except (Denied, Hidden) as error:
        now.detail["code"] = error.code
        now.detail["reason"] = error.reason if isinstance(error, Hidden) else error.message
        _write(action, actor, now, Record.Outcome.DENIED)
        raise
    finally:
        if token is not None:
            _operation.reset(token)


def record(
    action: str,
    *,
    actor: Principal,
    target: str,
    namespace: str = "",
    outcome: Record.Outcome = Record.Outcome.ALLOWED,
    detail: dict[str, Any] | None = None,
) -> Record:
    """Write one record in the caller's transaction; `action` is `<noun>.<verb>`."""
    return _write(action, actor, Operation(target, namespace, detail or {}), outcome)


def _write(action: str, actor: Principal, what: Operation, outcome: Record.Outcome) -> Record:
    return Record.objects.create(
        uid=what.uid,
        action=action,
        actor=actor.label,
        target=what.target[:500],
        namespace=what.namespace,
        outcome=outcome,
        request_id=current_request_id(),
        detail=what.detail,
    )
