"""Kinds are data: defined in the catalog while the portal runs, by a plugin, and what may go wrong."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection

from catalog.ingestion.rebuild import rebuild
from catalog.kinds import all_kinds, static_kinds
from catalog.models import CatalogState, Entity, Problem, Relation
from catalog.tasks import refresh_locations

from .conftest import COMPONENT, Folder, command, everything

pytestmark = pytest.mark.django_db
Edit = Callable[[str], str]

DEFINITION = """
apiVersion: portal/v1alpha1
kind: KindDefinition
metadata: {name: ml-model, description: A trained model.}
spec:
  group: ml.example.com
  names: {kind: MlModel, singular: ML model, plural: ML models}
  versions: [v1, v2]
  icon: brain
  schema:
    type: object
    required: [owner, stage]
    properties:
      owner: {type: string, minLength: 1}
      stage: {enum: [draft, live]}
      training-data: {type: array, items: {type: string}}
      training_data: {type: string}
      accuracy: {type: number}
      code: {type: string, pattern: "^(a+)+$"}
  relations:
    - {path: spec.owner, type: ownedBy, inverse: ownerOf, defaultKind: Group, label: Owner}
    - {path: spec.training-data, type: trainedOn, inverse: trains, defaultKind: Resource, many: true}
"""
MODEL = """
apiVersion: ml.example.com/v1
kind: MlModel
metadata: {name: churn, title: Churn forecast}
spec: {owner: team-a, stage: live, training-data: [events], accuracy: 0.93}
"""
TEAM = """
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: team-a}
spec: {type: team, children: []}
"""
EVENTS = """
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: {name: events}
spec: {type: dataset, owner: team-a}
"""


@pytest.fixture(autouse=True)
def _no_plugin_kinds_left() -> Iterator[None]:
    yield
    static_kinds.cache_clear()


def problems() -> list[tuple[str, str]]:
    found = Problem.objects.exclude(code="UNRESOLVED_REFERENCE").order_by("ref", "code")
    return list(found.values_list("ref", "code"))


def test_a_definition_and_its_entities_are_there_after_one_registration(
    folder: Folder, graphql: Any, member: Any
) -> None:
    ask = graphql(member)
    assert "MlModel" not in [kind["name"] for kind in ask("{ kinds { name } }")["kinds"]]
    folder.write("all.yaml", "---".join([MODEL, EVENTS, DEFINITION]))
    folder.add()
    found = ask("""{
        entity(ref: "mlmodel:churn") { __typename kind ... on MlModel {
            accuracy stage owner { ref } trainingData { nodes { ref } } } }
        resource: entity(ref: "resource:events") { ... on Resource { trains { nodes { ref } } } }
        entities(filter: {kind: ["mlmodel"], where: [{key: "spec.stage", in: ["live"]}]}) { totalCount }
        byRelation: entities(filter: {where: [{key: "relations.trains", exists: true}]}) { nodes { ref } }
        kinds { name label plural icon source apiVersions }
        entityFacets(facets: ["kind"]) { buckets { value count } } }""")
    assert found["entity"] == {
        "__typename": "MlModel",
        "kind": "MlModel",
        "accuracy": 0.93,
        "stage": "live",
        "owner": None,
        "trainingData": {"nodes": [{"ref": "resource:default/events"}]},
    }
    assert found["resource"]["trains"]["nodes"] == [{"ref": "mlmodel:default/churn"}]
    assert found["entities"]["totalCount"] == 1
    assert found["byRelation"]["nodes"] == [{"ref": "resource:default/events"}]
    assert {
        "name": "MlModel",
        "label": "ML model",
        "plural": "ML models",
        "icon": "brain",
        "source": "kinddefinition:default/ml-model",
        "apiVersions": ["ml.example.com/v1", "ml.example.com/v2"],
    } in found["kinds"]
    assert {"value": "MlModel", "count": 1} in found["entityFacets"][0]["buckets"]
    searched = ask('{ entities(search: "forecast") { nodes { ref } } }')["entities"]["nodes"]
    assert searched == [{"ref": "mlmodel:default/churn"}]
    assert rebuild().differences == 0


def test_entities_of_a_defined_kind_are_checked_against_its_schema(folder: Folder) -> None:
    folder.write("all.yaml", DEFINITION)
    folder.add()
    folder.write("open.yaml", MODEL)
    assert "KIND_NOT_ALLOWED" in folder.add("open.yaml", trusted=False).output
    folder.write("more.yaml", MODEL.replace("live", "lost") + "---" + MODEL.replace("v1", "v9"))
    result = folder.add("more.yaml")
    assert "more.yaml:5: INVALID_SPEC: spec.stage is 'lost': write one of draft, live." in result.output
    assert "for a MlModel write ml.example.com/v1 or ml.example.com/v2." in result.output
    assert not Entity.objects.filter(kind="MlModel").exists()


def test_a_pattern_of_a_definition_cannot_take_for_ever(folder: Folder) -> None:
    evil = MODEL.replace("accuracy: 0.93", f"code: {'a' * 5000}!")
    folder.write("all.yaml", f"{DEFINITION}---{evil}")
    assert "spec.code" in folder.add().output


def test_only_trusted_locations_define_kinds(folder: Folder, graphql: Any, member: Any) -> None:
    folder.write("all.yaml", f"{DEFINITION}---{MODEL}---{COMPONENT.format(name='web')}")
    result = folder.add(trusted=False)
    assert "KIND_NOT_ALLOWED" in result.output
    assert "UNKNOWN_KIND" in result.output
    assert CatalogState.objects.get().kinds_generation == 0
    assert "mlmodel" not in all_kinds()
    answer = graphql(member)('{ entities(filter: {kind: ["Component", "MlModel"]}) { nodes { ref } } }')
    assert answer["entities"]["nodes"] == [{"ref": "component:default/web"}]


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (
            lambda text: text.replace("{type: number}", '{$ref: "http://127.0.0.1:9/x.json"}'),
            "INVALID_SCHEMA",
        ),
        (lambda text: text.replace("{type: number}", '{$ref: "#"}'), "INVALID_SCHEMA"),
        (
            lambda text: text.replace("type: object", '$id: "file:///etc/passwd"\n    type: object'),
            "INVALID_SCHEMA",
        ),
        (lambda text: text.replace("{type: number}", "{type: numeral}"), "INVALID_SCHEMA"),
        (lambda text: text.replace("^(a+)+$", "(?=a)b"), "INVALID_SCHEMA"),
        (lambda text: text.replace("type: object", "type: array"), "INVALID_SCHEMA"),
        (lambda text: text.replace("kind: MlModel", "kind: Component"), "KIND_TAKEN"),
        (lambda text: text.replace("kind: MlModel", "kind: user"), "KIND_TAKEN"),
        (lambda text: text.replace("kind: MlModel", "kind: Ml-Model"), "INVALID_NAME"),
        (lambda text: text.replace("inverse: ownerOf", "inverse: owns"), "RELATION_CONFLICT"),
        (lambda text: text.replace("type: trainedOn", "type: 'a\"b'"), "INVALID_NAME"),
        (lambda text: text.replace("path: spec.owner", "path: metadata.name"), "INVALID_NAME"),
        (lambda text: text.replace("group: ml.example.com", "group: ML_example"), "INVALID_NAME"),
        (lambda text: text.replace("versions: [v1, v2]", "versions: []"), "INVALID_SPEC"),
        (lambda text: text.replace("  icon: brain", "  icon: brain\n  colour: red"), "INVALID_SPEC"),
    ],
)
def test_a_definition_that_cannot_be_used_is_refused_and_changes_no_kind(
    folder: Folder, edit: Edit, code: str
) -> None:
    assert edit(DEFINITION) != DEFINITION
    folder.write("all.yaml", f"{edit(DEFINITION)}---{COMPONENT.format(name='web')}")
    result = folder.add()
    assert code in result.output
    assert CatalogState.objects.get().kinds_generation == 0
    assert [ref for ref, *_ in everything() if "generated" not in str(ref)] == ["component:default/web"]


def test_a_second_definition_of_a_kind_loses(folder: Folder) -> None:
    folder.write("all.yaml", DEFINITION)
    folder.add()
    folder.write("other.yaml", DEFINITION.replace("name: ml-model", "name: mine").replace("live", "gone"))
    assert "KIND_TAKEN" in folder.add("other.yaml").output
    folder.write("same.yaml", DEFINITION.replace("live", "gone") + "---" + MODEL)
    assert "REF_CONFLICT" in folder.add("same.yaml").output
    assert all_kinds()["mlmodel"].schema["properties"]["stage"] == {"enum": ["draft", "live"]}
    assert Entity.objects.filter(ref="mlmodel:default/churn").exists()


def test_a_changed_definition_changes_relations_and_what_is_accepted(folder: Folder) -> None:
    folder.write("kinds.yaml", DEFINITION)
    folder.add("kinds.yaml")
    folder.write("all.yaml", f"{MODEL}---{EVENTS}")
    folder.add()
    assert Relation.objects.filter(type="trainedOn").count() == 1
    changed = DEFINITION.replace("trainedOn", "learnsFrom").replace("inverse: trains", "inverse: teaches")
    folder.write("kinds.yaml", changed.replace("[draft, live]", "[draft]"))
    folder.refresh("kinds.yaml")
    assert list(Relation.objects.exclude(type="ownedBy").values_list("type", "inverse")) == [
        ("learnsFrom", "teaches")
    ]
    assert "teaches" in Entity.objects.get(ref="resource:default/events").relations_text
    refresh_locations()
    assert ("mlmodel:default/churn", "INVALID_SPEC") in problems()
    assert Entity.objects.filter(ref="mlmodel:default/churn").exists()


def test_a_kind_that_is_gone_leaves_its_entities_with_a_problem_and_comes_back(
    folder: Folder, graphql: Any, member: Any
) -> None:
    folder.write("kinds.yaml", DEFINITION)
    folder.add("kinds.yaml")
    folder.write("all.yaml", f"{MODEL}---{EVENTS}---{TEAM}")
    folder.add()
    before = Entity.objects.get(ref="mlmodel:default/churn")
    command("remove", str(folder.path / "kinds.yaml"))
    query = '{ entity(ref: "mlmodel:churn") { __typename uid etag problems { code level } } }'
    gone = graphql(member)(query)["entity"]
    assert gone == {
        "__typename": "PortalEntity",
        "uid": str(before.uid),
        "etag": before.hash,
        "problems": [{"code": "UNKNOWN_KIND", "level": "error"}],
    }
    refresh_locations()
    assert problems() == [("mlmodel:default/churn", "UNKNOWN_KIND")]
    assert Entity.objects.get(ref="mlmodel:default/churn").document == before.document
    folder.add("kinds.yaml")
    refresh_locations()
    back = graphql(member)(query)["entity"]
    assert (back["__typename"], back["problems"]) == ("MlModel", [])


def test_a_definition_can_be_validated_without_a_database(folder: Folder) -> None:
    folder.write("all.yaml", f"{MODEL}---{DEFINITION.replace('training_data', 'other')}---{EVENTS}")
    with connection.execute_wrapper(_no_statement):
        result = folder.validate()
    assert (result.exit_code, result.stderr) == (0, "3 entities in 1 files, 0 findings.\n")


def _no_statement(*arguments: Any) -> None:
    raise AssertionError(arguments[1])
