"""What a round of the documentation's schedule asks of an unchanged catalog."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plugins.docs import tasks


def test_an_unchanged_catalog_is_not_looked_through_again_until_a_while_later(
    folder, docs_of, monkeypatch: pytest.MonkeyPatch
):
    def looks() -> int:
        with CaptureQueriesContext(connection) as said:
            folder.read()
        return sum("NOT EXISTS" in sql and "catalog_entity" in sql for sql in (each["sql"] for each in said))

    folder.entity()
    folder.write("engine/docs/index.md", "# Engine\n")
    folder.write("engine/mkdocs.yml", "site_name: Engine\n")
    folder.register()
    assert [page["title"] for page in docs_of()["pages"]] == ["Engine"]
    looks()  # what was read is news itself
    assert looks() == 0
    folder.entity("pump")
    folder.write("pump/docs/index.md", "# Pump\n")
    folder.write("pump/mkdocs.yml", "site_name: Pump\n")
    folder.ingest()
    folder.read()
    assert [page["title"] for page in docs_of("pump")["pages"]] == ["Pump"]
    looks()
    assert looks() == 0
    monkeypatch.setattr(tasks, "LOOK_ANYWAY_SECONDS", 0)
    assert looks() > 0
