"""What an action is: an id, schemas of what goes in and comes out, a function, and examples that run."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from portal.accounts.principal import Principal
from scaffolder.renderer.process import Renderer
from scaffolder.renderer.values import UNKNOWN
from scaffolder.running.workspace import Workspace
from scaffolder.templates.skeletons import SkeletonFile

__all__ = ["UNKNOWN", "Action", "ActionContext", "ActionError", "Effect", "Example", "Plan", "Schema"]

Schema = Mapping[str, Any]
T = TypeVar("T")


class ActionError(Exception):
    """An action cannot do what its step asks; the message is for the person who runs the template."""


class NotYet(Exception):
    """What `until` looks for is not there yet; the message says what is still missing."""


@dataclass(frozen=True, slots=True)
class Effect:
    """One change outside of the workspace: `Effect("create", "repository default/cart")`.

    `verb` and `target` say which it is: the same in the plan and in every attempt of the step. `detail` is
    what is going to be set, `before` what is there now (an etag, a hash, "" for nothing): when either is
    another than in the plan that people approved, the task stops. `creates` is the ref of what comes into
    being (`git:default/cart`, `component:default/cart`); it is told which template made it.
    """

    verb: str
    target: str
    detail: Mapping[str, Any] = field(default_factory=dict)
    before: str = ""
    creates: str = ""

    def __str__(self) -> str:
        return f"{self.verb} {self.target}"


@dataclass(frozen=True, slots=True)
class Plan:
    """What an action would do, and its output as far as it can be known: `UNKNOWN` stands for the rest."""

    effects: tuple[Effect, ...]
    output: Mapping[str, Any] = field(default_factory=dict)


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

    def once(
        self, effect: Effect, *, find: Callable[[], dict[str, Any] | None], make: Callable[[], dict[str, Any]]
    ) -> dict[str, Any]:
        """Bring about an effect exactly once, however often the step is attempted; returns its result.

        A result that an earlier attempt recorded is returned as it is. Else `find` looks for what this very
        step has made (by `mark`; it raises ActionError where somebody else's is in the way) and returns its
        result, or None. Only then the intent is recorded, which is the last chance to be cancelled, `make`
        is called, and its result (JSON, what `undo` needs to know) is recorded.
        """
        ...

    def until(self, address: str, look: Callable[[], T | None], *, seconds: float) -> T | None:
        """What `look` finds, once it finds something; None where it has not within `seconds`, or days.

        Meanwhile the task is parked: nobody works on it. It goes on as soon as there is news of `address`
        (`portal.extension.news`), and looks again every few seconds, later every minute. Then the step runs
        from its beginning, so what comes before has to be the same again (`once` is). What goes wrong
        outside while looking is said in the log and looked at again; NOT_FOUND is the step's error. Where
        `look` raises NotYet, the log says why it waits on, each reason once.
        """
        ...

    def sleep(self, seconds: float) -> None:
        """Let time pass: a few seconds here; for more the task is parked, and its step begun again after."""

    def reveal(self, text: str) -> str:
        """`text` with the secrets in place of their handles; only for the call that needs them."""
        ...

    def keep_secret(self, value: str) -> str:
        """A handle for a secret that the action was given by somebody: it may be an output, the value not."""
        ...

    def check(self) -> None:
        """Stop here if the task was cancelled or lost; cheap enough for every file."""

    def template_files(self, url: str, *, token: str = "") -> Iterator[SkeletonFile]:
        """The files at and below `url`, paths relative to it: a whole address, or a path seen from the
        template's own file. `token` (a handle) is used in place of the portal's credential.

        Raises SkeletonError where it is not there, leaves the template's location or holds a link.
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
    One that changes nothing outside sets `supports_dry_run`: plans and dry runs run it as it is. Every other
    action has `plan(input, context)`, which looks but does not touch and never calls `once`.

    `undo(effect, result, context)` takes one effect of `once` back, `result` being what was recorded, empty
    where nobody knows whether it happened: then it is looked for by `context.mark`. What is gone already is
    a success; ActionError says why something stays. Secrets are handles in `input`, and are accepted only
    below properties that the schema calls `writeOnly`; `context.reveal` gives the value.
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
    supports_dry_run: bool = False
    plan: Callable[[Mapping[str, Any], ActionContext], Plan] | None = None
    undo: Callable[[Effect, Mapping[str, Any], ActionContext], None] | None = None

    @property
    def runs_dry(self) -> bool:
        """Whether running it leaves everything outside of the workspace as it is."""
        return self.fills_workspace or self.supports_dry_run

    @property
    def name(self) -> str:
        return self.id
