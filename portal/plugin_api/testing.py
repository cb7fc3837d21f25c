"""For the tests of plugins: entities without a database, and what a panel shows of one."""

import itertools
import uuid
from typing import Any

import orjson

from catalog.models import Entity
from portal.accounts.principal import SYSTEM, Principal
from portal.extension.batching import introduce
from portal.extension.blocks import Block
from portal.extension.panels import Panel

__all__ = ["blocks_of", "entity"]

_keys = itertools.count(1)


def entity(document: dict[str, Any]) -> Entity:
    """An entity that is not saved; `document` is what a descriptor holds, of which `kind` and
    `metadata.name` are needed."""
    metadata, spec = document["metadata"], document.get("spec") or {}
    namespace = metadata.get("namespace", "default")
    made = Entity(
        pk=next(_keys),
        uid=uuid.uuid4(),
        ref=f"{document['kind']}:{namespace}/{metadata['name']}".lower(),
        kind=document["kind"],
        namespace=namespace,
        name=metadata["name"],
        type=spec.get("type", ""),
        lifecycle=spec.get("lifecycle", ""),
        document=orjson.dumps(document).decode(),
        generation=1,
    )
    introduce([made])
    return made


def blocks_of(panel: type[Panel], entity: Entity, *, viewer: Principal = SYSTEM) -> list[Block]:
    """What the panel shows of the entity; nothing where it does not apply."""
    shown = panel()
    return list(shown.blocks(entity, viewer=viewer)) if shown.applies_to(entity) else []
