"""`entity { docs { … } }`: the pages of an entity's documentation."""

from portal.plugin_api import EntityField, EntityValue
from portal.plugin_api.graphql import DateTime, Int, List, NonNull, ObjectType, String

from .selectors import docs_by_entity, page_by_entity


class DocsPageEntry(ObjectType):
    """A page in the navigation."""

    path = String(required=True)
    title = String(required=True)
    sections = List(
        NonNull(String), required=True, description="What it is under in the navigation, outermost first."
    )
    updated_at = DateTime(description="When its content changed last.")


class DocsHeading(ObjectType):
    """A heading of a page: `#doc-<id>` leads to it."""

    id = String(required=True)
    title = String(required=True)
    level = Int(required=True)


class DocsPage(ObjectType):
    """A page with its content."""

    path = String(required=True)
    title = String(required=True)
    updated_at = DateTime(description="When its content changed last.")
    html = String(required=True, description="Safe to show as it is.")
    contents = List(NonNull(DocsHeading), required=True, description="The headings below the first.")
    edit_url = String(description="Where its source can be edited.")


class DocsBrokenLink(ObjectType):
    """A link or picture of a page that leads nowhere."""

    page = String(required=True)
    target = String(required=True, description="As it is written.")
    reason = String(required=True)


class EntityDocs(ObjectType):
    """The documentation of an entity, built from its source."""

    site_name = String(required=True)
    built_at = DateTime(description="When what is shown was built.")
    pages = List(NonNull(DocsPageEntry), required=True, description="In the order of the navigation.")
    page = EntityValue(
        DocsPage, load=page_by_entity, path=String(), description="By path; the first without."
    )
    problem = String(description="Why the documentation could not be read lately.")
    notes = List(NonNull(String), required=True, description="What was left out, and what MkDocs warned of.")
    broken_links = List(NonNull(DocsBrokenLink), required=True)


entity_docs = EntityField(EntityDocs, load=docs_by_entity, description="The entity's documentation.")
