"""Permissions of plugins: who may see or do what a plugin adds, beyond what the catalog itself hides."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from portal.extension.decided import decision_of
from portal.extension.points import POINTS, ExtensionError

EVERYONE = "everyone"
Default = Literal["everyone", "admins"]


@dataclass(frozen=True, slots=True)
class Permission:
    """`name` is said as `<plugin>.<name>` by what it guards; `default` holds until somebody decides."""

    name: str
    description: str
    default: Default = "everyone"

    def check(self) -> None:
        """Raise ExtensionError where it could not be said; called when it is added."""
        if not re.fullmatch(r"[a-z0-9]+([_-][a-z0-9]+)*", self.name):
            raise ExtensionError(f"The permission {self.name!r} is not named in the form some-words.")


_subjects: list[Callable[[Any], frozenset[str]]] = []


def set_subjects(subjects_of: Callable[[Any], frozenset[str]]) -> None:
    """Say which refs a viewer stands for: the user's own and those of all its groups; the catalog does."""
    _subjects[:] = [subjects_of]


def may(viewer: Any, permission: str) -> bool:
    """Whether the viewer (a Principal) has a permission, such as `costs.view`; nobody but administrators has
    one that is not there. An empty name is no permission at all: everyone may."""
    if not permission or viewer is None or viewer.sees_everything:
        return True
    subjects = subjects_of_permission(permission)
    if EVERYONE in subjects:
        return True
    return bool(subjects) and any(subjects & of(viewer) for of in _subjects)


def subjects_of_permission(permission: str) -> frozenset[str]:
    """Who has it: refs of users and groups, or `everyone`."""
    plugin, _, name = permission.partition(".")
    decided = decision_of(plugin).permissions.get(name)
    if decided is not None:
        return frozenset(decided)
    for item in POINTS["portal.permissions"].read():
        if (item.plugin, item.name) == (plugin, name) and item.value.default == EVERYONE:
            return frozenset({EVERYONE})
    return frozenset()
