"""What a YAML scalar means: text, or a null, truth or number that JSON prints as it is written."""

import re
from typing import Any

from catalog.entities.findings import Refused

MAX_INTEGER = 2**53 - 1
INTEGER = re.compile(r"0|-?[1-9][0-9]*")
FLOAT = re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]+")
NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
CONSTANTS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
STANDARD = "tag:yaml.org,2002:"
SCALAR_TAGS = {f"{STANDARD}{name}" for name in ("str", "int", "float", "bool", "null")}


def scalar_value(event: Any, line: int) -> Any:
    """The value of a scalar event of PyYAML. Raises Refused for tags, numbers and characters not read."""
    text: str = event.value
    tag = event.tag
    if tag is not None and tag != "!" and tag not in SCALAR_TAGS:
        raise bad_tag(tag, line)
    if "\x00" in text:
        raise Refused("BAD_CHARACTER", "The text holds a NUL character. Remove it.", line)
    if tag in ("!", f"{STANDARD}str") or (tag is None and not event.implicit[0]):
        return text
    return plain_scalar(text, line)


def plain_scalar(text: str, line: int | None = None) -> Any:
    """What an unquoted scalar means: null, a truth, a number that JSON prints as it is written, else text.

    So `no`, `017`, `1.10`, `1:30` and dates stay the text that somebody wrote.
    """
    if text in CONSTANTS:
        return CONSTANTS[text]
    if text[0] not in "-0123456789.+":
        return text
    if INTEGER.fullmatch(text):
        if len(text) > 17 or abs(int(text)) > MAX_INTEGER:
            raise Refused("NUMBER_TOO_LARGE", f"{text[:20]}… is too large. Put it in quotes.", line)
        return int(text)
    if FLOAT.fullmatch(text) and repr(float(text)) == text:
        return float(text)
    if NOT_FINITE.fullmatch(text):
        raise Refused("NOT_A_NUMBER", f"{text} is no number in JSON. Put it in quotes.", line)
    return text


def bad_tag(tag: str, line: int) -> Refused:
    shown = tag.replace(STANDARD, "!!")[:80]
    return Refused("TAG_REFUSED", f"The tag {shown} is not read. Write plain YAML without tags.", line)
