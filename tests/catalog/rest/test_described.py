"""The OpenAPI documents are valid, list what is there and nothing else, and the answers are as they say."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import URLPattern
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from catalog.models import Location
from catalog.rest import urls
from portal.accounts.models import Account
from tests.catalog.conftest import Folder

from .conftest import Api

pytestmark = pytest.mark.django_db

METHODS = ("get", "post", "put", "delete")


def described(api: Api, plugin: str) -> Any:
    answer = api.http.get(f"/api/{plugin}/openapi.json")
    assert answer.status_code == 200
    return answer.json()


def operations(document: Any) -> set[tuple[str, str]]:
    return {
        (path, method) for path, item in document["paths"].items() for method in item if method in METHODS
    }


@pytest.mark.parametrize("plugin", ["catalog", "search", "permission"])
def test_a_document_is_valid(inside: Api, plugin: str) -> None:
    document = described(inside, plugin)
    validate(document)
    assert document["servers"] == [{"url": f"/api/{plugin}"}]


def test_every_address_of_the_catalog_is_described_with_its_methods(inside: Api) -> None:
    there = set()
    for pattern in urls.urlpatterns:
        assert isinstance(pattern, URLPattern)
        path = "/" + re.sub(r"<\w+:(\w+)>", r"{\1}", str(pattern.pattern))
        there |= {(path, method.lower()) for method in pattern.callback.cls.methods}
    assert operations(described(inside, "catalog")) == there - {("/openapi.json", "get")}


class Recorder:
    """Asks, holds each answer against the document, and remembers what was asked."""

    def __init__(self, api: Api, document: Any) -> None:
        self.api, self.document = api, document
        self.asked: set[tuple[str, str]] = set()

    def __call__(self, method: str, path: str, body: Any = None, status: int = 200, **parts: str) -> Any:
        address = f"/api/catalog{path.format(**parts)}"
        data = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        answer = getattr(self.api.http, method)(address, **data)
        assert answer.status_code == status, answer.content
        self.asked.add((path.partition("?")[0], method))
        return self._checked(answer, self.document["paths"][path.partition("?")[0]][method]["responses"])

    def _checked(self, answer: Any, responses: Any) -> Any:
        said = responses.get(str(answer.status_code), responses["default"])
        said = (
            self.document["components"]["responses"][said["$ref"].rpartition("/")[2]]
            if "$ref" in said
            else said
        )
        text = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if "content" not in said:
            assert text == b""
            return None
        ((media_type, form),) = said["content"].items()
        assert answer.headers["Content-Type"].startswith(media_type)
        if media_type != "application/json":
            return None
        found = json.loads(text)
        Draft202012Validator({**form["schema"], "components": self.document["components"]}).validate(found)
        return found


def test_answers_are_as_the_document_says(
    api: Callable[..., Api], member: Account, folder: Folder, settings: Any, graphql: Any
) -> None:
    settings.CATALOG_ROOTS = [folder.path]
    target = {"type": "file", "target": str(folder.components("all.yaml", "web", "shop"))}
    writer = api(member, "read", "catalog:write")
    ask = Recorder(writer, described(writer, "catalog"))
    entity = {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "metadata": {"name": "x"},
        "spec": {},
    }

    ask("post", "/analyze-location", {"location": target})
    ask("post", "/locations?dryRun=true", target, 201)
    location = ask("post", "/locations", target, 201)["location"]
    ask("post", "/locations", target, 409)
    web = {"kind": "component", "namespace": "default", "name": "web"}
    uid = ask("get", "/entities/by-name/{kind}/{namespace}/{name}", **web)["metadata"]["uid"]
    ask("get", "/entities/by-name/{kind}/{namespace}/{name}", None, 404, **{**web, "name": "none"})
    ask("get", "/entities/by-name/{kind}/{namespace}/{name}/ancestry", **web)
    ask("get", "/locations/by-entity/{kind}/{namespace}/{name}", **web)
    ask("get", "/entities/by-uid/{uid}", uid=uid)
    ask("get", "/entities?filter=kind=component")
    ask("get", "/entities?limit=0", None, 400)
    ask("get", "/entities/by-query?limit=1")
    ask("post", "/entities/by-query", {"query": {"kind": "component"}, "limit": 1})
    ask("post", "/entities/by-refs", {"entityRefs": ["component:default/web", "component:default/none"]})
    ask("get", "/entity-facets?facet=kind")
    ask("post", "/entity-facets", {"facets": ["kind", "spec.type"], "query": {"kind": "component"}})
    ask("get", "/export.csv")
    ask("get", "/export.json")
    ask("post", "/refresh", {"entityRef": "component:default/web"})
    ask("post", "/validate-entity", {"entity": entity, "location": "url:https://example.com/x"}, 400)
    ask("get", "/locations")
    ask("post", "/locations/by-query", {"limit": 1})
    ask("get", "/locations/{uid}", uid=location["id"])
    other = {"type": "file", "target": str(folder.components("other.yaml", "bell"))}
    ask("put", "/locations/{uid}", other, uid=location["id"])
    bell = ask("get", "/entities/by-name/{kind}/{namespace}/{name}", **{**web, "name": "bell"})["metadata"][
        "uid"
    ]
    ask("delete", "/locations/{uid}", None, 204, uid=location["id"])
    ask("delete", "/entities/by-uid/{uid}", None, 204, uid=bell)
    register = 'mutation { registerLocation(input: {target: "push:inventory"}) { problems { code } } }'
    assert graphql(member)(register)["registerLocation"]["problems"] == []
    delivery = {"uid": str(Location.objects.get().uid), "key": "one"}
    ask("put", "/sources/{uid}/deliveries/{key}", {"entities": [], "last": False}, **delivery)
    ask("get", "/sources/{uid}/deliveries/{key}", **delivery)

    assert ask.asked == operations(ask.document)
