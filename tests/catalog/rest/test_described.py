"""The answers of the catalog, of search and of permissions are as their OpenAPI documents say."""

from collections.abc import Callable
from typing import Any

import pytest

from catalog.models import Location
from portal.accounts.models import Account
from tests.catalog.conftest import Folder
from tests.openapi import Recorder, described

from .conftest import Api

pytestmark = pytest.mark.django_db


def test_answers_are_as_the_document_says(
    api: Callable[..., Api], member: Account, folder: Folder, settings: Any, graphql: Any
) -> None:
    settings.CATALOG_ROOTS = [folder.path]
    target = {"type": "file", "target": str(folder.components("all.yaml", "web", "shop"))}
    writer = api(member, "read", "catalog:write")
    ask = Recorder(writer.http, described(writer.http, "/api/catalog"))
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
    ask("get", "/entities?limit=1")
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
    good = {**entity, "spec": {"type": "service", "lifecycle": "production", "owner": "team-a"}}
    ask("post", "/validate-entity", {"entity": good, "location": "url:https://example.com/x"})
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
    ask("put", "/sources/{uid}/deliveries/{key}", {"part": 1, "entities": []}, 202, **delivery)

    assert ask.unproven() == set()


@pytest.mark.usefixtures("company")
def test_search_and_permissions_answer_as_their_documents_say(inside: Api) -> None:
    search = Recorder(inside.http, described(inside.http, "/api/search"))
    assert search("get", "/query?term=shop&pageLimit=1")["results"]
    search("get", "/query?pageLimit=0", status=400)
    assert search.unproven() == set()

    ask = Recorder(inside.http, described(inside.http, "/api/permission"))
    read = {"type": "resource", "name": "catalog.entity.read", "attributes": {}}
    questions = [
        {"id": "one", "permission": read, "resourceRef": "component:default/shop-web"},
        {
            "id": "both",
            "permission": read,
            "resourceRef": ["component:default/shop-web", "component:default/x"],
        },
    ]
    answers = ask("post", "/authorize", {"items": questions})
    assert answers == {
        "items": [{"id": "one", "result": "ALLOW"}, {"id": "both", "result": ["ALLOW", "DENY"]}]
    }
    ask("post", "/authorize", {}, 400)
    assert ask.unproven() == set()
