"""Addresses below /api/catalog."""

from django.urls import path

from catalog.rest import entities
from portal.rest.views import rest_view

NAME = "<str:kind>/<str:namespace>/<str:name>"

urlpatterns = [
    path("entities", entities.entities),
    path("entities/by-query", entities.by_query),
    path("entities/by-refs", entities.by_refs),
    path(f"entities/by-name/{NAME}", entities.by_name),
    path("entities/by-uid/<str:uid>", rest_view(GET=entities.read_by_uid)),
    path("entity-facets", entities.entity_facets),
]
