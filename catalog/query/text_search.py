"""Finding entities by text: the conditions, and how well an entity fits.

A word fits where it begins a word of the entity's text or stands anywhere in its names. Words of one or two
letters fit almost everything, so they look at the beginnings of the names' words only, and a text of such
words alone is not ranked by the text index.
"""

from typing import Any

from django.contrib.postgres.search import SearchQuery, TrigramWordSimilarity
from django.db import connection
from django.db.models import FloatField, Q, Value
from django.db.models.expressions import Combinable, RawSQL
from django.db.models.lookups import GreaterThanOrEqual

from catalog.entities.terms import plain, search_words

NOTHING = Q(pk__in=[])

SHORT = 3
"""The letters of the shortest word that the trigram index can look for."""

LEAST_SIMILARITY = 0.3
"""Names that are less alike than this are not misspellings of each other (as the database is told, too)."""

BEST_ALIKE = -0.3
"""The relevance of a name that is wholly alike; below that of everything that fits as it stands."""


def search_q(text: str, similarity: float | None = None) -> Q:
    """Every word fits, or the whole stands somewhere in the names; with `similarity`, the names are alike."""
    part = plain(text.strip())
    if "\x00" in part:
        return NOTHING
    if similarity is not None:
        alike: Any = GreaterThanOrEqual(TrigramWordSimilarity(part, "search_name"), Value(similarity))
        return Q(search_name__trigram_word_similar=part) & Q(alike)
    words = search_words(text)
    if not words:
        return Q(search_name__contains=part)
    short = [word for word in words if len(word) < SHORT]
    result = Q(search=_tsquery(short, names_only=True)) if short else Q()
    for word in words:
        if word not in short:
            result &= Q(search=_tsquery([word])) | Q(search_name__contains=word)
    whole = Q(search_name__contains=part) if len(part) >= SHORT and words != [part] else NOTHING
    return result | whole


def relevance(text: str, similarity: float | None = None) -> Combinable:
    """How well an entity fits, from -1 (it has this name) to 0: smaller is better.

    The name itself, names that begin so, that have a word that begins so, that hold it, that hold its words,
    then the words anywhere. Of two names that fit alike the shorter one is better. For a query of entities
    that is not inside another; its text is made here, which takes Django longer than PostgreSQL to answer it.
    """
    part = plain(text.strip()).replace("\x00", "")
    if similarity is not None:
        alike = f"word_similarity(%s, {NAMES})::float8 * %s - 0.01 / {LONGER}"
        return _number(alike, [part, BEST_ALIKE])
    like, nearness = _escaped(part), 0.1 * len(part)
    words = search_words(text)
    cases: list[tuple[str, str, list[Any]]] = [
        (f"{TABLE}.ref LIKE %s OR {TABLE}.sort_name = %s", "-1.0", [f"%/{like}", part]),
        (f"{NAMES} LIKE %s", NEAR.format("0.8"), [f"{like}%", nearness]),
        (f"{NAMES} LIKE %s", NEAR.format("0.6"), [f"% {like}%", nearness]),
        (f"{NAMES} LIKE %s", NEAR.format("0.5"), [f"%{like}%", nearness]),
    ]
    if len(words) > 1:
        all_of_them = " AND ".join([f"{NAMES} LIKE %s"] * len(words))
        holds = [f"%{_escaped(word)}%" for word in words]
        cases.append((all_of_them, NEAR.format("0.42"), [*holds, nearness]))
    rank, last = "0.0", []
    if any(len(word) >= SHORT for word in words):
        rank, last = BY_WORDS, [_all_begin(words)]
    whens = " ".join(f"WHEN {condition} THEN {value}" for condition, value, _ in cases)
    values = [value for _, _, given in cases for value in given]
    return _number(f"CASE {whens} ELSE {rank} END", [*values, *last])


TABLE = "catalog_entity"
NAMES = f"{TABLE}.search_name"
LONGER = f"(length({NAMES})::float8 + 1.0)"
NEAR = f"-{{}}::float8 - %s::float8 / {LONGER}"
BY_WORDS = f"-0.2::float8 - least(ts_rank({TABLE}.search, to_tsquery('simple', %s))::float8, 0.2)"


def _number(sql: str, values: list[Any]) -> RawSQL:
    return RawSQL(sql, values, output_field=FloatField())  # noqa: S611 - made of the texts above


def _escaped(part: str) -> str:
    """A text as LIKE takes it literally."""
    return str(connection.ops.prep_for_like_query(part))


def _tsquery(words: list[str], *, names_only: bool = False) -> SearchQuery:
    """Weight A of the text is the names."""
    asked = _all_begin(words, ":*A" if names_only else ":*")
    return SearchQuery(asked, config="simple", search_type="raw")


def _all_begin(words: list[str], ending: str = ":*") -> str:
    return " & ".join(f"{word}{ending}" for word in words)
