"""Panels: what a plugin shows of an entity or on the home page, written in blocks."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import Enum
from types import MappingProxyType
from typing import Any, ClassVar

from portal.extension.blocks import Block
from portal.extension.points import ExtensionError


class Slot(Enum):
    """Where on an entity's page a panel is shown; TEAM is the part of a Group's page about what it owns."""

    OVERVIEW = "OVERVIEW"
    SIDEBAR = "SIDEBAR"
    TAB = "TAB"
    TEAM = "TEAM"


class TitledPanel:
    """What every panel has: a title, a name made from the class name, an order (low is first).

    `permission` is what whoever sees it must have (`costs.view`), where it needs one.
    """

    SUFFIX: ClassVar[str] = "Panel"
    title: ClassVar[str] = ""
    name: ClassVar[str] = ""
    order: ClassVar[int] = 100
    permission: ClassVar[str] = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "name" not in cls.__dict__:
            words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+", cls.__name__.removesuffix(cls.SUFFIX))
            cls.name = "-".join(words).lower()

    @classmethod
    def check(cls) -> None:
        """Raise ExtensionError where the panel could not be shown; called when it is added."""
        where = f"{cls.__module__}.{cls.__qualname__}"
        if not isinstance(cls.title, str) or not cls.title:
            raise ExtensionError(f"The panel {where} has no title: give it one.")
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", cls.name):
            raise ExtensionError(f"The name {cls.name!r} of the panel {where} is not of the form some-words.")


class HomePanel(TitledPanel):
    """A panel of the home page: subclass it, give it a `title`, yield blocks."""

    def blocks(self, *, viewer: Any) -> Iterable[Block]:
        """The blocks that `viewer` (a Principal) may see; none hides the panel."""
        raise NotImplementedError

    def as_of(self, *, viewer: Any) -> datetime | None:
        """When what is shown was fetched, where that is not now."""
        return None

    def made_from(self, *, viewer: Any) -> Iterable[tuple[str, str]]:
        """The snapshots it shows, as (`<plugin>.<source>`, target): the page offers to fetch them again."""
        return ()


class Panel(TitledPanel):
    """A panel of an entity's page: subclass it, give it a `title` and a `slot`, yield blocks.

    A panel is shown for one entity or for a whole list of them; what needs the database goes through
    `load_one(xs_by_entity, entity, …)`, so that a list costs as many statements as a single entity.

    `parameters` names what a tab may be asked for in its address (`?page=…`): `self.given` has a text for
    each, "" where nothing is said.
    """

    slot: ClassVar[Slot] = Slot.OVERVIEW
    parameters: ClassVar[tuple[str, ...]] = ()
    given: Mapping[str, str] = MappingProxyType({})

    def applies_to(self, entity: Any) -> bool:
        """Whether the entity's page has this panel at all."""
        return True

    def blocks(self, entity: Any, *, viewer: Any) -> Iterable[Block]:
        """What is shown of `entity`, which `viewer` (a Principal) may read; none hides the panel."""
        raise NotImplementedError

    def as_of(self, entity: Any, *, viewer: Any) -> datetime | None:
        """When what is shown was fetched, where that is not now."""
        return None

    def made_from(self, entity: Any) -> Iterable[tuple[str, str]]:
        """The snapshots it shows, as (`<plugin>.<source>`, target): the page offers to fetch them again."""
        return ()


class TeamPanel(Panel):
    """A panel about what a team owns: `entity` is a Group, `owned_by_team` of the plugin API what it owns."""

    slot: ClassVar[Slot] = Slot.TEAM

    def applies_to(self, entity: Any) -> bool:
        return bool(entity.kind == "Group")
