"""A prepared statement is built once, asked with other values each time, and answers as its queryset does."""

from typing import Any

import pytest
from django.db.models import Q, QuerySet, Value

from catalog.models import Location, Problem
from portal.database.prepared import Parameter, Prepared

pytestmark = pytest.mark.django_db
REFS = Parameter("refs", "text[]")


@pytest.fixture
def location() -> Location:
    return Location.objects.create(type="url", target="https://example.com/100%25.yaml", namespace="default")


def problem(location: Location, ref: str, message: str = "") -> Problem:
    return Problem.objects.create(
        location=location, ref=ref, namespace="default", level="warning", code="ORPHAN", message=message
    )


def test_it_is_built_once_and_sees_what_was_written_since(location: Location) -> None:
    built = []

    def make() -> QuerySet[Problem, Any]:
        built.append(True)
        return Problem.objects.filter(ref__among=REFS).order_by("ref").values_list("ref", "message")

    ask = Prepared(make)
    assert ask(refs=["a", "b"]) == []
    problem(location, "b", "second")
    assert ask(refs=["a", "b"]) == [("b", "second")]
    problem(location, "a", "first")
    assert ask(refs=["a", "b"]) == [("a", "first"), ("b", "second")]
    assert ask(refs=["a"]) == [("a", "first")]
    assert ask(refs=[]) == []
    assert built == [True]


def test_models_come_as_their_queryset_gives_them_with_what_is_selected_beside(location: Location) -> None:
    written = problem(location, "a", "it's 100%s")
    rows = Problem.objects.select_related("location").defer("message").annotate(said=Value("%s' of"))
    [found] = Prepared(lambda: rows.filter(ref__among=REFS))(refs=["a"])
    [expected] = rows.filter(ref__in=["a"])
    assert found == expected == written
    assert found.get_deferred_fields() == {"message"}
    assert found._state.db == "default"
    assert found.said == "%s' of"
    assert found.location == location
    assert found.location.target == "https://example.com/100%25.yaml"


def test_fixed_values_are_part_of_the_statement(location: Location) -> None:
    problem(location, "a", "100%s of 'it'")
    fixed = Q(message="100%s of 'it'") | Q(message__startswith="50%")
    ask = Prepared(lambda: Problem.objects.filter(fixed, ref__among=REFS, level__in=["error", "warning"]))
    assert [each.ref for each in ask(refs=["a"])] == ["a"]
    Problem.objects.update(message="100")
    assert ask(refs=["a"]) == []
