"""Who may run which template and use which action, and who may approve a run."""

import re
from collections.abc import Collection, Iterable

from catalog.entities.refs import EntityRef, InvalidRef
from catalog.permissions import subjects_of
from portal.accounts.permissions import require_admin
from portal.accounts.principal import Principal
from portal.audit.services import operation
from portal.rest.errors import Denied, Invalid
from scaffolder.actions import find_action
from scaffolder.models import Task, UseRule

EVERYONE = "everyone"
TAG = re.compile(r"[^\s,]{1,63}")


def may_use(principal: Principal, things: Iterable[str]) -> dict[str, bool]:
    """For each template (`template:default/web`), action (`action:publish:git`) and tag of pages and steps
    (`tag:production`) whether it may be used.

    Where there is no rule, everybody who sees the template may; where there is one, only whom it names.
    """
    asked = list(things)
    allowed: dict[str, set[str]] = {}
    for thing, subject in UseRule.objects.filter(thing__in=asked).values_list("thing", "subject"):
        allowed.setdefault(thing, set()).add(subject)
    if principal.is_admin or not allowed:
        return dict.fromkeys(asked, True)
    own = {EVERYONE, *subjects_of(principal)}
    return {thing: thing not in allowed or bool(allowed[thing] & own) for thing in asked}


def hidden_tags(principal: Principal, tags: Collection[str]) -> frozenset[str]:
    """Those of some tags of pages and steps that are for others only."""
    answers = may_use(principal, [f"tag:{tag}" for tag in tags]) if tags else {}
    return frozenset(thing.removeprefix("tag:") for thing, allowed in answers.items() if not allowed)


def require_use(
    principal: Principal, template_ref: str, actions: Iterable[str], tags: Iterable[str] = ()
) -> None:
    """Raises Denied (USE_DENIED) naming what the principal may not use; `tags` are those of the steps."""
    named = [*(f"action:{action}" for action in sorted(set(actions))), *(f"tag:{tag}" for tag in tags)]
    answers = may_use(principal, [template_ref, *named])
    refused = [thing for thing, allowed in answers.items() if not allowed]
    if refused:
        raise Denied(
            f"You may not use {', '.join(refused)}: ask an administrator of the portal for it.",
            code="USE_DENIED",
            path=("templateRef",),
        )


def may_approve(principal: Principal, task: Task) -> bool:
    """One of the approvers, never whoever asked for the run; a plan that one asked for is one's own."""
    account = principal.account
    if account is None or task.status != Task.Status.WAITING:
        return False
    if not task.approvers:
        return account == task.account
    return account != task.account and bool(set(task.approvers) & subjects_of(principal))


def use_rules(*, viewer: Principal) -> dict[str, list[str]]:
    """What is not everybody's, and whose it is. Raises Denied."""
    require_admin(viewer, "see who may use what")
    rules: dict[str, list[str]] = {}
    for rule in UseRule.objects.order_by("thing", "subject"):
        rules.setdefault(rule.thing, []).append(rule.subject)
    return rules


def set_use(thing: str, subjects: Iterable[str], *, actor: Principal) -> list[str]:
    """Say who may use a template or an action; nobody: everybody who sees it. Raises Invalid, Denied."""
    named = sorted(set(subjects))
    with operation("use.set", actor=actor, target=thing) as now:
        require_admin(actor, "say who may use what")
        thing = _checked_thing(thing)
        refs = [_checked_subject(subject) for subject in named]
        now.target, now.detail = thing, {"subjects": refs}
        UseRule.objects.filter(thing=thing).delete()
        UseRule.objects.bulk_create(UseRule(thing=thing, subject=ref) for ref in refs)
    return refs


def _checked_thing(thing: str) -> str:
    kind, _, name = thing.partition(":")
    if (kind == "action" and find_action(name) is not None) or (kind == "tag" and TAG.fullmatch(name)):
        return thing
    try:
        ref = EntityRef.parse(thing, "template")
    except InvalidRef as error:
        raise Invalid(str(error), path=("thing",)) from None
    if ref.kind != "template":
        raise Invalid(
            f"{thing[:200]!r} is neither a template nor an installed action: "
            "write template:<namespace>/<name>, action:<id> or tag:<tag>.",
            path=("thing",),
        )
    return str(ref)


def _checked_subject(subject: str) -> str:
    if subject == EVERYONE:
        return subject
    try:
        return str(EntityRef.parse(subject))
    except InvalidRef as error:
        raise Invalid(str(error), path=("subjects",)) from None
