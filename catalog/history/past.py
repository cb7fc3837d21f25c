"""An entity as it was: walked back from what it is, or was last, event by event."""

from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db.models import Q

from catalog.entities.derive import derive, without_identity
from catalog.entities.refs import EntityRef, namespace_of
from catalog.history.models import Event, Horizon
from catalog.history.patches import apply
from catalog.history.selectors import LAST, MOVES, Expired, position_at
from catalog.ingestion.write import DERIVED_COLUMNS
from catalog.kinds import all_kinds
from catalog.models import Entity, Relation
from catalog.permissions import READ_SCOPE, hidden_namespaces
from catalog.selectors import get_entity
from portal.accounts.principal import Principal
from portal.rest.errors import NotFound

What = Event.What
BEGINNINGS = (What.CREATED, What.RESTORED)


def get_entity_as_of(ref: str, at: datetime, *, viewer: Principal) -> Entity:
    """The entity that had this ref at a moment, as it was: document, relations, owner. It is not saved.

    Raises InvalidRef, NotFound where nothing had the ref or it is hidden, and Expired (HISTORY_EXPIRED).
    """
    canonical = str(EntityRef.parse(ref))
    hidden = hidden_namespaces(viewer)
    missing = NotFound(f"There was no entity {canonical} at {at.isoformat()}.", code="ENTITY_NOT_FOUND")
    if not viewer.has_scope(READ_SCOPE) or namespace_of(canonical) in hidden:
        raise missing
    horizon = Horizon.objects.filter(pk=1).first()
    if horizon and at < horizon.since:
        raise Expired(
            f"The history reaches back to {horizon.since.isoformat()}. Ask for a later moment.",
            code="HISTORY_EXPIRED",
            path=("asOf",),
        )
    position = position_at(at)
    if position is None:
        position = LAST
    uid = _uid_of(canonical, position, viewer)
    document = _document(uid, position) if uid else None
    if uid is None or document is None:
        raise missing
    entity = _entity(uid, document, position, at)
    entity.past_relations = _relations(entity, position, hidden)
    return entity


def _uid_of(ref: str, position: int, viewer: Principal) -> UUID | None:
    """Whose ref it was: the next thing that happened to the ref tells, or else it still is what it was."""
    named = Q(ref=ref, relation_type="") | Q(other_ref=ref, what=What.RENAMED)
    following = Event.objects.filter(named, id__gt=position).order_by("id").first()
    if following is None:
        try:
            return get_entity(ref, viewer=viewer).uid
        except NotFound:
            return None
    if following.what in BEGINNINGS or (following.what == What.RENAMED and following.ref == ref):
        return None
    return following.uid


def _document(uid: UUID, position: int) -> dict[str, Any] | None:
    """The document at a position; None where there was none."""
    present = Entity.objects.filter(uid=uid).values_list("document", flat=True).first()
    document: dict[str, Any] | None = orjson.loads(present) if present else None
    later = Event.objects.filter(uid=uid, relation_type="", id__gt=position).order_by("-id")
    for what, before in later.values_list("what", "before").iterator(chunk_size=500):
        if what in BEGINNINGS:
            document = None
        elif before is not None:
            stored = orjson.loads(before)
            document = apply(document or {}, stored) if isinstance(stored, list) else stored
    return document


def _entity(uid: UUID, document: dict[str, Any], position: int, at: datetime) -> Entity:
    """The row that the document would have; its times are those of the history, as far as it reaches."""
    kind = all_kinds().get(document["kind"].lower())
    identity = without_identity(document)
    metadata = document["metadata"]
    until = Event.objects.filter(uid=uid, relation_type="", id__lte=position).select_related("change")
    last = until.order_by("-id").first()
    state = until.filter(what__in=[What.ORPHANED, What.ADOPTED, *BEGINNINGS]).order_by("-id").first()
    first = until.filter(what__in=BEGINNINGS).order_by("id").first()
    live = Entity.objects.filter(uid=uid).first()
    created = first.change.at if first else live.created_at if live else at
    entity = Entity(
        uid=uid,
        document=orjson.dumps(document).decode(),
        hash=metadata.get("etag", ""),
        orphan=state is not None and state.what == What.ORPHANED,
        created_at=created,
        updated_at=last.change.at if last else created,
        generation=last.change.generation if last else 0,
    )
    ref = EntityRef(document["kind"], metadata.get("namespace", "default"), metadata["name"])
    entity.ref = str(ref)
    if kind:
        derived = derive(identity, kind)
        for column in DERIVED_COLUMNS:
            setattr(entity, column, getattr(derived, column))
    else:
        entity.kind, entity.namespace, entity.name = document["kind"], ref.namespace, metadata["name"]
    return entity


def _relations(entity: Entity, position: int, hidden: frozenset[str]) -> list[tuple[str, str]]:
    """Type and target of the relations at a position, in both directions, visible ends only."""
    edges = set(
        Relation.objects.filter(Q(source__uid=entity.uid) | Q(target_ref=entity.ref)).values_list(
            "source__ref", "type", "inverse", "target_ref"
        )
    )
    moves = Event.objects.filter(
        Q(uid=entity.uid) | Q(other_ref=entity.ref), what__in=MOVES, id__gt=position
    ).order_by("-id")
    for event in moves.iterator(chunk_size=500):
        edge = (event.ref, event.relation_type, event.relation_inverse, event.other_ref)
        if event.what == What.RELATED:
            edges.discard(edge)
        else:
            edges.add(edge)
    found = {
        (kind, target) if source == entity.ref else (inverse, source)
        for source, kind, inverse, target in edges
    }
    return sorted(pair for pair in found if namespace_of(pair[1]) not in hidden)
