"""Kinds beside types, plugins and processes that were there before them."""

import os
import subprocess
import sys
from typing import Any

import pytest

from catalog.kinds import all_kinds, static_kinds
from tests.catalog.test_kinds import DEFINITION, MODEL, _no_plugin_kinds_left  # noqa: F401 - fixture
from tests.databases import database_url
from tests.dummy_plugin.contributions import parrot

from .conftest import Folder, command

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["Query", "Entity", "Viewer", "PageInfo", "String", "PortalEntity", "Kind"])
def test_a_kind_with_the_name_of_another_type_breaks_nothing(
    folder: Folder, graphql: Any, member: Any, name: str
) -> None:
    text = (
        DEFINITION.replace("kind: MlModel", f"kind: {name}")
        + "---"
        + MODEL.replace("kind: MlModel", f"kind: {name}")
    )
    folder.write("all.yaml", text)
    folder.add()
    found = graphql(member)(f'{{ entity(ref: "{name}:churn") {{ __typename kind spec }} }}')["entity"]
    assert found["__typename"] in (f"{name}Entity", name)
    assert (found["kind"], found["spec"]["stage"]) == (name, "live")
    assert graphql(member)("{ __schema { queryType { name } } }")["__schema"]["queryType"]["name"] == "Query"


def test_two_keys_with_one_name_in_graphql_are_a_warning(folder: Folder) -> None:
    folder.write("all.yaml", DEFINITION)
    result = folder.add()
    assert (
        "FIELD_SHADOWED: spec.schema.properties.training_data has the name of training-data" in result.output
    )
    assert "mlmodel" in all_kinds()


def test_a_plugin_adds_a_kind(folder: Folder, graphql: Any, member: Any) -> None:
    from catalog.extension_points import entity_kinds

    with entity_kinds.temporarily(parrot, plugin="dummy"):
        static_kinds.cache_clear()
        folder.write(
            "all.yaml",
            "apiVersion: dummy.example/v1\nkind: Parrot\nmetadata: {name: polly}\nspec: {keeper: member}\n",
        )
        assert folder.add().output.endswith("1 entities, 0 problems.\n")
        found = graphql(member)("""{ entity(ref: "parrot:polly") {
            __typename relations { nodes { type targetRef } } } kinds { name source } }""")
        assert found["entity"] == {
            "__typename": "Parrot",
            "relations": {"nodes": [{"type": "keptBy", "targetRef": "user:default/member"}]},
        }
        assert {"name": "Parrot", "source": "dummy"} in found["kinds"]


PROCESS = """
import sys, django; django.setup()
from portal.schema import get_schema
for _ in sys.stdin:
    print("MlModel" in get_schema().graphql_schema.type_map, flush=True)
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.system
def test_another_process_that_runs_already_knows_the_kind_at_its_next_question(folder: Folder) -> None:
    environment = {**os.environ, "DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "portal.settings"}
    with subprocess.Popen(
        [sys.executable, "-c", PROCESS],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
        text=True,
    ) as other:
        assert other.stdin
        assert other.stdout

        def asks() -> str:
            other.stdin.write("\n")
            other.stdin.flush()
            return str(other.stdout.readline().strip())

        assert asks() == "False"
        folder.write("all.yaml", DEFINITION)
        folder.add()
        assert asks() == "True"
        command("remove", str(folder.path / "all.yaml"))
        assert asks() == "False"
        other.stdin.close()
