"""Tests that commit leave an empty database behind: rows are deleted where there are some.

Django's own way is to truncate every table after each such test, which makes and removes a thousand files, a
third of the time of all tests, and to announce all models anew. Triggers stay silent, as with TRUNCATE; that
takes a superuser, and whoever is none gets Django's way.
"""

from functools import cache
from typing import Any

from django.db import connection
from django.test import TransactionTestCase

MADE_WITH_THE_TABLES = {"django_content_type", "auth_permission"}
MADE_BY_MIGRATIONS = "INSERT INTO catalog_catalogstate (id, generation, kinds_generation) VALUES (1, 0, 0)"
djangos_way = TransactionTestCase._fixture_teardown


def empty(case: Any) -> None:
    statement = _statement()
    if statement is None:
        djangos_way(case)
    with connection.cursor() as cursor:
        cursor.execute(statement or "SELECT")
        cursor.execute(MADE_BY_MIGRATIONS)


@cache
def _statement() -> str | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if not cursor.fetchone()[0]:
            return None
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    deletes = " ".join(f'DELETE FROM "{name}";' for name in sorted({*names} - MADE_WITH_THE_TABLES))
    return f"DO $$ BEGIN SET LOCAL session_replication_role = replica; {deletes} END $$"


TransactionTestCase._fixture_teardown = empty
