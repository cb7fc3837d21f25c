"""A plugin whose claims are decided, and an entity that it may read in parts."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from catalog.models import Entity
from portal.plugin_api import KeyValue, Panel, entity_panels
from portal.plugin_api.testing import enabled
from tests.dummy_plugin.apps import DummyPlugin

DECIDE = """mutation($accepted: PluginClaimsInput) {
    decidePluginClaims(input: {plugin: "dummy", accepted: $accepted}) {
        plugin { state claims { claim value accepted } } problems { path code message } } }"""
DOCUMENT = {
    "apiVersion": "backstage.io/v1alpha1",
    "kind": "Component",
    "metadata": {
        "name": "engine", "title": "Engine", "links": [{"url": "https://a.example"}], "tags": ["secret-tag"],
        "annotations": {"dummy.example/berth": "4", "other.example/token": "secret-annotation"},
    },
    "spec": {"type": "service", "owner": "secret-owner", "lifecycle": "production"},
}  # fmt: skip


class TellingPanel(Panel):
    """Shows everything that it is given."""

    title = "Telling"

    def blocks(self, entity: Any, *, viewer: Any) -> Iterator[Any]:
        yield KeyValue((("document", entity.document), ("owner", entity.owner_ref)))


@pytest.fixture
def dummy() -> Iterator[DummyPlugin]:
    with enabled(DummyPlugin) as config, entity_panels.temporarily(TellingPanel, plugin="dummy", order=1):
        yield config


@pytest.fixture
def engine() -> Entity:
    return make("Component", "engine", DOCUMENT)


def make(kind: str, name: str, document: Any = None) -> Entity:
    document = document or {"kind": kind, "metadata": {"name": name}, "spec": {}}
    return Entity.objects.create(
        ref=f"{kind}:default/{name}".lower(), kind=kind, namespace="default", name=name, sort_name=name,
        hash="", generation=1, owner_ref="group:default/secret-owner", document=json.dumps(document),
        updated_at="2026-01-31T08:15:00Z",
    )  # fmt: skip


@pytest.fixture
def decide(graphql: Any, admin: Any) -> Callable[..., Any]:
    def decide(**accepted: list[str]) -> Any:
        return graphql(admin)(DECIDE, accepted=accepted)["decidePluginClaims"]

    return decide
