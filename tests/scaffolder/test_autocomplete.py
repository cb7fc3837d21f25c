"""Completion of fields from what the catalog knows, in the shapes of Backstage."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from catalog.services import register_location
from portal.accounts.models import Account, NamespaceGrant
from portal.accounts.principal import SYSTEM

pytestmark = pytest.mark.django_db
ENTITY = """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: {name}
  namespace: {namespace}
  annotations: {{backstage.io/source-location: "url:{address}"}}
spec: {{type: service, lifecycle: production, owner: team-a}}
---
"""
ADDRESSES = {
    ("cart", "default"): "https://github.com/acme/cart/tree/main/",
    ("shop", "default"): "https://github.com/acme/cart/tree/develop/shop/",
    ("web", "default"): "https://gitlab.com/acme/eu/web/-/tree/main/",
    ("secret", "closed"): "https://github.com/hidden/secret/tree/main/",
}


@pytest.fixture
def ask(tmp_path: Any, client: Client, member: Account) -> Callable[..., Any]:
    NamespaceGrant.objects.create(namespace="closed", subject="user:default/owner", role="reader")
    text = "".join(
        ENTITY.format(name=name, namespace=namespace, address=address)
        for (name, namespace), address in ADDRESSES.items()
    )
    (tmp_path / "all.yaml").write_text(text)
    register_location(f"file:{tmp_path}/all.yaml", actor=SYSTEM, trusted=True)
    client.force_login(member, backend="django.contrib.auth.backends.ModelBackend")

    def ask(path: str, body: Any) -> Any:
        address = f"/api/scaffolder/v2/autocomplete/{path}"
        return client.post(address, body, content_type="application/json")

    return ask


@pytest.mark.parametrize(
    ("path", "context", "expected"),
    [
        ("github/owners", {}, [{"id": "acme"}]),
        ("github/repositoriesWithOwner", {}, [{"id": "acme/cart"}]),
        ("github/branches", {"owner": "acme", "repository": "cart"}, [{"id": "develop"}, {"id": "main"}]),
        ("github/branches", {"owner": "hidden", "repository": "secret"}, []),
        ("gitlab/groups", {}, [{"id": "acme/eu", "title": "acme/eu"}]),
        ("gitlab/repositories", {"id": "acme/eu"}, [{"id": "web", "title": "web"}]),
        ("gitlab/groups", {"host": "git.example.org"}, []),
    ],
)
def test_what_the_viewer_may_see_is_offered(
    ask: Callable[..., Any], path: str, context: dict[str, str], expected: list[dict[str, str]]
) -> None:
    answer = ask(path, {"token": "t", "context": context})
    assert (answer.status_code, answer.json()) == (200, {"results": expected})


@pytest.mark.parametrize(
    ("path", "body", "status", "message"),
    [
        ("github/owners", {"context": {}}, 400, "Required"),
        ("github/owners", {"token": "t"}, 400, "Required"),
        ("github/branches", {"token": "t", "context": {}}, 400, "Missing owner context parameter"),
        ("gitlab/issues", {"token": "t", "context": {}}, 400, "Invalid resource: issues"),
        ("gerrit/owners", {"token": "t", "context": {}}, 404, "type the value"),
    ],
)
def test_what_cannot_be_completed_is_said(
    ask: Callable[..., Any], path: str, body: dict[str, Any], status: int, message: str
) -> None:
    answer = ask(path, body)
    assert answer.status_code == status
    assert message in answer.json()["error"]["message"]
