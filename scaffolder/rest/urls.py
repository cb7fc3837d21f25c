"""Addresses below /api/scaffolder."""

from pathlib import Path

from django.urls import path

from portal.rest.openapi import described_by
from portal.rest.views import rest_view
from scaffolder.rest import autocomplete, following, tasks, templates

urlpatterns = [
    path(
        "v2/templates/<str:namespace>/<str:kind>/<str:name>/parameter-schema",
        rest_view(GET=templates.parameter_schema),
    ),
    path("v2/actions", rest_view(GET=templates.list_actions)),
    path("v2/templating-extensions", rest_view(GET=templates.templating_extensions)),
    path("v2/autocomplete/<str:provider>/<str:resource>", rest_view(POST=autocomplete.autocomplete)),
    path("v2/dry-run", rest_view(POST=tasks.make_dry_run)),
    path("v2/tasks", rest_view(GET=tasks.list_tasks, POST=tasks.create_task)),
    path("v2/tasks/<uuid:uid>", rest_view(GET=tasks.read_task)),
    path("v2/tasks/<uuid:uid>/cancel", rest_view(POST=tasks.cancel)),
    path("v2/tasks/<uuid:uid>/retry", rest_view(POST=tasks.retry)),
    path("v2/tasks/<uuid:uid>/eventstream", rest_view(GET=following.event_stream)),
    path("v2/tasks/<uuid:uid>/events", rest_view(GET=following.long_poll)),
    path("openapi.json", described_by(Path(__file__).with_name("openapi.yaml"))),
]
