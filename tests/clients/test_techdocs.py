"""Backstage's two TechDocs clients read a running portal, with every method they have."""

from collections.abc import Callable

import pytest

from portal.accounts.models import Account
from tests.plugins.docs.conftest import Folder, folder, nothing_is_read  # noqa: F401 - fixtures

from .conftest import ClientError, Clients

pytestmark = [pytest.mark.system, pytest.mark.django_db(transaction=True)]

ENGINE = {"kind": "Component", "namespace": "default", "name": "engine"}
NOTHING = {**ENGINE, "name": "nothing"}


@pytest.fixture
def clients(
    folder: Folder,  # noqa: F811
    clients_of: Callable[..., Clients],
    member: Account,
) -> Clients:
    """The clients of somebody whose token may only read, and a component with two pages."""
    folder.entity()
    folder.write("engine/mkdocs.yml", "site_name: The engine\n")
    folder.write("engine/docs/index.md", "# Engine\n\n[More](guide/start.md)")
    folder.write("engine/docs/guide/start.md", "# Start\n\nPull the *lever*.")
    folder.register()
    return clients_of(member, "read")


def test_every_method_of_the_client(clients: Clients) -> None:
    metadata = clients("techdocs", "getTechDocsMetadata", ENGINE)
    assert metadata["site_name"] == "The engine"
    assert {"index.html", "guide/start/index.html", "search/search_index.json"} <= set(metadata["files"])
    entity = clients("techdocs", "getEntityMetadata", ENGINE)
    assert (entity["kind"], entity["metadata"]["name"]) == ("Component", "engine")
    assert entity["locationMetadata"]["type"] == "file"
    assert set(clients("techdocs", "getCookie")) == {"expiresAt"}
    assert clients("techdocs", "getApiOrigin").endswith("/api/techdocs")


def test_every_method_of_the_storage_client(clients: Clients) -> None:
    origin = clients("techdocsStorage", "getApiOrigin")
    assert clients("techdocsStorage", "getStorageUrl") == f"{origin}/static/docs"
    assert clients("techdocsStorage", "getBuilder") == "local"
    assert clients("techdocsStorage", "syncEntityDocs", ENGINE) == "cached"
    first = clients("techdocsStorage", "getEntityDocs", ENGINE, "")
    assert 'href="guide/start/"' in first
    assert "Pull the <em>lever</em>." in clients("techdocsStorage", "getEntityDocs", ENGINE, "guide/start")
    site = f"{origin}/static/docs/default/Component/engine"
    assert (
        clients("techdocsStorage", "getBaseUrl", "../x.png", ENGINE, "guide/start") == f"{site}/guide/x.png"
    )


@pytest.mark.parametrize("method", ["getTechDocsMetadata", "getEntityMetadata"])
def test_what_is_not_there_is_not_found(clients: Clients, method: str) -> None:
    with pytest.raises(ClientError) as error:
        clients("techdocs", method, NOTHING)
    assert error.value.status == 404


def test_a_page_that_is_not_there_is_not_found(clients: Clients) -> None:
    with pytest.raises(ClientError, match="Page not found"):
        clients("techdocsStorage", "getEntityDocs", ENGINE, "nothing")
