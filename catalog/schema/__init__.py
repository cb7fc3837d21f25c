"""GraphQL: the catalog's queries, mutations and the object types of its kinds."""

from catalog.schema.actions import PluginActionMutations
from catalog.schema.history import HistoryQueries
from catalog.schema.kinds import kind_types
from catalog.schema.lists import EntityQueries
from catalog.schema.live import CatalogSubscriptions
from catalog.schema.many_overlays import ManyOverlaysMutations
from catalog.schema.mutations import EntityMutations
from catalog.schema.places import PlaceQueries
from catalog.schema.provenance import ProvenanceQueries
from catalog.schema.reorganisation import ReorganisationMutations, ReorganisationQueries
from catalog.schema.saved_views import SavedViewMutations, SavedViewQueries
from catalog.schema.search import SearchQueries
from catalog.schema.source_mutations import SourceMutations
from catalog.schema.viewer import ViewerQueries
from catalog.schema.webhooks import WebhookMutations, WebhookQueries

__all__ = ["CatalogMutations", "CatalogQueries", "CatalogSubscriptions", "kind_types"]


class CatalogQueries(
    ViewerQueries,
    EntityQueries,
    PlaceQueries,
    ProvenanceQueries,
    SearchQueries,
    HistoryQueries,
    WebhookQueries,
    ReorganisationQueries,
    SavedViewQueries,
):
    """Everything of the catalog that can be read."""


class CatalogMutations(
    EntityMutations,
    ManyOverlaysMutations,
    SourceMutations,
    WebhookMutations,
    ReorganisationMutations,
    SavedViewMutations,
    PluginActionMutations,
):
    """Everything of the catalog that can be changed."""
