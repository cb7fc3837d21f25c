"""Writing the audit log."""

from typing import Any

from portal.accounts.principal import Principal
from portal.audit.models import Record


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
    return Record.objects.create(
        action=action,
        actor=actor.label,
        target=target[:500],
        namespace=namespace,
        outcome=outcome,
        detail=detail or {},
    )
