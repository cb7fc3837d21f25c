"""Changes on a forge, of which its actions are lists: how each is found again, made and taken back."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from portal.integrations.errors import Conflict, NotFound
from scaffolder.actions.action import ActionContext, ActionError, Effect
from scaffolder.actions.outside import patiently

Result = dict[str, Any]


class Place(Protocol):
    """A repository on a forge, whether it is there or not; paths are below it."""

    host: str

    def ask(self, verb: str, path: str) -> Any: ...

    def __str__(self) -> str: ...


Undo = Callable[[Effect, Mapping[str, Any], ActionContext], None]


@dataclass(frozen=True, slots=True)
class Change:
    """One effect. `find` gives its result where this step, or anybody, has brought it about already.

    `make` may give `undo`: the verb and the path below the repository that take it back. What is not
    `required` is skipped with a warning where the forge refuses it, as in Backstage.
    """

    verb: str
    target: str
    make: Callable[[], Result | None]
    find: Callable[[], Result | None] = field(default=lambda: None)
    detail: Mapping[str, Any] = field(default_factory=dict)
    before: str = ""
    creates: str = ""
    required: bool = True

    def effect(self, repository: Place) -> Effect:
        detail = {"repository": f"{repository.host}/{repository}", **self.detail}
        return Effect(self.verb, self.target, detail, self.before, self.creates)


def bring_about(changes: Iterable[Change], repository: Place, context: ActionContext) -> list[Result]:
    """Each change once, in order; their results."""
    return [_once(change, repository, context) for change in changes]


def planned(changes: Iterable[Change], repository: Place) -> tuple[Effect, ...]:
    return tuple(change.effect(repository) for change in changes)


def undo_at(place_of: Callable[[Effect, Mapping[str, Any]], Place]) -> Undo:
    """The undo of every action of a forge, by what `make` has said."""

    def take_back(effect: Effect, result: Mapping[str, Any], context: ActionContext) -> None:
        if not result:
            raise ActionError("nobody knows whether it happened: look there, and remove it by hand if it did")
        if "undo" not in result:
            if result.get("stays"):
                raise ActionError(str(result["stays"]))
            return
        place = place_of(effect, result)
        for verb, path in result["undo"]:
            try:
                patiently(lambda verb=verb, path=path: place.ask(verb, path), context)  # type: ignore[misc]
            except ActionError as error:
                if not isinstance(error.__cause__, NotFound):
                    raise

    return take_back


def _once(change: Change, repository: Place, context: ActionContext) -> Result:
    def make() -> Result:
        try:
            return patiently(change.make, context) or {"done": True}
        except ActionError as error:
            found = patiently(change.find, context) if isinstance(error.__cause__, Conflict) else None
            if found is not None:
                return found  # somebody did the same in between: a twin of this worker
            if change.required:
                raise
            context.log(f"Skipping: {change.verb} {change.target}: {error}", level="warning")
            return {"skipped": str(error)}

    return context.once(change.effect(repository), find=lambda: patiently(change.find, context), make=make)
