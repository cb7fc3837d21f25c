"""The answer to N+1: objects that were loaded together know each other and load what they need together.

`introduce(objects)` makes the objects of one list peers. `load_one(loader, obj, *args)` asks what `loader`
has for `obj`: the first call runs `loader(all peers, *args)` once, every peer reads from that answer. A
loader is a function from many objects to a mapping by primary key, and keeps its form when lists grow:

    def cost_by_entity(entities: Sequence[Entity]) -> dict[int, Cost]: ...

    load_one(cost_by_entity, entity)    # Cost, or None where the mapping has no key for it
"""

import threading
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

T = TypeVar("T")
V = TypeVar("V")

ATTRIBUTE = "_portal_peers"


class Peers:
    """Objects loaded together, and what has been loaded for all of them (or how that failed).

    With `only`, every other loader has nothing for them and is not asked.
    """

    __slots__ = ("_answers", "_failures", "_only", "_turns", "members")

    def __init__(self, members: Sequence[Any], only: Collection[Callable[..., Any]] | None = None) -> None:
        self.members = members
        self._only = only
        self._answers: dict[Hashable, Mapping[Any, Any]] = {}
        self._failures: dict[Hashable, Exception] = {}
        self._turns: dict[Hashable, threading.RLock] = {}

    def load(self, loader: Callable[..., Mapping[Any, V]], *args: Hashable) -> Mapping[Any, V]:
        """What the loader answers for all members, asked once: others that ask meanwhile wait for the answer.

        A failure is remembered too: a broken loader runs once.
        """
        if self._only is not None and loader not in self._only:
            return {}
        key = (loader, args)
        answer = self._answers.get(key)
        if answer is not None:
            return answer
        with self._turns.setdefault(key, threading.RLock()):
            if key in self._failures:
                raise self._failures[key].with_traceback(None)
            answer = self._answers.get(key)
            if answer is None:
                try:
                    answer = self._answers[key] = loader(self.members, *args)
                except Exception as error:
                    self._failures[key] = error
                    raise
            return answer


def introduce(objects: Iterable[T], only: Collection[Callable[..., Any]] | None = None) -> list[T]:
    """The objects as a list, made peers of each other. They need a `pk` and a `__dict__`.

    An object that has peers already keeps them: it was loaded with them, and what they know stays known.
    `only` names the loaders that have anything for them, where not all do.
    """
    members = list(objects)
    peers = Peers(members, only)
    for member in members:
        member.__dict__.setdefault(ATTRIBUTE, peers)
    return members


def peers_of(obj: Any) -> Peers:
    """The peers of an object; one that was loaded alone is its own only peer."""
    peers = obj.__dict__.get(ATTRIBUTE)
    if peers is None:
        introduce([obj])
        peers = obj.__dict__[ATTRIBUTE]
    return peers  # type: ignore[no-any-return]


def load_one(loader: Callable[..., Mapping[Any, V]], obj: Any, *args: Hashable) -> V | None:
    """What `loader(peers of obj, *args)` has under the object's primary key; None where it has nothing.

    Raises what the loader raised, for every peer.
    """
    return peers_of(obj).load(loader, *args).get(obj.pk)
