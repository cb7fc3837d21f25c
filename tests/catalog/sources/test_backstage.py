"""A running Backstage as a source: everything it shows, and never less because an answer broke off."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner

from catalog.commands import catalog
from catalog.models import Entity, Location
from catalog.selectors import get_entity
from portal.accounts.principal import SYSTEM
from tests.catalog.sources.conftest import components
from tests.servers import HttpServer

LIST = "/api/catalog/entities/by-query"
LOCATIONS = "/api/catalog/locations"


def shown(kind: str, name: str, place: str = "", **spec: Any) -> dict[str, Any]:
    """An entity as Backstage 1.55 answers it."""
    annotations = {
        "backstage.io/managed-by-location": place or f"ldap-org:default/{name}",
        "backstage.io/managed-by-origin-location": "url:https://example.org/all.yaml",
        "example.org/tier": "1",
    }
    metadata = {
        "namespace": "default",
        "name": name,
        "uid": f"uid-{name}",
        "etag": "1",
        "annotations": annotations,
    }
    relations = [{"type": "ownedBy", "targetRef": "group:default/of-theirs"}]
    return {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": kind,
        "metadata": metadata,
        "spec": spec,
        "relations": relations,
    }


class Backstage:
    """Answers pages of two entities, as the real one answers pages."""

    def __init__(self, server: HttpServer) -> None:
        self.server, self.url = server, server.url
        self.entities: list[dict[str, Any]] = []
        self.missing = 0
        server.routes[LIST] = self.page

    def page(self, seen: Any) -> tuple[int, dict[str, str], bytes]:
        start = int(parse_qs(urlsplit(seen.path).query).get("cursor", ["0"])[0])
        left = self.entities[: len(self.entities) - self.missing]
        info = {"nextCursor": str(start + 2)} if start + 2 < len(left) else {}
        body = {"items": left[start : start + 2], "totalItems": len(self.entities), "pageInfo": info}
        return 200, {"Content-Type": "application/json"}, json.dumps(body).encode()


@pytest.fixture
def backstage(web: HttpServer) -> Backstage:
    found = Backstage(web)
    place = f"url:{web.url}/web/blob/main/catalog-info.yaml"
    found.entities = [
        shown("Location", "generated-1", place, targets=["./more.yaml"]),
        shown("Component", "web", place, type="website", lifecycle="production", owner="team-a"),
        shown("Component", "api", place, type="service", lifecycle="production", owner="team-a"),
        shown("Group", "team-a", type="team", children=[]),
        shown("User", "amina", memberOf=["team-a"]),
    ]
    return found


def test_everything_is_read_and_is_where_backstage_has_it_from(
    backstage: Backstage, add: Any, names: Any
) -> None:
    assert add(f"backstage:{backstage.url}/", "--trusted") == (
        f"backstage:{backstage.url}: 4 entities, 0 problems.\n"
    )
    assert names() == ["api", "web"]
    web = get_entity("component:web", viewer=SYSTEM).content
    notes = web["metadata"]["annotations"]
    assert notes["backstage.io/managed-by-location"] == f"url:{backstage.url}/web/blob/main/catalog-info.yaml"
    assert notes["backstage.io/source-location"] == f"url:{backstage.url}/web/blob/main/"
    assert notes["example.org/tier"] == "1"
    assert web["metadata"]["uid"] != "uid-web"
    group = get_entity("group:team-a", viewer=SYSTEM).content["metadata"]["annotations"]
    by_name = f"url:{backstage.url}/api/catalog/entities/by-name/group/default/team-a"
    assert group["backstage.io/managed-by-location"] == by_name
    assert not Entity.objects.filter(kind="Location", name="generated-1").exists()


def test_the_limit_of_files_is_for_what_files_name(
    backstage: Backstage, add: Any, names: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalog.ingestion.tree.MAX_FILES", 1)
    assert "4 entities, 0 problems" in add(f"backstage:{backstage.url}", "--trusted")
    web = backstage.server
    body = (
        "kind: Location\napiVersion: backstage.io/v1alpha1\nmetadata: {name: a}\nspec: {target: ./b.yaml}\n"
    )
    web.routes |= {"/a.yaml": (200, {}, body.encode()), "/b.yaml": (200, {}, components("b").encode())}
    assert "TOO_MANY_FILES: More than 1 files" in add(f"url:{web.url}/a.yaml")


def test_users_need_a_trusted_location(backstage: Backstage, add: Any) -> None:
    assert add(f"backstage:{backstage.url}").startswith(f"backstage:{backstage.url}: 2 entities, 2 problems.")


def test_what_is_gone_there_goes_and_what_broke_off_does_not(
    backstage: Backstage, add: Any, poll: Any, names: Any
) -> None:
    add(f"backstage:{backstage.url}", "--trusted")
    backstage.missing = 2
    after = poll()
    assert after.last_error.endswith("shows 3 of 5 entities: try again.")
    assert names() == ["api", "web"]
    backstage.missing = 0
    del backstage.entities[2]
    assert poll().last_error == ""
    assert names() == ["web"]


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ((401, {}, b""), "does not let us in"),
        ((200, {}, b"<html>Sign in</html>"), "does not answer as Backstage's catalog"),
        ((200, {}, b"[]"), "does not answer as Backstage's catalog"),
        ((404, {}, b""), "is not there"),
    ],
)
def test_what_is_no_backstage_is_said(web: HttpServer, add: Any, answer: Any, message: str) -> None:
    web.routes[LIST] = answer
    assert message in add(f"backstage:{web.url}")
    assert not Location.objects.exists()


def test_its_locations_are_registered_and_take_over(backstage: Backstage, add: Any, names: Any) -> None:
    add(f"backstage:{backstage.url}", "--trusted")
    uid = get_entity("component:web", viewer=SYSTEM).uid
    backstage.server.routes["/web.yaml"] = (200, {}, components("web", "new").encode())
    targets = [f"{backstage.url}/web.yaml", "file:/nowhere.yaml"]
    rows = [
        {"data": dict(zip(("type", "target"), at.split(":", 1), strict=True))}
        for at in ("url:" + targets[0], targets[1])
    ]
    backstage.server.routes[LOCATIONS] = (200, {}, json.dumps(rows).encode())

    run = CliRunner()
    done = run.invoke(catalog, ["import", backstage.url, "--dry-run"])
    assert done.output.split() == [f"url:{targets[0]}", targets[1]]
    done = run.invoke(catalog, ["import", backstage.url])
    assert done.exit_code == 1
    assert f"url:{targets[0]}: 1 entities, 1 problems." in done.output
    assert "file:/nowhere.yaml: " in done.output
    assert run.invoke(catalog, ["remove", f"backstage:{backstage.url}"]).exit_code == 0
    assert names() == ["new", "web"]
    assert get_entity("component:web", viewer=SYSTEM).uid == uid
