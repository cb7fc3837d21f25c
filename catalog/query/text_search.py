"""Finding entities by text: the conditions, and how well an entity fits.

A word fits where it begins a word of the entity's text or stands anywhere in its names. Words of one or two
letters fit almost everything, so they look at the beginnings of the names' words only, and a text of such
words alone is not ranked by the text index.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import SearchQuery, TrigramWordSimilarity
from django.db import connection
from django.db.models import FloatField, Q
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


@dataclass(frozen=True, slots=True)
class Shape:
    """What the SQL of a search depends on, beside its values: which of the words are short, and whether the
    text is more than its one word. `is_alike`: names are looked for that are like it."""

    short: tuple[bool, ...] = ()
    has_whole: bool = False
    is_alike: bool = False


Values = dict[str, Any]


def shape_of(text: str, similarity: float | None = None) -> Shape:
    part, words = plain(text.strip()), search_words(text)
    has_whole = len(part) >= SHORT and words != [part]
    return Shape(tuple(len(word) < SHORT for word in words), has_whole, similarity is not None)


def values_of(text: str, similarity: float | None = None) -> Values:
    """What goes into the SQL of that shape: texts, but for the numbers `nearness` and `similarity`."""
    part, words = plain(text.strip()).replace("\x00", ""), search_words(text)
    like = _escaped(part)
    values = {
        "part": part, "named": f"%/{like}", "begins": f"{like}%", "later": f"% {like}%",
        "within": f"%{like}%", "nearness": 0.1 * len(part), "similarity": similarity,
        "all": _all_begin(words),
        "short": _all_begin([word for word in words if len(word) < SHORT], ":*A"),
    }  # fmt: skip
    values |= {f"word{at}": _all_begin([word]) for at, word in enumerate(words)}
    return values | {f"holds{at}": f"%{_escaped(word)}%" for at, word in enumerate(words)}


def search_q(text: str, similarity: float | None = None) -> Q:
    """Every word fits, or the whole stands somewhere in the names; with `similarity`, the names are alike."""
    return NOTHING if "\x00" in text else fits(shape_of(text, similarity), values_of(text, similarity))


def fits(shape: Shape, values: Values) -> Q:
    """The condition of a search; its values may be parameters."""
    if shape.is_alike:
        alike: Any = TrigramWordSimilarity(values["part"], "search_name")
        enough: Any = GreaterThanOrEqual(alike, values["similarity"])
        return Q(search_name__trigram_word_similar=values["part"]) & Q(enough)
    whole = Q(search_name__like=values["within"])
    if not shape.short:
        return whole
    # Weight A of the text is the names.
    result = Q(search=_tsquery(values["short"])) if any(shape.short) else Q()
    for at, is_short in enumerate(shape.short):
        if not is_short:
            result &= Q(search=_tsquery(values[f"word{at}"])) | Q(search_name__like=values[f"holds{at}"])
    return result | whole if shape.has_whole else result


def relevance(text: str, similarity: float | None = None) -> Combinable:
    """How well an entity fits, from -1 (it has this name) to 0: smaller is better."""
    return nearness(shape_of(text, similarity), values_of(text, similarity))


def nearness(shape: Shape, values: Values) -> Combinable:
    """The relevance of a search; its values may be parameters.

    The name itself, names that begin so, that have a word that begins so, that hold it, that hold its words,
    then the words anywhere. Of two names that fit alike the shorter one is better. For a query of entities
    that is not inside another; its text is made here, which takes Django longer than PostgreSQL to answer it.
    """
    if shape.is_alike:
        return _number(
            f"word_similarity(%s, {NAMES})::float8 * {BEST_ALIKE} - 0.01 / {LONGER}", [values["part"]]
        )
    near = values["nearness"]
    cases: list[tuple[str, str, list[Any]]] = [
        (f"{TABLE}.ref LIKE %s OR {TABLE}.sort_name = %s", "-1.0", [values["named"], values["part"]]),
        (f"{NAMES} LIKE %s", NEAR.format("0.8"), [values["begins"], near]),
        (f"{NAMES} LIKE %s", NEAR.format("0.6"), [values["later"], near]),
        (f"{NAMES} LIKE %s", NEAR.format("0.5"), [values["within"], near]),
    ]
    if len(shape.short) > 1:
        all_of_them = " AND ".join([f"{NAMES} LIKE %s"] * len(shape.short))
        holds = [values[f"holds{at}"] for at in range(len(shape.short))]
        cases.append((all_of_them, NEAR.format("0.42"), [*holds, near]))
    by_words = not all(shape.short)
    whens = " ".join(f"WHEN {condition} THEN {value}" for condition, value, _ in cases)
    given = [value for _, _, each in cases for value in each]
    return _number(
        f"CASE {whens} ELSE {BY_WORDS if by_words else '0.0'} END",
        [*given, *([values["all"]] if by_words else [])],
    )


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


def _tsquery(words: Any) -> SearchQuery:
    return SearchQuery(words, config="simple", search_type="raw")


def _all_begin(words: list[str], ending: str = ":*") -> str:
    return " & ".join(f"{word}{ending}" for word in words)
