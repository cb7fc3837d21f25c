"""Sources and processors that plugins add: read and run by ingestion, each contained by itself."""

import orjson
import pytest

from catalog.extension_points import entity_kinds, entity_sources, processors
from catalog.ingestion.run import ingest
from catalog.kinds import registry
from catalog.models import Entity, Location, Problem
from portal.extension.points import ExtensionError
from portal.extension.processors import Processor
from portal.extension.sources import EntitySource
from tests.catalog.conftest import command
from tests.dummy_plugin import aviary as aviary_source
from tests.dummy_plugin import contributions, misbehaving

pytestmark = pytest.mark.django_db


@pytest.fixture
def aviary():
    aviary_source.aviary.clear()
    aviary_source.aviary["north"] = "polly pip"
    added = EntitySource("aviary", aviary_source.read_aviary, aviary_source.check_aviary)
    with (
        entity_sources.temporarily(added, plugin="dummy"),
        entity_kinds.temporarily(contributions.parrot, plugin="dummy"),
    ):
        registry.static_kinds.cache_clear()
        registry._Process.kinds = None
        yield aviary_source.aviary
    registry.static_kinds.cache_clear()
    registry._Process.kinds = None


@pytest.fixture
def polish(until_released):
    added = Processor("polish", aviary_source.polish, kinds=("Component",))
    with processors.temporarily(added, plugin="dummy"):
        yield


def parrots():
    return sorted(Entity.objects.filter(kind="Parrot").values_list("name", flat=True))


def test_a_source_of_a_plugin_fills_the_catalog_and_follows_what_it_says(aviary):
    assert command("add", "aviary:north", "--trusted").exit_code == 0
    assert parrots() == ["pip", "polly"]
    aviary["north"] = "polly coco"
    command("refresh", "aviary:north")
    assert parrots() == ["coco", "polly"]
    assert (
        Entity.objects.get(name="polly").content["metadata"]["annotations"][
            "backstage.io/managed-by-location"
        ]
        == "aviary:north/polly.yaml"
    )


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ("closed", "The aviary is closed."),
        ("broken", "The plugin dummy failed (KeyError); the log says more."),
    ],
)
def test_a_source_that_fails_removes_nothing(aviary, state, says):
    command("add", "aviary:north", "--trusted")
    aviary["state"] = state
    command("refresh", "aviary:north")
    assert parrots() == ["pip", "polly"]
    assert Location.objects.get(type="aviary").last_error == says


def test_a_target_that_the_plugin_refuses_is_not_registered(aviary):
    assert "Name an aviary by letters." in command("add", "aviary:n0rth", "--trusted").output
    assert not Location.objects.filter(type="aviary").exists()


def test_entities_stay_when_the_plugin_is_not_there_any_more(aviary):
    command("add", "aviary:north", "--trusted")
    with entity_sources.temporarily(plugin="x"):
        entity_sources._contributions = []
        outcome = ingest(Location.objects.get(type="aviary"))
    assert parrots() == ["pip", "polly"]
    assert "Enable the plugin that did" in outcome.error


@pytest.mark.parametrize("name", ["git", "Aviary", "a_b", "url"])
def test_a_source_with_a_name_of_the_portals_is_refused(name):
    with pytest.raises(ExtensionError), entity_sources.temporarily(EntitySource(name, dict), plugin="dummy"):
        pass


def test_a_processor_changes_documents_before_they_are_kept(folder, polish):
    folder.components("all.yaml", "engine", "mast")
    folder.add()
    kept = [orjson.loads(each.document)["metadata"] for each in Entity.objects.filter(kind="Component")]
    assert [metadata["tags"] for metadata in kept] == [["polished"], ["polished"]]


@pytest.mark.parametrize(
    ("name", "code", "says"),
    [
        ("rust", "DOCUMENT_REFUSED", "dummy: Rust cannot be polished."),
        ("glass", "PLUGIN_FAILED", "The plugin dummy failed while loading the processor polish."),
        ("ghost", "PLUGIN_FAILED", "The plugin dummy changes who the entity is, which none may."),
    ],
)
def test_what_a_processor_refuses_or_breaks_on_is_a_problem_and_the_others_are_kept(
    folder, polish, name, code, says
):
    folder.components("all.yaml", "engine", name)
    folder.add()
    assert list(Entity.objects.filter(kind="Component").values_list("name", flat=True)) == ["engine"]
    problem = Problem.objects.get(code=code)
    assert problem.message.startswith(says)
    assert "secret detail" not in problem.message


def test_a_processor_that_hangs_lets_the_last_good_version_stay(folder, polish, short):
    folder.components("all.yaml", "engine")
    folder.add()
    hanging = Processor("hang", lambda document: misbehaving.released.wait(60))
    folder.write("all.yaml", (folder.path / "all.yaml").read_text().replace("production", "experimental"))
    with processors.temporarily(hanging, plugin="slow"):
        folder.refresh()
    assert Entity.objects.get(name="engine").lifecycle == "production"
    assert "did not answer within 3 s" in Problem.objects.get(code="PLUGIN_FAILED").message
