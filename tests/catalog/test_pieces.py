"""A catalog of any size is read and written in pieces; what comes of it is the same as in one."""

import tracemalloc

import pytest
from django.db import connection

from catalog.entities.refs import EntityRef
from catalog.ingestion import copying, documents, write
from catalog.ingestion.documents import Spool
from catalog.ingestion.tree import read_tree
from catalog.kinds import static_kinds, using
from catalog.models import Entity, Event
from catalog.sources import FileSource

from .conftest import COMPONENT, Folder, command

NOTHING = "0 rows, 0 relation ends, 0 facet terms, 0 rendered relations were different."


def chain_of(count: int, *, title: str, step: int = 1) -> str:
    """Components that each depend on the next one; the last on the first."""
    texts = []
    for number in range(count):
        text = (
            COMPONENT.format(name=f"c{number}") + f"  dependsOn: ['component:c{(number + step) % count}']\n"
        )
        texts.append(text.replace("metadata:\n", f"metadata:\n  title: {title} {number}\n"))
    return "---".join(texts)


@pytest.mark.django_db
def test_pieces_make_the_same_catalog_as_one(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write, "PIECE", 2)
    monkeypatch.setattr(documents, "KEPT_BYTES", 100)
    folder.write("all.yaml", chain_of(7, title="First"))
    folder.add()
    assert NOTHING in command("rebuild").output
    whats = list(Event.objects.order_by("id").values_list("what", flat=True))
    assert whats == ["CREATED"] * 8 + ["RELATED"] * 14
    folder.write("all.yaml", chain_of(5, title="Second"))
    folder.refresh()
    assert NOTHING in command("rebuild").output
    assert set(Entity.objects.exclude(title="").values_list("title", flat=True)) >= {"Second 0", "Second 4"}


@pytest.mark.django_db
def test_no_statement_writes_more_than_a_few_rows(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "ROWS_A_STATEMENT", 3)
    folder.write("all.yaml", chain_of(7, title="First"))
    folder.add()
    assert max(rows_a_statement("catalog_entity")) == max(rows_a_statement("catalog_relation")) == 3
    folder.write("all.yaml", chain_of(7, title="Second", step=2))
    folder.refresh()
    assert max(rows_a_statement("catalog_entity")) == 3
    assert NOTHING in command("rebuild").output


def rows_a_statement(table: str) -> list[int]:
    """How many of the rows that are there each statement wrote, by PostgreSQL's own numbers of commands."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table} GROUP BY xmin::text, cmin::text")
        return [row[0] for row in cursor.fetchall()]


def test_a_spool_gives_back_what_was_put_in_whatever_comes_between(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "KEPT_BYTES", 50)
    spool, values = Spool(), [{"n": number, "text": "é" * number} for number in range(20)]
    places = []
    for value in values:
        places.append(spool.put(value))
        assert spool.get(places[0]) == values[0]
    assert [spool.get(place) for place in reversed(places)] == values[::-1]


def test_what_documents_say_is_not_in_memory(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "KEPT_BYTES", 1000)
    long = COMPONENT.replace("metadata:\n", f"metadata:\n  description: {'long ' * 1000}\n")
    for file in range(4):
        text = "---".join(long.format(name=f"c{file}-{number}") for number in range(100))
        folder.write(f"{file}/catalog-info.yaml", text)
    tracemalloc.start()
    try:
        with using(static_kinds()):
            tree = read_tree(FileSource(str(folder.path)))
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(tree.documents) == 400
    assert held < 800_000  # of two million characters
    assert EntityRef.parse(tree.documents[-1].ref).name == "c3-99"
    assert tree.documents[-1].value["metadata"]["description"] == ("long " * 1000).strip()
