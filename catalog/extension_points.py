"""Where plugins add to the catalog: kinds, sources, processors; what is shown and known of entities."""

from catalog.kinds.layers import KindLayer, clash
from catalog.kinds.model import Kind
from portal.extension.actions import EntityAction
from portal.extension.facts import Facts
from portal.extension.fields import EntityField
from portal.extension.panels import Panel
from portal.extension.points import ExtensionPoint
from portal.extension.processors import Processor
from portal.extension.sources import EntitySource

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
kind_layers: ExtensionPoint[KindLayer] = ExtensionPoint(
    "catalog.kind_layers",
    accepts=KindLayer,
    clash=clash,
    summary="Fields, relations and words for kinds of others",
)
entity_actions: ExtensionPoint[EntityAction] = ExtensionPoint(
    "catalog.entity_actions", accepts=EntityAction, summary="What people may do to an entity in a Form"
)
entity_facts: ExtensionPoint[Facts] = ExtensionPoint(
    "catalog.entity_facts",
    accepts=Facts,
    one_per_plugin=True,
    summary="What the plugin knows of entities, for checks to judge by",
)
entity_sources: ExtensionPoint[EntitySource] = ExtensionPoint(
    "catalog.entity_sources", accepts=EntitySource, unique=True, summary="Places that descriptors come from"
)
processors: ExtensionPoint[Processor] = ExtensionPoint(
    "catalog.processors", accepts=Processor, summary="What is done to documents before they are checked"
)
