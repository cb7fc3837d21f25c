"""Tasks through GraphQL: their owner's, followed to the end; nobody else's."""

from collections.abc import Callable
from typing import Any

import pytest

from catalog.models import Entity
from portal.accounts.models import Account
from scaffolder.models import Task

pytestmark = pytest.mark.django_db(transaction=True)

TASK = """
query ($id: ID!) {
  task(id: $id) {
    id status templateRef templateTitle parameters createdBy error cancelRequested
    template { ref }
    steps { id name action status error }
    log { stepId level message }
    outputLinks { title url entityRef icon }
    outputText { title content }
    output
  }
}
"""
CANCEL = "mutation ($id: ID!) { cancelTask(input: {id: $id}) { task { status } problems { code path } } }"
START = """
mutation ($name: String = "cart") {
  runTemplate(input: {templateRef: "template:default/service", parameters: {name: $name}}) {
    task { id } problems { message }
  }
}
"""


@pytest.fixture
def start(publishing_template: Entity, graphql: Any, member: Account) -> Callable[[], str]:
    return lambda: str(graphql(member)(START)["runTemplate"]["task"]["id"])


def test_a_task_is_shown_to_its_owner(
    start: Callable[[], str], run: Callable[..., Task], graphql: Any, member: Account
) -> None:
    run(name="till")
    task_id = start()
    before = graphql(member)(TASK, id=task_id)["task"]
    assert (before["status"], before["output"], before["outputLinks"]) == ("OPEN", None, [])
    assert [step["status"] for step in before["steps"]] == ["OPEN"] * 3
    from scaffolder.running.worker import run_pending_tasks

    run_pending_tasks()
    after = graphql(member)(TASK, id=task_id)["task"]
    assert after["status"] == "COMPLETED"
    assert after["templateRef"] == after["template"]["ref"] == "template:default/service"
    assert (after["templateTitle"], after["createdBy"]) == ("The service", "user:default/member")
    assert after["parameters"] == {"name": "cart", "port": 8080}
    assert after["steps"][1] == {
        "id": "publish",
        "name": "Create the repository",
        "action": "publish:git",
        "status": "COMPLETED",
        "error": None,
    }
    assert after["log"][0] == {"stepId": None, "level": "info", "message": "Starting up task with 3 steps"}
    url = "http://127.0.0.1:8500/git/default/cart.git"
    assert after["outputLinks"] == [
        {"title": "Repository", "url": url, "entityRef": None, "icon": None},
        {"title": "Catalog", "url": None, "entityRef": "component:default/cart", "icon": "catalog"},
    ]


def test_a_task_is_missing_for_everybody_else(
    start: Callable[[], str], graphql: Any, outsider: Account, admin: Account, bearer: Any, member: Account
) -> None:
    task_id = start()
    other = graphql(outsider)
    assert other(TASK, id=task_id)["task"] is None
    assert other("query ($id: ID!) { node(id: $id) { id } }", id=task_id)["node"] is None
    assert other("{ tasks { nodes { id } totalCount } }")["tasks"] == {"nodes": [], "totalCount": 0}
    assert other(CANCEL, id=task_id)["cancelTask"] == {
        "task": None,
        "problems": [{"code": "TASK_NOT_FOUND", "path": []}],
    }
    assert Task.objects.get().status == "open"
    assert graphql(admin)(TASK, id=task_id)["task"]["id"] == task_id


def test_ids_of_other_things_are_no_tasks(start: Callable[[], str], graphql: Any, member: Account) -> None:
    start()
    for wrong in ("", "1", "UG9ydGFsVGFzazox", str(Task.objects.get().uid), "Q29tcG9uZW50OjE"):
        assert graphql(member)(TASK, id=wrong)["task"] is None
        assert graphql(member)(CANCEL, id=wrong)["cancelTask"]["problems"][0]["code"] == "TASK_NOT_FOUND"


def test_a_task_is_cancelled_by_its_owner(start: Callable[[], str], graphql: Any, member: Account) -> None:
    answer = graphql(member)(CANCEL, id=start())["cancelTask"]
    assert answer == {"task": {"status": "CANCELLED"}, "problems": []}


def test_a_token_without_the_scope_starts_nothing(
    publishing_template: Entity, bearer: Any, member: Account
) -> None:
    body = {"query": START}
    answer = bearer(member, "read").post("/graphql", body, content_type="application/json").json()
    assert "scaffolder:run" in answer["data"]["runTemplate"]["problems"][0]["message"]
    assert Task.objects.count() == 0


def test_a_list_of_tasks_costs_the_same_however_long(
    start: Callable[[], str], graphql: Any, member: Account, django_assert_num_queries: Any
) -> None:
    query = "{ tasks { nodes { template { ref } steps { id } log(first: 2) { message } } } }"

    def statements() -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as captured:
            graphql(member).post(query)
        return len(captured)

    start()
    one = statements()
    for _ in range(4):
        start()
    assert statements() == one
