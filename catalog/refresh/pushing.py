"""Push sources: scripts deliver what they know, in parts that may be sent again; workers take it in."""

import logging
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from catalog.entities.refs import EntityRef, InvalidRef
from catalog.ingestion.run import Look, ingest, read
from catalog.models import Location, PushDelivery, PushedDocument, PushPart
from catalog.refresh.wake import wake_workers
from catalog.selectors import get_location
from catalog.services import managed_location, require_manage
from catalog.sources import PushSource
from portal.accounts.principal import Principal
from portal.audit.services import operation
from portal.rest.errors import Conflict, Invalid, NotFound

logger = logging.getLogger(__name__)

MAX_PARTS = 1000
MAX_ENTITIES_OF_PART = 5000
KEPT = 20


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a delivery, numbered from 0; `remove` are refs, for deltas only."""

    mode: str
    number: int
    entities: list[dict[str, Any]]
    remove: list[str]
    last: bool


def deliver_part(uid: UUID, key: str, part: Part, *, actor: Principal) -> PushDelivery:
    """Keep a part of a delivery; with the last one it is taken in, by a worker.

    `key` is the sender's name for the delivery; a part that came before is replaced, so a sender that was
    interrupted goes on where it was. Raises NotFound, Denied, Invalid, and Conflict where the delivery is
    complete already.
    """
    with operation("location.deliver", actor=actor, target=str(uid)) as now:
        location = managed_location(uid, now, actor=actor)
        _check_part(location, key, part)
        delivery = _delivery(location, key, part.mode)
        content = orjson.dumps({"entities": part.entities, "remove": part.remove}).decode()
        PushPart.objects.update_or_create(
            delivery=delivery, number=part.number, defaults={"content": content}
        )
        if part.last:
            _complete(delivery, part.number)
        now.detail = {"delivery": key, "part": part.number, "entities": len(part.entities)}
    if part.last:
        take_deliveries() if connection.in_atomic_block else wake_workers()
    delivery.refresh_from_db()
    return delivery


def get_delivery(uid: UUID, key: str, *, viewer: Principal) -> PushDelivery:
    """Raises NotFound, also for who may not deliver to the location."""
    location = get_location(uid, viewer=viewer)
    require_manage(viewer, location)
    delivery = PushDelivery.objects.filter(location=location, key=key).first()
    if delivery is None:
        raise NotFound(f"There is no delivery {key[:100]!r}.", code="DELIVERY_NOT_FOUND")
    return delivery


def has_deliveries() -> bool:
    """Whether something complete waits to be taken in."""
    return _waiting().exists()


def _waiting() -> QuerySet[PushDelivery]:
    return PushDelivery.objects.filter(completed_at__isnull=False, finished_at=None)


def take_deliveries() -> int:
    """Take in what is complete, the oldest first, each in one transaction; returns how many."""
    done = 0
    while _take_next():
        done += 1
    return done


def _take_next() -> bool:
    with transaction.atomic():
        delivery = _waiting().select_for_update(skip_locked=True, of=("self",)).order_by("id").first()
        if delivery is None:
            return False
        try:
            with transaction.atomic():
                delivery.result = _take(delivery)
        except Exception:
            logger.exception("taking in %s failed", delivery)
            delivery.result = {"error": "The portal failed; its log says why."}
        delivery.finished_at = timezone.now()
        delivery.save(update_fields=["finished_at", "result"])
        delivery.parts.all().delete()
        old = PushDelivery.objects.filter(location=delivery.location_id).exclude(finished_at=None)
        old.filter(pk__in=list(old.order_by("-id").values_list("pk", flat=True)[KEPT:])).delete()
    return True


def _take(delivery: PushDelivery) -> dict[str, Any]:
    """Bring the documents up to date and the catalog with them."""
    location = delivery.location
    bodies: dict[str, str] = {}
    gone: set[str] = set()
    for part in delivery.parts.order_by("number"):
        content = orjson.loads(part.content)
        for path in map(_path_of_ref, content["remove"]):
            bodies.pop(path, None)
            gone.add(path)
        for entity in content["entities"]:
            path = _path(entity, len(bodies))
            bodies[path] = orjson.dumps(entity).decode()
            gone.discard(path)
    full = delivery.mode == PushDelivery.Mode.FULL
    rows = PushedDocument.objects.filter(location=location)
    (rows if full else rows.filter(path__in=[*bodies, *gone])).delete()
    PushedDocument.objects.bulk_create(
        [PushedDocument(location=location, path=path, body=body) for path, body in bodies.items()],
        batch_size=1000,
    )
    changed = None if full else frozenset([*bodies, *gone])
    look = read(location, Look(True, PushSource(location, changed=changed)))
    outcome = ingest(location, found=look)
    return {
        "added": outcome.added, "changed": outcome.changed, "removed": outcome.removed,
        "unchanged": outcome.unchanged, "problems": outcome.problems, "held": outcome.held,
        "error": outcome.error,
    }  # fmt: skip


def _delivery(location: Location, key: str, mode: str) -> PushDelivery:
    """The delivery of that name, locked; Conflict where it is another's or complete."""
    try:
        with transaction.atomic():
            PushDelivery.objects.create(location=location, key=key, mode=mode)
    except IntegrityError:
        pass
    delivery = PushDelivery.objects.select_for_update().get(location=location, key=key)
    if delivery.mode != mode or delivery.completed_at:
        raise Conflict(
            f"The delivery {key!r} is complete, or was begun in the mode {delivery.mode}. Use another name.",
            code="DELIVERY_COMPLETE",
            path=("key",),
        )
    return delivery


def _complete(delivery: PushDelivery, last: int) -> None:
    """Raises Invalid where a part before the last has not come."""
    present = set(delivery.parts.values_list("number", flat=True))
    missing = sorted(set(range(last + 1)) - present)
    if missing or max(present) != last:
        raise Invalid(
            f"Parts {missing[:20]} have not come, or more came than {last}.",
            code="PARTS_MISSING", path=("part",),
        )  # fmt: skip
    delivery.completed_at = timezone.now()
    delivery.save(update_fields=["completed_at"])


def _check_part(location: Location, key: str, part: Part) -> None:
    def refuse(message: str, field: str) -> None:
        raise Invalid(message, path=(field,))

    if location.type != "push":
        refuse(f"{location} is read by the portal itself; deliveries go to push: locations.", "uid")
    if not 0 < len(key) <= 100 or not key.isprintable():
        refuse("The name of a delivery has 1 to 100 printable characters.", "key")
    if part.mode not in PushDelivery.Mode.values:
        refuse("mode is `full` or `delta`.", "mode")
    if not 0 <= part.number < MAX_PARTS:
        refuse(f"Parts are numbered from 0 to {MAX_PARTS - 1}.", "part")
    if len(part.entities) + len(part.remove) > MAX_ENTITIES_OF_PART:
        refuse(f"A part has at most {MAX_ENTITIES_OF_PART} entities.", "entities")
    if part.remove and part.mode == PushDelivery.Mode.FULL:
        refuse("A full delivery removes what it does not have; `remove` is for deltas.", "remove")
    for ref in part.remove:
        _path_of_ref(ref)


def _path(entity: dict[str, Any], number: int) -> str:
    """Where a document is kept: by its ref, so that a delta replaces it."""
    metadata = entity.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    namespace = metadata.get("namespace") or "default"
    try:
        return _path_of_ref(f"{entity.get('kind')}:{namespace}/{metadata.get('name')}")
    except InvalidRef:
        return f"document-{number}.json"


def _path_of_ref(ref: str) -> str:
    parsed = EntityRef.parse(ref)
    return f"{parsed.kind}/{parsed.namespace}/{parsed.name}.json"
