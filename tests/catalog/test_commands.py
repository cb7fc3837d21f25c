"""`portal catalog …`: what it reads, says and mends."""

from collections.abc import Callable

import pytest

from catalog.entities.refs import EntityRef
from catalog.ingestion.homes import home_ref
from catalog.models import CatalogState, Entity, Location, Relation, Term
from catalog.selectors import get_entity
from catalog.tasks import refresh_locations
from portal.accounts.principal import SYSTEM

from .conftest import COMPONENT, DATA, Folder, command, everything

pytestmark = pytest.mark.django_db
Refs = Callable[..., list[str]]


def generation() -> int:
    return CatalogState.objects.get().generation


def test_rebuild_changes_nothing(company: Location) -> None:
    before, number = everything(), generation()
    rows = list(Entity.objects.order_by("ref").values())
    result = command("rebuild")
    expected = "0 rows, 0 relation ends, 0 facet terms, 0 rendered relations were different."
    assert result.output.endswith(expected + "\n")
    assert (everything(), generation()) == (before, number)
    assert list(Entity.objects.order_by("ref").values()) == rows


def test_rebuild_mends_what_is_not_as_the_documents_say(company: Location) -> None:
    rows = list(Entity.objects.order_by("ref").values())
    Relation.objects.filter(type="partOf").delete()
    Term.objects.filter(key="tags").delete()
    Entity.objects.update(owner_ref="", terms=[], relations_text="[]", search_name="x")
    command("rebuild")
    assert list(Entity.objects.order_by("ref").values()) == rows
    assert Relation.objects.filter(type="partOf").count() == 4
    assert Term.objects.filter(key="tags").count() == 3


def test_a_folder_is_its_catalog_info_or_all_catalog_infos_below(folder: Folder, refs: Refs) -> None:
    folder.components("a/catalog-info.yaml", "a")
    folder.components("b/c/catalog-info.yaml", "c")
    folder.components("b/other.yaml", "other")
    folder.components(".hidden/catalog-info.yaml", "hidden")
    folder.add(".")
    assert refs(kind=("component",)) == ["component:default/a", "component:default/c"]
    folder.components("d/catalog-info.yaml", "d")
    refresh_locations()
    assert refs(kind=("component",)) == ["component:default/a", "component:default/c", "component:default/d"]


def test_a_folder_without_descriptors_is_refused(folder: Folder) -> None:
    folder.write("readme.txt", "nothing")
    result = folder.add(".")
    assert result.exit_code == 1
    assert "NOTHING_TO_READ" in result.output
    assert Location.objects.count() == 0


def test_a_registered_location_is_an_entity_too(company: Location) -> None:
    home = get_entity(str(home_ref(company)), viewer=SYSTEM)
    assert home.content["spec"] == {"type": "file", "target": company.target}
    assert EntityRef.parse(home.ref).name.startswith("generated-")


def test_status_lists_locations_kinds_and_problems(company: Location, folder: Folder) -> None:
    folder.write("all.yaml", COMPONENT.format(name="web") + "  nonsense: 1\n---\nkind: Nothing\n")
    folder.add()
    output = command("status").output
    assert f"{company}  14 entities, read " in output
    assert "      4 Component\n" in output
    assert "all.yaml:12: UNKNOWN_KIND: There is no kind 'Nothing'." in output


def test_validate_needs_no_database_and_says_every_finding_on_one_line(
    folder: Folder, django_assert_num_queries: Callable[..., object]
) -> None:
    folder.write("all.yaml", COMPONENT.format(name="../x") + "---\na: 1\na: 2\n")
    with django_assert_num_queries(0):
        result = folder.validate()
    assert result.exit_code == 1
    lines = result.output.splitlines()
    assert lines[0].startswith("all.yaml:5: INVALID_NAME: metadata.name is '../x'")
    assert lines[1].startswith(
        "all.yaml:12: DUPLICATE_KEY: The key 'a' stands on line 11 and again on line 12."
    )


def test_validate_of_a_good_catalog_is_silent(folder: Folder) -> None:
    result = command("validate", str(DATA / "company" / "all.yaml"))
    assert (result.exit_code, result.stdout) == (0, "")
