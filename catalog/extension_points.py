"""Where plugins add to the catalog: kinds, and panels, GraphQL fields and actions of entities."""

from catalog.kinds.model import Kind
from portal.extension.actions import EntityAction
from portal.extension.fields import EntityField
from portal.extension.panels import Panel
from portal.extension.points import ExtensionPoint

entity_panels: ExtensionPoint[type[Panel]] = ExtensionPoint(
    "catalog.entity_panels", accepts=Panel, classes=True, summary="Panels of an entity's page"
)
entity_fields: ExtensionPoint[EntityField] = ExtensionPoint(
    "catalog.entity_fields",
    accepts=EntityField,
    one_per_plugin=True,
    summary="The plugin's GraphQL field of every entity",
)
entity_kinds: ExtensionPoint[Kind] = ExtensionPoint(
    "catalog.entity_kinds", accepts=Kind, unique=True, summary="Kinds of entities"
)
entity_actions: ExtensionPoint[EntityAction] = ExtensionPoint(
    "catalog.entity_actions", accepts=EntityAction, summary="What people may do to an entity in a Form"
)
