"""`entity { docs { … } }`: the pages of an entity's documentation."""

from portal.plugin_api import EntityField, EntityValue
from portal.plugin_api.graphql import DateTime, List, NonNull, ObjectType, String

from .selectors import docs_by_entity, page_by_entity


class DocsPageEntry(ObjectType):
    """A page in the navigation."""

    path = String(required=True)
    title = String(required=True)
    updated_at = DateTime(description="When its content changed last.")


class DocsPage(ObjectType):
    """A page with its content."""

    path = String(required=True)
    title = String(required=True)
    updated_at = DateTime(description="When its content changed last.")
    html = String(required=True, description="Safe to show as it is.")


class EntityDocs(ObjectType):
    """The documentation of an entity, read from its source."""

    pages = List(NonNull(DocsPageEntry), required=True, description="In the order of the navigation.")
    page = EntityValue(
        DocsPage, load=page_by_entity, path=String(), description="By path; the first without."
    )
    problem = String(description="Why the documentation could not be read lately.")


entity_docs = EntityField(EntityDocs, load=docs_by_entity, description="The entity's documentation.")
