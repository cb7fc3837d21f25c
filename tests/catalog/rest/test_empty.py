"""What is asked while nothing is in the catalog so far, as while its first source is read."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from .conftest import Api, names, query

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_empty_catalog_answers_from_memory_until_something_is_in_it(inside: Api, folder: Any) -> None:
    assert query(inside)["items"] == []
    with CaptureQueriesContext(connection) as asked:
        assert query(inside)["items"] == []
    assert [each["sql"].split()[0] for each in asked.captured_queries] == ["SELECT"]
    folder.components("all.yaml", "first")
    folder.add()
    assert names(query(inside)["items"]) == ["Component/first"]
