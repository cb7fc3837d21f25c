"""Addresses below /api/catalog."""

from pathlib import Path

from django.urls import path

from catalog.rest import entities, exporting, locations, pushing, upkeep
from portal.rest.openapi import described_by

NAME = "<str:kind>/<str:namespace>/<str:name>"

urlpatterns = [
    path("entities", entities.entities),
    path("entities/by-query", entities.by_query),
    path("entities/by-refs", entities.by_refs),
    path(f"entities/by-name/{NAME}", entities.by_name),
    path(f"entities/by-name/{NAME}/ancestry", upkeep.entity_ancestry),
    path("entities/by-uid/<str:uid>", upkeep.by_uid),
    path("entity-facets", entities.entity_facets),
    path("export.csv", exporting.as_csv),
    path("export.json", exporting.as_json),
    path("refresh", upkeep.refreshing),
    path("validate-entity", upkeep.validation),
    path("analyze-location", upkeep.analysis),
    path("locations", locations.locations),
    path("locations/by-query", locations.by_query),
    path(f"locations/by-entity/{NAME}", locations.by_entity),
    path("locations/<str:uid>", locations.location),
    path("openapi.json", described_by(Path(__file__).with_name("openapi.yaml"))),
    path("sources/<str:uid>/deliveries/<str:key>", pushing.delivery),
]
