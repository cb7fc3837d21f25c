"""Counts and facets from memory are those of the catalog as it is at each read, for each viewer."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from catalog.models import Location
from catalog.selectors import EntityQuery, count_entities, facets
from catalog.services import refresh_location, register_location, set_favourite
from portal.accounts.models import Account, NamespaceGrant
from portal.accounts.principal import SYSTEM, Principal

pytestmark = pytest.mark.django_db(transaction=True)

COMPONENTS = EntityQuery(kind=("component",))


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Location]:
    """Makes a location declare components of those names."""
    file = tmp_path / "catalog-info.yaml"

    def declare(*names: str, namespace: str = "default") -> Location:
        text = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: %s, namespace: %s}\n"
        spec = "spec: {type: service, lifecycle: production, owner: team-a}\n"
        file.write_text("---\n".join(text % (name, namespace) + spec for name in names), encoding="utf-8")
        known = Location.objects.first()
        if known is None:
            return register_location(f"file:{file}", actor=SYSTEM, trusted=True)
        refresh_location(known.uid, actor=SYSTEM, allow_removal=True)
        return known

    return declare


def ask(viewer: Principal, query: EntityQuery = COMPONENTS) -> tuple[int, Any]:
    return count_entities(query, viewer=viewer), facets(["namespace", "type"], query, viewer=viewer)


def test_what_was_asked_before_costs_one_look_at_the_state(write: Any, member: Account) -> None:
    write("a", "b")
    viewer = Principal(account=member)
    first = ask(viewer)
    with CaptureQueriesContext(connection) as statements:
        again = ask(viewer)

    assert again == first == (2, {"namespace": [("default", 2)], "type": [("service", 2)]})
    assert len(statements) == 2
    assert not any("COUNT(" in one["sql"] for one in statements)


def test_a_write_between_two_reads_is_seen_by_the_second(write: Any, member: Account) -> None:
    viewer = Principal(account=member)
    for names in (["a"], ["a", "b"], ["b", "c", "d"], ["b"]):
        write(*names)
        assert ask(viewer)[0] == len(names)
        assert ask(viewer)[1]["type"] == [("service", len(names))]


def test_a_right_that_goes_takes_its_answers_along(write: Any, member: Account, admin: Account) -> None:
    write("a", "b", namespace="secret")
    assert ask(Principal(account=member))[0] == 2
    grant = NamespaceGrant.objects.create(namespace="secret", subject="user:default/none", role="reader")

    assert ask(Principal(account=member)) == (0, {"namespace": [], "type": []})
    assert ask(Principal(account=admin))[0] == 2
    assert ask(Principal(account=member, scopes=frozenset({"catalog:write"})))[0] == 0
    grant.delete()
    assert ask(Principal(account=member))[0] == 2


def test_what_changes_without_a_generation_is_asked_each_time(write: Any, member: Account) -> None:
    write("a", "b")
    viewer = Principal(account=member)
    marked = EntityQuery(any_of=(EntityQuery(favourite=True),))
    assert ask(viewer, marked)[0] == 0
    set_favourite("component:a", True, actor=viewer)
    assert ask(viewer, marked)[0] == 1
    assert ask(viewer, marked)[1]["type"] == [("service", 1)]


def test_owned_is_each_viewer_s_own(write: Any, make_account: Any) -> None:
    write("a")
    mine = EntityQuery(owned=True)
    first = make_account("first", user_ref="group:default/team-a")
    second = make_account("second")
    assert [ask(Principal(account=account), mine)[0] for account in (first, second, first)] == [1, 0, 1]


def test_nothing_of_a_transaction_that_failed_is_remembered(write: Any, member: Account) -> None:
    location = write("a", "b")
    viewer = Principal(account=member)
    with pytest.raises(RuntimeError), transaction.atomic():
        location.entities.all().delete()
        assert ask(viewer)[0] == 0
        raise RuntimeError
    assert ask(viewer)[0] == 2
