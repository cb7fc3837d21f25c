"""Layers: documents and plugins add fields, relations and words to kinds that others define."""

from collections.abc import Iterator
from typing import Any

import pytest

from catalog.extension_points import kind_layers
from catalog.kinds import all_kinds, static_kinds
from catalog.models import CatalogState, Entity, Problem, Relation
from catalog.tasks import refresh_locations
from portal.extension.points import ExtensionError
from portal.plugin_api import KindLayer

from .conftest import Folder, command

pytestmark = pytest.mark.django_db

LAYER = """
apiVersion: portal/v1alpha1
kind: KindDefinition
metadata: {name: tier, description: How much depends on it.}
spec:
  extends: Component
  names: {singular: Service, plural: Services}
  icon: service
  schema:
    properties:
      tier: {enum: [gold, silver], description: How much depends on it.}
      runs-on: {type: string, minLength: 1}
      replicas: {type: integer}
    required: [tier]
  relations:
    - {path: spec.runs-on, type: runsOn, inverse: runs, defaultKind: Resource, label: Runs on}
"""
WEB = """
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: web}
spec: {type: service, lifecycle: production, owner: team-a, tier: gold, runs-on: cluster, replicas: 3}
"""
OLD = """
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: old}
spec: {type: service, lifecycle: production, owner: team-a}
"""
CLUSTER = """
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: {name: cluster}
spec: {type: cluster, owner: team-a}
"""
QUESTION = """{
    entity(ref: "component:web") { ... on Component { tier replicas runsOn { ref } problems { code level } } }
    resource: entity(ref: "resource:cluster") { ... on Resource { runs { nodes { ref } } } }
    gold: entities(filter: {kind: ["component"], where: [{key: "spec.tier", in: ["gold"]}]}) { nodes { ref } }
    related: entities(filter: {where: [{key: "relations.runsOn", exists: true}]}) { nodes { ref } }
    kinds { name label plural icon source extendedBy } }"""
ON_SYSTEM = ("extends: Component", "extends: System")
SHOWN = {"ref": "component:default/web"}


@pytest.fixture(autouse=True)
def _no_plugin_kinds_left() -> Iterator[None]:
    yield
    static_kinds.cache_clear()


def edited(text: str, *edits: tuple[str, str]) -> str:
    for before, after in edits:
        assert before in text
        text = text.replace(before, after)
    return text


def problems() -> list[tuple[str, str]]:
    found = Problem.objects.exclude(code="UNRESOLVED_REFERENCE").order_by("ref", "code")
    return list(found.values_list("ref", "code"))


@pytest.mark.parametrize("texts", [(LAYER, WEB, CLUSTER), (WEB, CLUSTER, LAYER)])
def test_a_layer_in_the_same_file_counts_for_its_entities(
    folder: Folder, graphql: Any, member: Any, texts: tuple[str, ...]
) -> None:
    folder.write("all.yaml", "---".join(texts))
    assert "0 problems" in folder.add().output
    found = graphql(member)(QUESTION)
    assert found["entity"] == {
        "tier": "gold",
        "replicas": 3.0,
        "runsOn": {"ref": "resource:default/cluster"},
        "problems": [{"code": "UNRESOLVED_REFERENCE", "level": "warning"}],
    }
    assert found["resource"]["runs"]["nodes"] == [SHOWN]
    assert found["gold"]["nodes"] == found["related"]["nodes"] == [SHOWN]
    assert {
        "name": "Component",
        "label": "Service",
        "plural": "Services",
        "icon": "service",
        "source": "portal",
        "extendedBy": ["kinddefinition:default/tier"],
    } in found["kinds"]


def test_a_layer_comes_and_goes_and_the_entities_stay(folder: Folder, graphql: Any, member: Any) -> None:
    folder.write("all.yaml", f"{WEB}---{CLUSTER}---{OLD}")
    folder.add()
    ask = graphql(member)
    assert "tier" not in [field["name"] for field in ask(FIELDS)["__type"]["fields"]]
    before = dict(Entity.objects.filter(kind="Component").values_list("ref", "uid"))
    folder.write("layer.yaml", LAYER)
    folder.add("layer.yaml")
    found = ask(QUESTION)
    assert found["entity"]["runsOn"] == {"ref": "resource:default/cluster"}
    assert found["resource"]["runs"]["nodes"] == [SHOWN]
    refresh_locations()
    assert problems() == [("component:default/old", "MISSING_FIELD")]
    command("remove", str(folder.path / "layer.yaml"))
    refresh_locations()
    assert problems() == []
    assert not Relation.objects.filter(type="runsOn").exists()
    assert "tier" not in [field["name"] for field in ask(FIELDS)["__type"]["fields"]]
    assert dict(Entity.objects.filter(kind="Component").values_list("ref", "uid")) == before
    assert Entity.objects.get(ref=SHOWN["ref"]).content["spec"]["tier"] == "gold"


FIELDS = '{ __type(name: "Component") { fields { name } } }'


def test_what_a_layer_adds_is_checked(folder: Folder) -> None:
    folder.write("all.yaml", f"{LAYER}---{WEB.replace('gold', 'tin')}")
    output = folder.add().output
    assert "INVALID_SPEC: spec.tier is 'tin': write one of gold, silver." in output
    assert not Entity.objects.filter(kind="Component").exists()


def test_two_layers_on_one_kind_and_one_on_another(folder: Folder) -> None:
    second = edited(
        LAYER,
        ("name: tier", "name: cost"),
        ("tier:", "cost:"),
        ("[tier]", "[]"),
        ("runs-on", "paid-by"),
        ("type: runsOn, inverse: runs", "type: paidBy, inverse: pays"),
        ("  names: {singular: Service, plural: Services}\n", ""),
        ("replicas", "seats"),
    )
    third = edited(second, ON_SYSTEM, ("cost", "price"))
    folder.write("all.yaml", f"{LAYER}---{second}---{third}")
    assert "0 problems" in folder.add().output
    added = {"tier", "runs-on", "replicas", "cost", "paid-by", "seats"}
    assert added <= all_kinds()["component"].schema["properties"].keys()
    assert "price" in all_kinds()["system"].schema["properties"]


@pytest.mark.parametrize(
    ("edits", "code", "says"),
    [
        (
            (),
            "FIELD_TAKEN",
            "properties.tier is a field of Component already, by kinddefinition:default/tier",
        ),
        (
            (("tier:", "owner:"), ("[tier]", "[]")),
            "FIELD_TAKEN",
            "is a field of Component already, by portal",
        ),
        (
            (("tier: {", "a: {"), ("[tier]", "[]"), ("runs-on: {", "b: {"), ("replicas", "c")),
            "FIELD_TAKEN",
            "spec.runs-on is a relation of Component already, by kinddefinition:default/tier",
        ),
        ((("Component", "Nothing"),), "UNKNOWN_KIND", "is none of the kinds that can be extended"),
        ((("Component", "KindDefinition"),), "UNKNOWN_KIND", "is none of the kinds that can be extended"),
        ((("Component", "System\n  group: x.example"),), "INVALID_SPEC", "spec.group stays as it is"),
        (
            (ON_SYSTEM, ("required: [tier]", "additionalProperties: false")),
            "INVALID_SCHEMA",
            "is the kind's own",
        ),
        ((ON_SYSTEM, ("[tier]", "[nothing]")), "INVALID_SCHEMA", "which is no field"),
        ((ON_SYSTEM, ("integer", "numeral")), "INVALID_SCHEMA", "cannot be used"),
        ((ON_SYSTEM, ("inverse: runs", "inverse: walks")), "RELATION_CONFLICT", "is paired with"),
        ((("  extends: Component\n", ""),), "MISSING_FIELD", "to add to one, write extends"),
    ],
)
def test_a_layer_that_cannot_be_used_is_refused_and_changes_nothing(
    folder: Folder, edits: tuple[tuple[str, str], ...], code: str, says: str
) -> None:
    folder.write("first.yaml", LAYER)
    folder.add("first.yaml")
    generation = CatalogState.objects.get().kinds_generation
    kinds = {name: kind.schema for name, kind in all_kinds().items()}
    second = edited(LAYER.replace("name: tier", "name: second"), *edits)
    folder.write("all.yaml", f"{second}---{CLUSTER}")
    output = folder.add().output
    assert f"{code}: spec" in output
    assert says in output
    assert CatalogState.objects.get().kinds_generation == generation
    assert {name: kind.schema for name, kind in all_kinds().items()} == kinds
    assert Entity.objects.filter(ref="resource:default/cluster").exists()


def test_only_trusted_locations_extend_kinds(folder: Folder, settings: Any) -> None:
    settings.CATALOG_ROOTS = [folder.path]
    folder.write("all.yaml", LAYER)
    assert "KIND_NOT_ALLOWED" in folder.add(trusted=False).output
    assert "tier" not in all_kinds()["component"].schema["properties"]


def test_a_layer_that_names_a_former_field_of_its_own_may_change(folder: Folder) -> None:
    folder.write("all.yaml", f"{LAYER}---{WEB}")
    folder.add()
    folder.write("all.yaml", f"{LAYER.replace('gold', 'bronze')}---{WEB.replace('gold', 'bronze')}")
    assert "0 problems" in folder.refresh().output
    assert all_kinds()["component"].schema["properties"]["tier"]["enum"] == ["bronze", "silver"]


def test_a_plugin_extends_a_kind_and_a_second_one_with_its_field_is_refused(
    folder: Folder, graphql: Any, member: Any
) -> None:
    tier = KindLayer("tier", "Component", {"tier": {"enum": ["gold"]}})
    with kind_layers.temporarily(tier, plugin="levels"):
        static_kinds.cache_clear()
        again = KindLayer("mine", "component", {"tier": {"type": "string"}})
        with (
            pytest.raises(ExtensionError, match=r"adds spec\.tier to Component, which levels has added"),
            kind_layers.temporarily(again, plugin="others"),
        ):
            pass
        owner = KindLayer("mine", "Component", {"owner": {"type": "string"}})
        with (
            pytest.raises(ExtensionError, match=r"adds spec\.owner to Component, which has one"),
            kind_layers.temporarily(owner, plugin="others"),
        ):
            pass
        folder.write("all.yaml", f"{WEB}---{LAYER}")
        output = folder.add().output
        assert "FIELD_TAKEN: spec.schema.properties.tier is a field of Component already, by levels" in output
        found = graphql(member)('{ entity(ref: "component:web") { ref } kinds { name extendedBy } }')
        assert found["entity"] == SHOWN
        assert {"name": "Component", "extendedBy": ["levels"]} in found["kinds"]
