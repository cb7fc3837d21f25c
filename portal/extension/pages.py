"""Pages: what a plugin shows beside entities, with a place in the navigation; made of panels."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from portal.extension.blocks import Block
from portal.extension.panels import TitledPanel
from portal.extension.points import ExtensionError

Choices = Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a page is asked for; its value is in the page's address (`?owner=…`).

    `choices` are pairs of value and label, the first of them holds where nothing is said, or a function of
    the viewer that answers them. Without choices it is a text to type.
    """

    name: str
    title: str
    choices: Choices | Callable[[Any], Choices] | None = None

    def choices_for(self, viewer: Any) -> Choices | None:
        return self.choices(viewer) if callable(self.choices) else self.choices


class PagePanel(TitledPanel):
    """A part of a page, which is asked for by itself: subclass it, give it a `title`, yield blocks.

    `wide` takes the whole width; others stand side by side where there is room.
    """

    wide: ClassVar[bool] = False

    def blocks(self, *, viewer: Any, given: Mapping[str, str]) -> Iterable[Block]:
        """What `viewer` (a Principal) may see of it; `given` has a value for every parameter of the page."""
        raise NotImplementedError

    def as_of(self, *, viewer: Any, given: Mapping[str, str]) -> datetime | None:
        """When what is shown was fetched, where that is not now."""
        return None

    def made_from(self, *, viewer: Any, given: Mapping[str, str]) -> Iterable[tuple[str, str]]:
        """The snapshots it shows, as (`<plugin>.<source>`, target): the page offers to fetch them again."""
        return ()


class Page(TitledPanel):
    """A page: subclass it, give it a `title`, an `icon`, `parameters` and the `panels` it is made of.

    Its address is `/pages/<plugin>-<name>`, or `/pages/<plugin>` where both are the same.
    """

    SUFFIX: ClassVar[str] = "Page"
    icon: ClassVar[str] = "puzzle"
    description: ClassVar[str] = ""
    parameters: ClassVar[tuple[Parameter, ...]] = ()
    panels: ClassVar[tuple[type[PagePanel], ...]] = ()

    @classmethod
    def check(cls) -> None:
        super().check()
        names = [panel.name for panel in cls.panels]
        if not names or len(set(names)) < len(names):
            raise ExtensionError(f"The page {cls.__name__} needs panels, each with a name of its own.")
        for panel in cls.panels:
            panel.check()
        for parameter in cls.parameters:
            if not re.fullmatch(r"[a-z][a-z0-9_]*", parameter.name):
                raise ExtensionError(
                    f"The parameter {parameter.name!r} of {cls.__name__} is not of the form some_words."
                )
