"""`GET …/openapi.json`: what an API is, for tools; the YAML is written beside its views."""

from pathlib import Path

from django.http import HttpResponse
from rest_framework.request import Request

from portal.extension.openapi import openapi_document
from portal.rest.views import JSON, View, rest_view

HOOKS_DOCUMENT = Path(__file__).with_name("hooks_openapi.yaml")


def described_by(file: Path) -> View:
    """A view of an OpenAPI 3.1 document."""

    def read(request: Request) -> HttpResponse:
        return HttpResponse(openapi_document(file), content_type=JSON)

    return rest_view(GET=read)
