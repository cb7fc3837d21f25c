"""What Backstage's permissions of the scaffolder mean here, for `POST /api/permission/authorize`."""

from collections.abc import Collection, Sequence
from uuid import UUID

from catalog.rest.authorities import readable
from portal.accounts.authorizing import Decisions, OfResources
from portal.accounts.principal import Principal
from scaffolder.actions import find_action
from scaffolder.permissions import may_use
from scaffolder.running.attempt import SCOPE
from scaffolder.selectors import find_tasks


def _runs(viewer: Principal) -> bool:
    return viewer.has_scope(SCOPE)


def _actions(viewer: Principal, refs: Sequence[str]) -> Collection[str]:
    known = [ref for ref in refs if _runs(viewer) and find_action(ref) is not None]
    allowed = may_use(viewer, [f"action:{ref}" for ref in known])
    return {ref for ref in known if allowed[f"action:{ref}"]}


def _tasks(viewer: Principal, refs: Sequence[str], *, own: bool) -> Collection[str]:
    uids = {ref: uid for ref in refs if (uid := _uid(ref))}
    rows = find_tasks(viewer=viewer, own=own and not viewer.is_admin).filter(uid__in=uids.values())
    found = set(rows.values_list("uid", flat=True))
    return {ref for ref, uid in uids.items() if uid in found}


def _uid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _shown(viewer: Principal, refs: Sequence[str]) -> Collection[str]:
    return _tasks(viewer, refs, own=False)


def _stoppable(viewer: Principal, refs: Sequence[str]) -> Collection[str]:
    return _tasks(viewer, refs, own=True) if _runs(viewer) else ()


DECISIONS: Decisions = {
    "scaffolder.task.create": _runs,
    "scaffolder.task.read": OfResources(_shown),
    "scaffolder.task.cancel": OfResources(_stoppable),
    "scaffolder.action.execute": OfResources(_actions),
    "scaffolder.template.parameter.read": OfResources(readable),
    "scaffolder.template.step.read": OfResources(readable),
    "scaffolder.template.management": _runs,
}
