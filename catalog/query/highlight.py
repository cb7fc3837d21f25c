"""Showing where a text fits a question: a snippet around the first place, and every place marked."""

import re
from collections.abc import Sequence
from functools import lru_cache
from html import escape

from catalog.entities.terms import WORD, plain
from catalog.query.text_search import SHORT

SNIPPET = 200
LEAD = 60
"""How much stands before the first place that fits, where a text is cut at its beginning."""


def snippet(text: str, words: Sequence[str], *, least: float | None = None) -> str:
    """At most 200 characters of a text on one line, from a little before the first word that fits."""
    flat = " ".join(text.split())
    if len(flat) <= SNIPPET:
        return flat
    first = next(iter(_places(flat, words, least)), (0, 0))[0]
    start = 0 if first < SNIPPET - LEAD else flat.rfind(" ", 0, first - LEAD) + 1
    cut = flat[start : start + SNIPPET]
    if start + SNIPPET < len(flat):
        cut = f"{cut[: SNIPPET - 1].rstrip()}…"
    return f"…{cut}" if start else cut


def highlighted(
    text: str,
    words: Sequence[str],
    *,
    least: float | None = None,
    before: str = "<mark>",
    after: str = "</mark>",
) -> str:
    """The text as safe HTML, with the parts that fit one of the (folded) words between two tags.

    `least`: how much a word must be like one of them to fit where it does not hold it; None: it never does.
    """
    parts, end = [], 0
    for start, stop in _places(text, words, least):
        parts += [escape(text[end:start]), before, escape(text[start:stop]), after]
        end = stop
    return "".join([*parts, escape(text[end:])])


def _places(text: str, words: Sequence[str], least: float | None) -> list[tuple[int, int]]:
    """Where words of the text begin with one that is looked for, hold it, or are much like it."""
    wanted = tuple(words)
    if least is None and text.isascii():
        return [match.span(1) for match in _pattern(wanted).finditer(text.lower())]
    found = []
    for match in WORD.finditer(text):
        place = _place(match[0], wanted, least)
        if place:
            found.append((match.start() + place[0], match.start() + place[1]))
    return found


@lru_cache(maxsize=1_000)
def _pattern(wanted: tuple[str, ...]) -> re.Pattern[str]:
    """What finds the first and longest place in each word of a folded text, as `_place` without likeness."""
    longest_first = sorted(wanted, key=len, reverse=True)
    places = [("" if len(each) >= SHORT else r"(?<!\w)") + re.escape(each) for each in longest_first]
    return re.compile(f"({'|'.join(places)})\\w*" if places else r"(?!)()")


@lru_cache(maxsize=10_000)  # the words of a page of results are mostly the same
def _place(word: str, wanted: tuple[str, ...], least: float | None) -> tuple[int, int] | None:
    folded = plain(word)
    starts = [
        (folded.find(each) if len(each) >= SHORT else -(not folded.startswith(each))) for each in wanted
    ]
    fitting = [(at, -len(each)) for at, each in zip(starts, wanted, strict=True) if at >= 0]
    if fitting:
        at, length = min(fitting)
        # Folding may change the length; then the whole word is the place.
        return (at, at - length) if len(folded) == len(word) else (0, len(word))
    if least is None:
        return None
    is_alike = any(len(each) >= SHORT and _similarity(each, folded) >= least for each in wanted)
    return (0, len(word)) if is_alike else None


def _similarity(word: str, other: str) -> float:
    """The share of a word's trigrams that another has, as pg_trgm counts them."""
    trigrams = _trigrams(word)
    return len(trigrams & _trigrams(other)) / len(trigrams)


def _trigrams(word: str) -> set[str]:
    padded = f"  {word} "
    return {padded[start : start + 3] for start in range(len(padded) - 2)}
