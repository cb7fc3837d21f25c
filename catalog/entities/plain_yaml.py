"""The quick way through ordinary YAML documents; what is unusual or wrong in any way is left to the other."""

from typing import Any

import yaml
from yaml import events
from yaml._yaml import CParser

from catalog.entities.findings import Refused
from catalog.entities.scalars import CONSTANTS, plain_scalar

MAX_CHARACTERS = 25_000
"""A text of so many characters cannot hold more values than are allowed."""
MAX_DEPTH = 32
OPENING: dict[Any, Any] = {events.MappingStartEvent: dict, events.SequenceStartEvent: list}
MAYBE_NUMBER = frozenset("-0123456789.+")


class NotPlain(Exception):
    """The document has anchors, tags, mistakes, or is large: it is read by who counts and says the line."""


def load_plain(text: str) -> Any:
    """The value of a document, the same that `yaml_reader` builds event by event. Raises NotPlain."""
    if len(text) > MAX_CHARACTERS:
        raise NotPlain
    parser = CParser(text)
    try:
        return _build(parser.get_event)
    except (yaml.YAMLError, ValueError, OverflowError, Refused):
        raise NotPlain from None
    finally:
        parser.dispose()


def _build(take: Any) -> Any:
    """`here` is the list or mapping that is being filled, `key` what the next value in a mapping is of."""
    root: list[Any] = []
    here: Any = root
    outside: list[Any] = []
    key: str | None = None
    while (event := take()) is not None:
        cls = event.__class__
        if cls is events.ScalarEvent:
            value = _scalar(event)
        elif cls in OPENING:
            value = OPENING[cls]()
            if event.anchor or event.tag or len(outside) > MAX_DEPTH:
                raise NotPlain
        elif cls is events.MappingEndEvent or cls is events.SequenceEndEvent:
            here = outside.pop()
            continue
        elif cls is events.AliasEvent:
            raise NotPlain
        else:
            continue
        if key is not None:
            here[key] = value
            key = None
        elif here.__class__ is list:
            here.append(value)
        elif value.__class__ is str and value not in here and value != "<<":
            key = value
        else:
            raise NotPlain
        if cls is not events.ScalarEvent:
            outside.append(here)
            here = value
    return root[-1] if root else None


def _scalar(event: Any) -> Any:
    text: str = event.value
    if event.tag is not None or event.anchor is not None:
        raise NotPlain
    if event.implicit[0]:
        return plain_scalar(text) if text in CONSTANTS or text[0] in MAYBE_NUMBER else text
    if "\x00" in text:
        raise NotPlain
    return text
