"""`GET …/openapi.json`: what an API is, for tools; the YAML is written beside its views."""

from functools import cache
from pathlib import Path

import orjson
import yaml
from django.http import HttpResponse
from rest_framework.request import Request

from portal.rest.views import JSON, View, rest_view


def described_by(file: Path) -> View:
    """A view of an OpenAPI 3.1 document."""

    def read(request: Request) -> HttpResponse:
        return HttpResponse(_as_json(file), content_type=JSON)

    return rest_view(GET=read)


@cache
def _as_json(file: Path) -> bytes:
    return orjson.dumps(yaml.safe_load(file.read_text(encoding="utf-8")))
