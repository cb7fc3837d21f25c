"""What a round of the documentation's schedule asks of an unchanged catalog."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from plugins.docs.models import DocSet
from portal.accounts.principal import SYSTEM
from portal.plugin_admin.services import decide_claims

ALL = {name: ["*"] for name in ("kinds", "fields", "annotations", "hosts", "secrets")}


def write(folder, name: str) -> None:
    folder.entity(name)
    folder.write(f"{name}/docs/index.md", f"# {name.capitalize()}\n")
    folder.write(f"{name}/mkdocs.yml", f"site_name: {name.capitalize()}\n")


def test_an_unchanged_catalog_is_not_looked_through_again(folder, docs_of):
    def looks() -> int:
        with CaptureQueriesContext(connection) as said:
            folder.read()
        return sum("NOT EXISTS" in sql and "catalog_entity" in sql for sql in (each["sql"] for each in said))

    write(folder, "engine")
    folder.register()
    assert [page["title"] for page in docs_of()["pages"]] == ["Engine"]
    looks()  # what was read is news itself
    assert looks() == 0
    write(folder, "pump")
    folder.ingest()
    folder.read()
    assert [page["title"] for page in docs_of("pump")["pages"]] == ["Pump"]
    looks()
    assert looks() == 0


def test_what_is_accepted_of_the_claims_is_read_in_the_next_round_without_a_change_of_the_catalog(
    folder, docs_of, refusals
):
    write(folder, "engine")
    decide_claims("docs", {**ALL, "kinds": ["API"]}, actor=SYSTEM)
    folder.register()
    folder.read()
    assert DocSet.objects.count() == 0
    decide_claims("docs", None, actor=SYSTEM)
    folder.read()
    assert [page["title"] for page in docs_of()["pages"]] == ["Engine"]
    decide_claims("docs", {**ALL, "kinds": ["API"]}, actor=SYSTEM)
    folder.read()
    assert DocSet.objects.count() == 0
    decide_claims("docs", None, actor=SYSTEM)
    refusals.clear()


def test_a_round_without_the_annotations_keeps_what_was_read_and_does_not_fail(folder, docs_of, refusals):
    write(folder, "engine")
    folder.register()
    decide_claims("docs", {**ALL, "annotations": []}, actor=SYSTEM)
    folder.read()
    decide_claims("docs", None, actor=SYSTEM)
    folder.read()
    assert [page["title"] for page in docs_of()["pages"]] == ["Engine"]
    refusals.clear()


def test_many_entities_are_read_piece_by_piece(folder, docs_of, monkeypatch):
    monkeypatch.setattr("plugins.docs.selectors.PIECE", 2)
    for number in range(5):
        write(folder, f"part-{number}")
    folder.register()
    assert [docs_of(f"part-{number}")["pages"][0]["title"] for number in range(5)] == [
        f"Part-{number}" for number in range(5)
    ]
