"""The columns of whole rows are written once for each model, and are those that Django writes."""

from typing import Any

import pytest
from django.db import connection
from django.db.backends.postgresql.compiler import SQLCompiler as Djangos
from django.db.models import Count, Exists, OuterRef, Value

from catalog.models import Entity, Location
from portal.database.compiler import SQLCompiler

pytestmark = pytest.mark.django_db
ROWS = {
    "whole": Entity.objects.all,
    "less": lambda: Entity.objects.defer("document", "terms"),
    "only": lambda: Entity.objects.only("ref"),
    "another": Location.objects.all,
    "joined": lambda: Entity.objects.select_related("location"),
    "filtered by another": lambda: Entity.objects.filter(location__type="file"),
    "values": lambda: Entity.objects.values_list("ref", "location__type"),
    "annotated": lambda: Location.objects.annotate(count=Count("entities"), one=Value(1)),
    "inside": lambda: Entity.objects.filter(Exists(Entity.objects.filter(owner_ref=OuterRef("ref")))),
    "united": lambda: Entity.objects.filter(kind="A").union(Entity.objects.filter(kind="B")),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_statement_is_the_one_that_django_writes(name: str) -> None:
    def written(compiler: Any) -> tuple[Any, ...]:
        made = compiler(ROWS[name]().query, connection, "default")
        sql = made.as_sql()
        fields = made.klass_info and made.klass_info["select_fields"]
        return sql, [str(column) for column in made.select], fields, made.annotation_col_map

    expected = written(Djangos)
    for _ in range(2):
        assert written(SQLCompiler) == expected
