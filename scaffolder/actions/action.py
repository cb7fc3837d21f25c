"""What an action is: an id, schemas of what goes in and comes out, a function, and examples that run."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from portal.accounts.principal import Principal
from scaffolder.renderer.process import Renderer
from scaffolder.skeletons import SkeletonFile
from scaffolder.workspace import Workspace

Schema = Mapping[str, Any]


class ActionError(Exception):
    """An action cannot do what its step asks; the message is for the person who runs the template."""


class ActionContext(Protocol):
    """What an action may use. Everything it writes goes through here and stops when the task was lost."""

    step_id: str
    mark: str
    """The same for every attempt of this step, and nothing else's: what was created carries it."""
    actor: Principal
    """Who ran the template, with the rights they have now."""
    workspace: Workspace
    renderer: Renderer

    def log(self, message: str, *, level: str = "info") -> None:
        """Add a line to the task's log."""

    def intend(self, effect: str) -> None:
        """Record an effect outside of the workspace before it happens; the last chance to be cancelled."""

    def check(self) -> None:
        """Stop here if the task was cancelled or lost; cheap enough for every file."""

    def template_files(self, url: str) -> Iterator[SkeletonFile]:
        """The files at and below `url`, seen from the template's own file; paths relative to `url`.

        Raises ActionError where it is not there, leaves the template's location or holds a link.
        """
        ...


@dataclass(frozen=True, slots=True)
class Example:
    """One step as an author writes it; the documentation shows it and a test runs it."""

    description: str
    input: dict[str, Any]
    files: Mapping[str, str] = field(default_factory=dict)
    """Path and text of what lies beside the template before the step runs."""
    workspace: Mapping[str, str] = field(default_factory=dict)
    """Path and text of what is in the workspace before it."""
    repository: Mapping[str, str] = field(default_factory=dict)
    """Path and text of what the repository `default/cart` of the embedded git host has, if there is one."""
    makes: Mapping[str, str] = field(default_factory=dict)
    """Path and text of the workspace's files after the step."""
    output: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Action:
    """`run(input, context)` returns the step's output; what it raises but ActionError is masked.

    `scopes` are what an API token needs beside `scaffolder:run`. An action whose only effect is in the
    workspace sets `fills_workspace`: it is run again when a task goes on where the folder is not there.
    """

    id: str
    title: str
    description: str
    input_schema: Schema
    output_schema: Schema
    run: Callable[[Mapping[str, Any], ActionContext], dict[str, Any]]
    examples: tuple[Example, ...] = ()
    scopes: frozenset[str] = frozenset()
    fills_workspace: bool = False

    @property
    def name(self) -> str:
        return self.id
