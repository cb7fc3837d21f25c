"""Deliveries to push sources: `PUT /api/catalog/sources/{uid}/deliveries/{key}`, part by part."""

from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from rest_framework.request import Request

from catalog.models import PushDelivery
from catalog.refresh import pushing
from portal.accounts.viewer import viewer_of
from portal.rest.errors import NotFound
from portal.rest.views import bad_request, json_answer, json_body, rest_view, texts, whole_number


def put_part(request: Request, uid: str, key: str) -> HttpResponseBase:
    """One part of a delivery: `{mode, part, last, entities, remove}`; 202 with the last."""
    body = json_body(request)
    entities = body.get("entities", [])
    if not isinstance(entities, list) or not all(isinstance(each, dict) for each in entities):
        raise bad_request("Invalid entities, must be a list of objects", "entities")
    part = pushing.Part(
        mode=str(body.get("mode", "full")),
        number=whole_number(body.get("part", 0), "part"),
        entities=entities,
        remove=texts(body.get("remove"), "remove"),
        last=body.get("last", True) is True,
    )
    delivery = pushing.deliver_part(_uid(uid), key, part, actor=viewer_of(request))
    return json_answer(_describe(delivery), status=202 if delivery.completed_at else 200)


def get_delivery(request: Request, uid: str, key: str) -> HttpResponseBase:
    """How far a delivery is, and what came of it."""
    return json_answer(_describe(pushing.get_delivery(_uid(uid), key, viewer=viewer_of(request))))


def _describe(delivery: PushDelivery) -> dict[str, Any]:
    done = "finished" if delivery.finished_at else "complete" if delivery.completed_at else "open"
    parts = list(delivery.parts.order_by("number").values_list("number", flat=True))
    answer = {"key": delivery.key, "mode": delivery.mode, "state": done, "parts": parts}
    return {**answer, "result": delivery.result}


def _uid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound(f"There is no location {text[:80]!r}.", code="LOCATION_NOT_FOUND") from None


delivery = rest_view(PUT=put_part, GET=get_delivery)
