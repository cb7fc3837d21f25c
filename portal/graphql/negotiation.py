"""Which media type an answer has, and which status follows from it, as GraphQL over HTTP says.

`application/graphql-response+json` says with its status how the operation went. `application/json` might come
from anything on the way, so whoever asks for it by name gets 200 for every request that could be read, and
looks for `errors`. Whoever names neither gets `application/json`, with the status of the former.
"""

from dataclasses import dataclass

from django.http import HttpRequest
from django.http.request import MediaType

JSON_TYPE = "application/json"
RESPONSE_TYPE = "application/graphql-response+json"

MAX_HEADER = 2000


@dataclass(frozen=True, slots=True)
class Answer:
    """`content_type` is what the client gets; `status_tells` is whether a refused operation is a 400."""

    content_type: str
    status_tells: bool = True


def answer_for(request: HttpRequest) -> Answer | None:
    """How to answer; None where the client takes nothing that could be sent."""
    header = request.headers.get("Accept", "")[:MAX_HEADER].strip() or "*/*"
    accepted = [MediaType(part) for part in header.split(",") if part.strip()]
    response, plain = _quality(accepted, RESPONSE_TYPE), _quality(accepted, JSON_TYPE)
    if response == plain == 0:
        return None
    is_named = any(_type(each) == RESPONSE_TYPE for each in accepted)
    if response > plain or (response == plain and is_named):
        return Answer(RESPONSE_TYPE)
    return Answer(JSON_TYPE, status_tells=not any(_type(each) == JSON_TYPE for each in accepted))


def _quality(accepted: list[MediaType], wanted: str) -> float:
    """The quality that the most specific range gives to a type; 0 where none does."""
    matching = [each for each in accepted if each.match(wanted)]
    return max(matching, key=lambda each: each.specificity).quality if matching else 0


def _type(media_type: MediaType) -> str:
    return f"{media_type.main_type}/{media_type.sub_type}".lower()
