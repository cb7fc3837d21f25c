"""Scorecards as their entities declare them, with the checks that ship."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml
from django.utils import timezone

from portal.plugin_api import SYSTEM
from portal.plugin_api.catalog import Entity, EntityQuery, find_entities

KIND = "Scorecard"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that is asked; `rank` is that of its level, from 1."""

    id: str
    title: str
    expression: str
    when: str
    fix: str
    draft: bool
    rank: int

    @property
    def definition(self) -> str:
        """Another one where the check asks something else."""
        return hashlib.sha256(self.expression.strip().encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Campaign:
    """Until a day everything is to have a level."""

    rank: int
    by: date
    reason: str

    @property
    def is_over(self) -> bool:
        """Whether its day has passed."""
        return self.by < timezone.now().date()


@dataclass(frozen=True, slots=True)
class Scorecard:
    """A track: `levels` by rank, the first one is 1; who has none has rank 0."""

    uid: UUID
    ref: str
    title: str
    kinds: tuple[str, ...]
    types: tuple[str, ...]
    lifecycles: tuple[str, ...]
    where: str
    levels: tuple[str, ...]
    checks: tuple[Check, ...]
    campaign: Campaign | None
    changed_at: datetime
    mistakes: tuple[str, ...] = ()

    def level(self, rank: int) -> str:
        return self.levels[rank - 1] if 0 < rank <= len(self.levels) else "no level"

    def check(self, check_id: str) -> Check | None:
        return next((check for check in self.checks if check.id == check_id), None)

    def may_judge(self, entity: Entity) -> bool:
        """Whether kind, type and lifecycle are those that are judged; `where` is asked later."""
        return (
            entity.kind.lower() in self.kinds
            and (not self.types or entity.type in self.types)
            and (not self.lifecycles or entity.lifecycle in self.lifecycles)
        )


@cache
def library() -> dict[str, dict[str, Any]]:
    """The checks that ship, by id."""
    listed = yaml.safe_load((Path(__file__).parent / "library.yaml").read_text())
    return {check["id"]: check for check in listed}


def all_scorecards() -> list[Scorecard]:
    """Every scorecard of the catalog, in the order of their names."""
    rows = find_entities(EntityQuery(kind=(KIND.lower(),)), viewer=SYSTEM)
    return [read_scorecard(entity) for entity in rows]


def read_scorecard(entity: Entity) -> Scorecard:
    """A scorecard of an entity whose spec fits the kind's schema."""
    spec = entity.content["spec"]
    applies = spec.get("appliesTo") or {}
    mistakes: list[str] = []
    checks: dict[str, Check] = {}
    for rank, level in enumerate(spec["levels"], 1):
        for written in level["checks"]:
            check = _check(written, rank)
            if check is None:
                mistakes.append(f"No check {written['use']} ships: there are {', '.join(sorted(library()))}.")
            elif check.id in checks:
                mistakes.append(f"Two checks have the id {check.id}: the first one counts.")
            else:
                checks[check.id] = check
    names = tuple(level["name"] for level in spec["levels"])
    campaign, mistake = _campaign(spec.get("campaign"), names)
    return Scorecard(
        uid=entity.uid,
        ref=entity.ref,
        title=entity.title or entity.name,
        kinds=tuple(kind.lower() for kind in applies.get("kinds") or ("Component",)),
        types=tuple(applies.get("types") or ()),
        lifecycles=tuple(applies.get("lifecycles") or ()),
        where=applies.get("where") or "",
        levels=names,
        checks=tuple(checks.values()),
        campaign=campaign,
        changed_at=entity.updated_at,
        mistakes=(*mistakes, *([mistake] if mistake else [])),
    )


def _check(written: Mapping[str, Any], rank: int) -> Check | None:
    shipped = library().get(written["use"]) if "use" in written else {}
    if shipped is None:
        return None
    data = {**shipped, **written}
    return Check(
        id=data["id"],
        title=data["title"],
        expression=data["expression"],
        when=data.get("when") or "",
        fix=data.get("fix") or "",
        draft=bool(data.get("draft")),
        rank=rank,
    )


def _campaign(written: Mapping[str, Any] | None, levels: tuple[str, ...]) -> tuple[Campaign | None, str]:
    if not written:
        return None, ""
    if written["level"] not in levels:
        return None, f"The campaign asks for {written['level']}, which is no level: {', '.join(levels)}."
    try:
        day = date.fromisoformat(written["by"])
    except ValueError:
        return None, f"The campaign ends on {written['by']}, which is no day."
    return Campaign(levels.index(written["level"]) + 1, day, written.get("reason") or ""), ""
