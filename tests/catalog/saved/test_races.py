"""Two people at the same moment: a name is given once, and what is forgotten stays forgotten."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from django.db import connection, connections

from catalog.models import SavedView
from tests.catalog.saved.test_saved_views import DELETE, Ask, groups, save  # noqa: F401 - fixture
from tests.databases import database_url

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("groups")]
WAITING = """SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
    AND wait_event_type = 'Lock' AND query LIKE '%%catalog_savedview%%'"""


@pytest.fixture
def together() -> Iterator[Callable[[Callable[[], Any]], "Future[Any]"]]:
    """Runs something on a thread, with a connection of its own."""
    with ThreadPoolExecutor(2, initializer=connections.close_all) as threads:

        def run(work: Callable[[], Any]) -> Any:
            try:
                return work()
            finally:
                connection.close()

        yield lambda work: threads.submit(run, work)


def wait_for(waiting: int) -> None:
    """Until so many statements wait for the table."""
    ends = time.monotonic() + 120
    while True:
        with connection.cursor() as cursor:
            cursor.execute(WAITING)
            if cursor.fetchone()[0] == waiting:
                return
        assert time.monotonic() < ends, "nobody waits"
        time.sleep(0.02)


@pytest.mark.parametrize("shared", [{}, {"groupRef": "group:team-a"}])
def test_of_two_who_save_one_name_at_once_the_second_is_told_that_it_is_taken(
    graphql: Any, member: Any, make_account: Any, together: Any, shared: dict[str, str]
) -> None:
    """Both have looked for the name, and neither has found it."""
    others: list[Ask] = [graphql(member), graphql(make_account("mate") if shared else member)]
    with psycopg.connect(database_url()) as holder:
        holder.execute("LOCK TABLE catalog_savedview IN SHARE MODE")
        both = [together(lambda ask=ask: save(ask, "Ours", **shared)["problems"]) for ask in others]
        wait_for(2)
    problems = sorted((each.result() for each in both), key=len)
    assert problems == [[], [{"code": "NAME_TAKEN", "path": ["name"]}]]
    assert SavedView.objects.count() == 1


def test_a_view_that_is_deleted_while_another_saves_it_stays_away(
    graphql: Any, member: Any, make_account: Any, together: Any
) -> None:
    mine, mate = graphql(member), graphql(make_account("mate"))
    shared = {"groupRef": "group:team-a"}
    view = save(mine, "Ours", **shared)["view"]
    with psycopg.connect(database_url()) as holder:
        holder.execute("DELETE FROM catalog_savedview")
        saving = together(lambda: save(mate, "Ours, newest", id=view["id"], **shared)["problems"])
        wait_for(1)
    assert [problem["code"] for problem in saving.result()] == ["SAVED_VIEW_NOT_FOUND"]
    assert mine(DELETE, id=view["id"])["deleteView"]["problems"] == [{"code": "SAVED_VIEW_NOT_FOUND"}]
    assert not SavedView.objects.exists()
