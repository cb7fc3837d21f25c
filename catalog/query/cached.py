"""Counts, facets and whole answers, remembered for as long as nothing in the catalog has changed.

An answer is kept under three things, which are all that it depends on:

- the *state* of the catalog: its generation, which the last statement of every transaction that changes the
  catalog raises, and the transaction that raised it (`xmin`; so a database that was emptied or restored is
  never taken for the one before);
- the *visibility* of the viewer: the namespaces hidden from it, as the grants are now. Everybody who sees the
  same shares an answer, and whoever loses a right loses the answers with it;
- the *question*: what is asked, and the query without its order. `owned` adds the viewer's ref, whose groups
  are the catalog's own; a query about favourites, which raise no generation, is not remembered.

State and visibility are read from the database at each question, before the answer is looked up or made. So
what is found under a state was made by statements that started after that state was committed: an answer may
be newer than the state it is kept under, never older, and a write is seen by the next read of any process.
Inside a transaction nothing is kept and nothing is looked up: it may have changed what others do not see yet.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sized
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from django.db import connection

from catalog.kinds.registry import hold_generation
from catalog.permissions import READ_SCOPE, hidden_namespaces
from catalog.query.entity_query import EntityQuery
from portal.accounts.principal import Principal
from portal.database import ask

T = TypeVar("T")

MAX_WEIGHT = 200_000
"""How many values the kept answers hold together: one for a count, one for each bucket of a facet (100 B)."""

STATE_AND_GRANTS = (
    "SELECT generation, kinds_generation, xmin::text, EXISTS (SELECT 1 FROM accounts_namespacegrant), "
    "(SELECT COALESCE(sum(revision), 0)::bigint FROM catalog_searchrevision) "
    "FROM catalog_catalogstate WHERE id = 1"
)
WITHOUT_DOCUMENTS = slice(-1)
"""The columns of it that matter where nothing is searched for."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What an answer depends on beside its question: the catalog's state, and what is hidden in it.

    `documents` is higher after every change of search documents that plugins announced. Where `by_grants`,
    what is hidden was asked of the grants.
    """

    state: tuple[int, int, str]
    hidden: frozenset[str]
    documents: int
    by_grants: bool


class Answers:
    """The answers used last, within a total weight; those of a former state go with it. For all threads."""

    def __init__(self, max_weight: int = MAX_WEIGHT) -> None:
        self._max_weight = max_weight
        self._kept: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._state: tuple[int, int, str] | None = None
        self._weight = 0
        self._lock = threading.Lock()

    def get(self, standing: Standing, question: Hashable) -> tuple[bool, Any]:
        """Whether there is an answer, and it."""
        with self._lock:
            if standing.state != self._state:
                return False, None
            key = (standing.hidden, question)
            if key not in self._kept:
                return False, None
            self._kept.move_to_end(key)
            return True, self._kept[key][0]

    def keep(self, standing: Standing, question: Hashable, answer: Any) -> None:
        weight = _weight(answer)
        key = (standing.hidden, question)
        with self._lock:
            if standing.state != self._state:
                self._kept.clear()
                self._weight, self._state = 0, standing.state
            self._weight += weight - self._kept.pop(key, (None, 0))[1]
            self._kept[key] = (answer, weight)
            while self._weight > self._max_weight:
                _, (_, lost) = self._kept.popitem(last=False)
                self._weight -= lost


_answers = Answers()


def cached(
    what: Hashable,
    query: EntityQuery,
    compute: Callable[[], T],
    *,
    viewer: Principal,
    standing: Standing | None = None,
) -> T:
    """What `compute()` answers about a query for a viewer, from memory where it was answered before.

    `what` names the kind of answer with everything it depends on beside the query, `("facets", "kind")`.
    `compute` reads nothing but the catalog, through the viewer's eyes; nobody changes what it returns.
    `standing` is the viewer's, where the caller asked for it before it read anything.
    """
    question = _question(query, viewer)
    if question is None or connection.in_atomic_block or not viewer.has_scope(READ_SCOPE):
        return compute()
    standing = standing or standing_of(viewer)
    if standing is None:
        return compute()
    found, answer = _answers.get(standing, (what, *question))
    if not found:
        answer = compute()
        _answers.keep(standing, (what, *question), answer)
    return answer  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Question:
    """Something asked of the catalog as it stands, whose answer was perhaps given before."""

    standing: Standing
    what: Hashable

    def answer(self) -> Any:
        """What was kept; None where nothing was."""
        return _answers.get(self.standing, self.what)[1]

    def keep(self, answer: Any) -> None:
        """Remember what was found after this question was made. Nobody changes it."""
        _answers.keep(self.standing, self.what, answer)


def question(what: Hashable, *, viewer: Principal) -> Question | None:
    """A question whose answer depends on `what`, the catalog and what is hidden from the viewer alone.

    None where nothing is remembered: in a transaction, for viewers who read nothing.
    """
    if connection.in_atomic_block or not viewer.has_scope(READ_SCOPE):
        return None
    standing = standing_of(viewer)
    return Question(standing, what) if standing else None


def standing_of(viewer: Principal) -> Standing | None:
    """The present standing; None where the catalog has no state, though its migrations give it one.

    One statement, and one more for viewers from whom something may be hidden.
    """
    rows = ask(STATE_AND_GRANTS)
    return standing_in(rows[0], viewer) if rows else None


def standing_in(row: tuple[Any, ...], viewer: Principal) -> Standing | None:
    """The standing in a row of STATE_AND_GRANTS, which may have nothing in it."""
    generation, kinds_generation, transaction, has_grants, documents = row
    if generation is None:
        return None
    hold_generation(kinds_generation)
    by_grants = has_grants and not viewer.sees_everything
    hidden = hidden_namespaces(viewer) if by_grants else frozenset()
    return Standing((generation, kinds_generation, transaction), hidden, documents, by_grants)


def _question(query: EntityQuery, viewer: Principal) -> tuple[Hashable, ...] | None:
    """The query as a part of a key; None where what it asks can change without a generation."""
    parts = list(query.parts())
    if any(part.favourite is not None for part in parts):
        return None
    whose = viewer.user_ref if any(part.owned is not None for part in parts) else None
    return replace(query, order=None), whose


def _weight(answer: Any) -> int:
    if isinstance(answer, Mapping):
        return 1 + sum(_weight(value) for value in answer.values())
    if isinstance(answer, tuple):
        return 1 + sum(_weight(value) for value in answer)
    if isinstance(answer, bytes):
        return 1 + len(answer) // 100
    return 1 + len(answer) if isinstance(answer, Sized) else 1
