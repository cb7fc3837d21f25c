"""Exemptions: something need not pass a check until a day. One asks with a reason, another one decides."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from portal.plugin_api import ActionRefused, EntityAction, Principal
from portal.plugin_api.catalog import Entity

from .definitions import KIND, all_scorecards
from .models import EXPIRED, Exemption, Standing

LONGEST = timedelta(days=366)
State = Exemption.State


def exempt_checks(uids: Sequence[UUID], today: date) -> dict[UUID, frozenset[tuple[UUID, str]]]:
    """The checks (scorecard, id) that each of these entities need not pass today."""
    found: dict[UUID, set[tuple[UUID, str]]] = defaultdict(set)
    rows = Exemption.objects.filter(entity_uid__in=uids, state=State.GRANTED, until__gte=today)
    for uid, scorecard, check in rows.values_list("entity_uid", "scorecard_uid", "check_id"):
        found[uid].add((scorecard, check))
    return {uid: frozenset(checks) for uid, checks in found.items()}


def ended_exemptions(uid: UUID, today: date) -> dict[tuple[UUID, str], Exemption]:
    """The last exemption of each check (scorecard, id) of an entity, where it was refused or is over."""
    rows = Exemption.objects.filter(entity_uid=uid).order_by("pk")
    last = {(row.scorecard_uid, row.check_id): row for row in rows}
    return {key: row for key, row in last.items() if row.state_on(today) in (State.REFUSED, EXPIRED)}


def in_state(state: str) -> Q:
    """The exemptions whose `Exemption.state_on` today is that."""
    refused = Q(state=State.REFUSED)
    today = timezone.now().date()
    if state == EXPIRED:
        return ~refused & Q(until__lt=today)
    return Q(state=state) & (refused | Q(until__gte=today))


def _ask(entity: Entity, values: Mapping[str, Any], *, actor: Principal) -> str:
    ref, _, check_id = str(values["check"]).partition("#")
    scorecard = next((each for each in all_scorecards() if each.ref == ref), None)
    check = scorecard.check(check_id) if scorecard else None
    if scorecard is None or check is None:
        raise ActionRefused("There is no such check.", field="check")
    standing = Standing.objects.filter(entity_uid=entity.uid, scorecard_uid=scorecard.uid)
    if not standing.exists():
        raise ActionRefused("This scorecard does not apply here.", field="check")
    until = _day(str(values["until"]))
    open_ones = Exemption.objects.filter(
        entity_uid=entity.uid, scorecard_uid=scorecard.uid, check_id=check_id
    )
    if open_ones.filter(in_state("asked")).exists():
        raise ActionRefused("It has been asked for already, and waits for a decision.", field="check")
    Exemption.objects.create(
        entity_uid=entity.uid,
        scorecard_uid=scorecard.uid,
        check_id=check_id,
        reason=str(values["reason"]).strip(),
        until=until,
        asked_by=actor.label,
    )
    return f"Asked for until {until}: whoever answers for {scorecard.title} decides."


def _day(text: str) -> date:
    try:
        until = date.fromisoformat(text)
    except ValueError:
        raise ActionRefused("Write a day: 2026-12-31.", field="until") from None
    today = timezone.now().date()
    if not today <= until <= today + LONGEST:
        raise ActionRefused("From today to a year from now.", field="until")
    return until


def _decide(entity: Entity, values: Mapping[str, Any], *, actor: Principal) -> str:
    row = Exemption.objects.select_for_update().filter(
        pk=values["exemption"], scorecard_uid=entity.uid, state=State.ASKED
    ).first()  # fmt: skip
    if row is None:
        raise ActionRefused("It is decided already, or there is none.", field="exemption")
    if row.asked_by == actor.label:
        raise ActionRefused("Somebody else decides about what you asked for.", field="exemption")
    if row.state_on(timezone.now().date()) == EXPIRED:
        raise ActionRefused("Its last day is over: whoever still needs it asks again.", field="exemption")
    row.state = State.GRANTED if values["decision"] == "grant" else State.REFUSED
    row.decided_by, row.decided_at = actor.label, timezone.now()
    row.save()
    if row.state == State.REFUSED:
        return "Refused."
    return f"Granted until {row.until}; it counts when everything is judged next."


def offering(action: EntityAction, field: str, titles: Mapping[str | int, str]) -> dict[str, Any]:
    """The schema of an action's form in which a field is chosen by title: `titles` by value, in order."""
    schema = dict(action.input_schema)
    choices = [{"const": value, "title": title} for value, title in titles.items()]
    return schema | {
        "properties": schema["properties"] | {field: schema["properties"][field] | {"oneOf": choices}}
    }


ASK_EXEMPTION = EntityAction(
    "ask-exemption",
    run=_ask,
    input_schema={
        "type": "object",
        "required": ["check", "reason", "until"],
        "additionalProperties": False,
        "properties": {
            "check": {"type": "string", "title": "Check", "maxLength": 300},
            "reason": {"type": "string", "title": "Reason", "minLength": 10, "maxLength": 2000},
            "until": {"type": "string", "title": "Until (YYYY-MM-DD)", "format": "date"},
        },
    },
)
DECIDE_EXEMPTION = EntityAction(
    "decide-exemption",
    run=_decide,
    input_schema={
        "type": "object",
        "required": ["exemption", "decision"],
        "additionalProperties": False,
        "properties": {
            "exemption": {"type": "integer", "title": "Exemption"},
            "decision": {"type": "string", "title": "Decision", "enum": ["grant", "refuse"]},
        },
    },
    may=lambda entity, actor: entity.kind == KIND,
)
