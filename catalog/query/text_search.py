"""Finding entities by text: the conditions, and how well an entity fits.

A word fits where it begins a word of the entity's text or stands anywhere in its names. Words of one or two
letters fit almost everything, so they look at the beginnings of the names' words only, and a text of such
words alone is not ranked by the text index.
"""

from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank, TrigramWordSimilarity
from django.db.models import Case, F, FloatField, Q, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Least, Length
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
    then the words anywhere. Of two names that fit alike the shorter one is better.
    """
    part = plain(text.strip()).replace("\x00", "")
    longer = Cast(Length("search_name"), FloatField()) + Value(1.0)
    if similarity is not None:
        alike = Cast(TrigramWordSimilarity(part, "search_name"), FloatField())
        return alike * Value(BEST_ALIKE) - Value(0.01) / longer
    nearness = Value(0.1 * len(part)) / longer
    words = search_words(text)
    return Case(
        When(Q(ref__endswith=f"/{part}") | Q(sort_name=part), then=Value(-1.0)),
        When(Q(search_name__startswith=part), then=Value(-0.8) - nearness),
        When(Q(search_name__contains=f" {part}"), then=Value(-0.6) - nearness),
        When(Q(search_name__contains=part), then=Value(-0.5) - nearness),
        *([When(_all_in_name(words), then=Value(-0.42) - nearness)] if len(words) > 1 else []),
        default=_by_words(words) if any(len(word) >= SHORT for word in words) else Value(0.0),
        output_field=FloatField(),
    )


def _all_in_name(words: list[str]) -> Q:
    result = Q()
    for word in words:
        result &= Q(search_name__contains=word)
    return result


def _by_words(words: list[str]) -> Combinable:
    rank = Cast(SearchRank(F("search"), _tsquery(words)), FloatField())
    return Value(-0.2) - Least(rank, Value(0.2))


def _tsquery(words: list[str], *, names_only: bool = False) -> SearchQuery:
    """Weight A of the text is the names."""
    ending = ":*A" if names_only else ":*"
    return SearchQuery(" & ".join(f"{word}{ending}" for word in words), config="simple", search_type="raw")
