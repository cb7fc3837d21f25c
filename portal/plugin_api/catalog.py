"""The catalog, for plugins: entities, how they are found, and the files of the source they come from."""

from catalog.entities.refs import EntityRef, InvalidRef
from catalog.entities.web_pages import page_annotations
from catalog.extension.claimed import (
    edges_to,
    entities_of,
    find_entities,
    get_entities_by_refs,
    get_entity,
    owned_by_team,
    owned_by_viewer,
    owned_uids_by_team,
    related_by_entity,
)
from catalog.models import Descriptor, Entity
from catalog.selectors import (
    Condition,
    EntityQuery,
    Related,
    current_generation,
    descriptors_by_entity,
)
from catalog.services import documents_changed
from catalog.sources import Source, SourceError, changed_at, looked_at, open_address, open_source

__all__ = [
    "Condition",
    "Descriptor",
    "Entity",
    "EntityQuery",
    "EntityRef",
    "InvalidRef",
    "Related",
    "Source",
    "SourceError",
    "changed_at",
    "current_generation",
    "descriptors_by_entity",
    "documents_changed",
    "edges_to",
    "entities_of",
    "find_entities",
    "get_entities_by_refs",
    "get_entity",
    "looked_at",
    "open_address",
    "open_source",
    "owned_by_team",
    "owned_by_viewer",
    "owned_uids_by_team",
    "page_annotations",
    "related_by_entity",
]
