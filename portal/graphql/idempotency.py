"""Idempotency keys: a mutation with a key is done once; a repeat answers what the first answered.

The key is written down before the mutation begins and its answer after it has ended, so that what happens in
between (a client that repeats too early, a process that is killed) is never done twice: such a repeat is told
so. A mutation that fails in an expected way changed nothing, and frees its key.

An answer is kept as plain data. An object with a global id is kept as its id, and a repeat sees it as it is
then, if it still may. What a payload names in `never_kept` (secrets that are shown once) is null in a repeat.
"""

import hashlib
import json
import logging
from collections.abc import Callable
from dataclasses import asdict, is_dataclass
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django.utils import timezone
from graphql import GraphQLResolveInfo, get_named_type

from portal.extension.batching import introduce
from portal.graphql.models import KeptAnswer
from portal.graphql.nodes import NodeQueries, encode_id
from portal.rest.errors import Conflict, Invalid

logger = logging.getLogger(__name__)

MAX_KEY = 200
KEPT = timedelta(hours=24)
PATH = ("idempotencyKey",)


def once(info: GraphQLResolveInfo, input: Any, payload_type: Any, run: Callable[[], Any]) -> Any:
    """The payload of `run()`, or what it was when the same input came with the same key before.

    Raises Conflict where the key belongs to another input or to a mutation that has not ended.
    """
    key, account = input.get("idempotency_key"), info.context.principal.account
    if key is None or account is None:
        return run()
    if not 1 <= len(key) <= MAX_KEY:
        raise Invalid(f"An idempotency key has 1 to {MAX_KEY} characters.", path=PATH)
    request = _fingerprint(info.field_name, input)
    expired = KeptAnswer.objects.filter(account=account, created_at__lt=timezone.now() - KEPT)
    expired.delete()
    kept, is_new = KeptAnswer.objects.get_or_create(account=account, key=key, defaults={"request": request})
    if not is_new:
        return _repeat(kept, request, payload_type, info)
    try:
        payload = run()
    except BaseException:
        kept.delete()
        raise
    if payload.problems:
        kept.delete()
    else:
        kept.answer = _plain_payload(payload, payload_type, info)
        kept.save(update_fields=["answer"])
    return payload


def forget_old_answers() -> None:
    """Delete what no repeat may ask for any more."""
    KeptAnswer.objects.filter(created_at__lt=timezone.now() - KEPT).delete()


def _fingerprint(mutation: str, input: Any) -> str:
    text = json.dumps([mutation, input], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _repeat(kept: KeptAnswer, request: str, payload_type: Any, info: GraphQLResolveInfo) -> Any:
    if kept.request != request:
        raise Conflict(
            "This idempotency key belongs to another call: use a new key for a new call.",
            code="IDEMPOTENCY_KEY_REUSED",
            path=PATH,
        )
    if kept.answer is None:
        seconds = int((timezone.now() - kept.created_at).total_seconds())
        raise Conflict(
            f"The call with this key began {seconds} s ago and has not ended: ask again in a moment. If it "
            "stays so, its process was killed: look what became of it, then use a new key.",
            code="IDEMPOTENCY_UNFINISHED",
            path=PATH,
        )
    return payload_type(**{name: _restored(value, info) for name, value in kept.answer.items()})


def _plain_payload(payload: Any, payload_type: Any, info: GraphQLResolveInfo) -> dict[str, Any]:
    names = set(payload_type._meta.fields) - {"problems", *getattr(payload_type, "never_kept", ())}
    type_name = payload_type._meta.name
    return {name: _plain(getattr(payload, name, None), type_name, name, info) for name in sorted(names)}


def _plain(value: Any, payload: str, field: str, info: GraphQLResolveInfo) -> Any:
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, list | tuple):
        return [_plain(item, payload, field, info) for item in value]
    if isinstance(value, dict):
        return {"json": value}
    if hasattr(value, "uid"):
        return {"id": encode_id(_node_type(value, payload, field, info), value.uid)}
    if is_dataclass(value) and not isinstance(value, type):
        return {"object": asdict(value)}
    logger.error("%s.%s cannot be kept for a repeat: %s", payload, field, type(value).__name__)
    return None


def _node_type(value: Any, payload: str, field: str, info: GraphQLResolveInfo) -> str:
    """The name of the object type that a payload's field shows a row as."""
    fields = getattr(info.schema.get_type(payload), "fields", {})
    head, *rest = field.split("_")
    named: Any = get_named_type(fields[head + "".join(word.title() for word in rest)].type)
    graphene_type = named.graphene_type
    if hasattr(graphene_type, "get_node"):
        return str(named.name)
    return str(graphene_type.resolve_type(value, info)._meta.name)


def _restored(value: Any, info: GraphQLResolveInfo) -> Any:
    if isinstance(value, list):
        found = [_restored(item, info) for item in value]
        return introduce(item for item in found if item is not None) if found else []
    if not isinstance(value, dict):
        return value
    if "id" in value:
        return NodeQueries.resolve_node(None, info, id=value["id"])
    return value["json"] if "json" in value else SimpleNamespace(**value["object"])
