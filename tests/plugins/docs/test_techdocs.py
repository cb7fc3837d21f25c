"""The addresses and shapes of Backstage's TechDocs API, for who may see the entity."""

import json

import pytest

from portal.accounts.models import NamespaceGrant

from .test_files import PNG

BASE = "/api/techdocs"


@pytest.fixture
def site(folder, client, member):
    folder.entity()
    folder.entity("vault", namespace="secret")
    folder.write("engine/mkdocs.yml", "site_name: The engine\nsite_description: How it turns\n")
    folder.write(
        "engine/docs/index.md", "# Engine\n\n[Repair](how-to/repair.md) ![Map](map.svg) ![Photo](p.png)"
    )
    folder.write("engine/docs/how-to/repair.md", "# Repair\n\n<script>alert(1)</script> [Back](../index.md)")
    folder.write("engine/docs/map.svg", "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")
    folder.write("engine/docs/p.png", PNG)
    folder.write("vault/docs/index.md", "# Vault")
    folder.register()
    NamespaceGrant.objects.create(namespace="secret", subject="group:default/guards", role="reader")
    client.force_login(member)
    return lambda path: client.get(f"{BASE}/{path}")


def test_the_site_has_metadata_files_and_a_search_index(site):
    metadata = site("metadata/techdocs/default/Component/engine").json()
    assert (metadata["site_name"], metadata["site_description"]) == ("The engine", "How it turns")
    assert metadata["files"] == [
        "how-to/repair/index.html", "index.html", "map.svg", "p.png", "search/search_index.json",
        "techdocs_metadata.json",
    ]  # fmt: skip
    assert set(metadata) == {"site_name", "site_description", "etag", "build_timestamp", "files"}
    index = json.loads(site("static/docs/default/component/engine/search/search_index.json").content)
    assert ("how-to/repair/", "Repair") in [(doc["location"], doc["title"]) for doc in index["docs"]]


def test_pages_are_text_with_relative_links_and_nothing_that_runs(site):
    answer = site("static/docs/default/component/engine/how-to/repair/")
    text = answer.content.decode()
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert answer["Content-Security-Policy"].startswith("sandbox;")
    assert "<script" not in text
    assert '<a href="../../" rel="noopener noreferrer nofollow">Back</a>' in text
    assert 'class="md-footer__link md-footer__link--prev" rel="prev" href="../../"' in text
    start = site("static/docs/default/component/engine/index.html").content.decode()
    assert 'src="map.svg"' in start
    assert site("static/docs/default/component/engine/map.svg")["Content-Type"].startswith("text/plain")
    assert site("static/docs/default/component/engine/p.png").content == PNG


def test_the_entity_is_told_with_its_location_and_a_sync_ends_at_once(site):
    entity = site("metadata/entity/default/component/engine").json()
    assert (entity["kind"], entity["metadata"]["name"]) == ("Component", "engine")
    assert entity["locationMetadata"]["type"] == "file"
    assert {"type": "ownedBy", "targetRef": "group:default/team-a"} in entity["relations"]
    answer = site("sync/default/component/engine")
    assert answer["Content-Type"].startswith("text/event-stream")
    assert answer.content == b'event: finish\ndata: {"updated":false}\n\n'
    assert set(site(".backstage/auth/v1/cookie").json()) == {"expiresAt"}


@pytest.mark.parametrize(
    "path",
    [
        "metadata/techdocs/secret/component/vault",
        "metadata/entity/secret/component/vault",
        "sync/secret/component/vault",
        "static/docs/secret/component/vault/index.html",
        "metadata/techdocs/default/component/nothing",
        "static/docs/default/component/engine/../vault/index.html",
        "static/docs/default/component/engine/%2e%2e/%2e%2e/index.html",
        "static/docs/default/component/engine/..%5cindex.html",
        "static/docs/default/component/engine/%252e%252e/index.html",
    ],
)
def test_what_is_hidden_and_what_is_outside_is_not_there(site, path):
    assert site(path).status_code == 404
