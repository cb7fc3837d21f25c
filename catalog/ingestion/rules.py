"""Which kinds a location may define that is not trusted: a list, or rules as Backstage's `catalog.rules`.

Rules are JSON: `[{"allow": ["Component", {"kind": "Template", "spec.type": "service"}],
"locations": [{"type": "git", "pattern": "acme/**"}]}]`. Any rule that matches allows, in whatever order.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson
from django.conf import settings

from catalog.kinds.definitions import DEFINITION
from catalog.sources.base import matches
from portal.env import SettingError

SETTING = "PORTAL_CATALOG_RULES"
TRUSTED_ONLY = frozenset({"User", "Group", DEFINITION})
"""Kinds that no rule allows: what everybody may do and see depends on them."""


@dataclass(frozen=True, slots=True)
class Place:
    """Locations of a type; of one target, or of those that a pattern matches, where one of them is said."""

    type: str
    exact: str | None = None
    pattern: str | None = None

    def holds(self, type_: str, target: str) -> bool:
        if self.type != type_ or self.exact not in (None, target):
            return False
        return self.pattern is None or matches(self.pattern.lower(), target.lower())


@dataclass(frozen=True, slots=True)
class Rule:
    """Kinds, each with a `spec.type` or None for all, in lower case; from some places, or from everywhere."""

    allow: frozenset[tuple[str, str | None]]
    places: tuple[Place, ...] | None

    def allows(self, kind: str, spec_type: str, location_type: str, target: str) -> bool:
        if not {(kind, None), (kind, spec_type)} & self.allow:
            return False
        return self.places is None or any(place.holds(location_type, target) for place in self.places)


def is_allowed(kind: str, spec_type: Any, *, type: str, target: str) -> bool:
    """Whether a location of that type and target, which nobody trusted, may define such an entity."""
    if kind in TRUSTED_ONLY:
        return False
    written = spec_type.lower() if isinstance(spec_type, str) else ""
    rules = rules_in_force(settings.CATALOG_RULES, tuple(settings.CATALOG_KINDS))
    return any(rule.allows(kind.lower(), written, type, target) for rule in rules)


@cache
def rules_in_force(text: str, kinds: tuple[str, ...]) -> tuple[Rule, ...]:
    """The rules of a setting; without one, the list of kinds for every location. Raises SettingError."""
    if not text.strip():
        return (Rule(frozenset((kind.lower(), None) for kind in kinds), None),)
    try:
        return tuple(_rule(item) for item in orjson.loads(text))
    except orjson.JSONDecodeError as error:
        raise SettingError(f"{SETTING} is not JSON: {error}.") from None
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise SettingError(
            f'{SETTING}: {error}. Write [{{"allow": ["Component"], "locations": [{{"type": "git"}}]}}].'
        ) from None


def _rule(item: Mapping[str, Any]) -> Rule:
    unknown = set(item) - {"allow", "locations"}
    if unknown or not item.get("allow"):
        raise ValueError("a rule has `allow`, and beside it only `locations`")
    places = item.get("locations")
    return Rule(
        allow=frozenset(_allowed(each) for each in item["allow"]),
        places=None if places is None else tuple(_place(each) for each in places),
    )


def _allowed(item: str | Mapping[str, str]) -> tuple[str, str | None]:
    if isinstance(item, str):
        return item.lower(), None
    spec_type = item.get("spec.type")
    return item["kind"].lower(), spec_type.lower() if spec_type else None


def _place(item: Mapping[str, str]) -> Place:
    if "exact" in item and "pattern" in item:
        raise ValueError("a location has `exact` or `pattern`, not both")
    return Place(**item)
