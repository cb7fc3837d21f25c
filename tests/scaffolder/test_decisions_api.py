"""Plans, approvals, retries and undo as GraphQL and the command offer them."""

from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner

from catalog.models import Entity
from portal.accounts.models import Account
from portal.integrations.git import GitHost
from scaffolder.commands import task as commands
from scaffolder.models import Task
from scaffolder.running.worker import run_pending_tasks
from tests.scaffolder.conftest import DESCRIPTOR, PUBLISHING

pytestmark = pytest.mark.django_db(transaction=True)

TASK = """id status aim priority planHash canCancel canRetry canUndo canApprove secretNames
  plan { stepId verb target canUndo creates } effects { verb target state problem }
  approvals { by verdict comment isForThisPlan } approvalsNeeded approvers"""
RUN = f"""mutation($i: RunTemplateInput!) {{
  runTemplate(input: $i) {{ task {{ {TASK} }} problems {{ code }} }} }}"""
READ = f"query($id: ID!) {{ task(id: $id) {{ {TASK} }} }}"


def decide(name: str, kind: str) -> str:
    return (
        f"mutation($i: {kind}!) {{ {name}(input: $i) {{ task {{ {TASK} }} problems {{ code message }} }} }}"
    )


def test_a_plan_is_asked_for_read_and_approved(
    publishing_template: Entity, member: Account, graphql: Callable[..., Any], git_host: GitHost
) -> None:
    client = graphql(member)
    given = {"templateRef": "template:default/service", "parameters": {"name": "cart"}, "planFirst": True}
    task = client(RUN, i={**given, "priority": "LOW"})["runTemplate"]["task"]
    assert (task["status"], task["aim"], task["plan"], task["priority"]) == ("OPEN", "PLAN", None, "LOW")
    run_pending_tasks()
    task = client(READ, id=task["id"])["task"]
    assert (task["status"], task["canApprove"], task["canRetry"]) == ("WAITING", True, False)
    assert task["plan"][0] == {
        "stepId": "publish",
        "verb": "create",
        "target": "repository default/cart",
        "canUndo": True,
        "creates": "git:default/cart",
    }
    approve = decide("approveTask", "DecideTaskInput")
    wrong = client(approve, i={"id": task["id"], "planHash": "0"})["approveTask"]
    assert [problem["code"] for problem in wrong["problems"]] == ["PLAN_CHANGED"]
    done = client(approve, i={"id": task["id"], "planHash": task["planHash"], "comment": "go"})["approveTask"]
    assert done["task"]["approvals"] == [
        {"by": "user:default/member", "verdict": "APPROVED", "comment": "go", "isForThisPlan": True}
    ]
    run_pending_tasks()
    task = client(READ, id=task["id"])["task"]
    assert task["status"] == "COMPLETED"
    assert {effect["state"] for effect in task["effects"]} == {"DONE"}


def test_a_failed_task_is_retried_and_undone(
    make_template: Callable[..., Entity], member: Account, outsider: Account, graphql: Callable[..., Any],
    git_host: GitHost,
) -> None:  # fmt: skip
    fail = {"id": "fail", "action": "fetch:plain", "input": {"url": "./nowhere"}}
    make_template(*PUBLISHING, fail, files={"skeleton/catalog-info.yaml": DESCRIPTOR})
    client = graphql(member)
    given = {"templateRef": "template:default/service", "parameters": {"name": "cart"}}
    given["secrets"] = {"TOKEN": "t0ken-of-the-test"}
    task = client(RUN, i=given)["runTemplate"]["task"]
    run_pending_tasks()
    task = client(READ, id=task["id"])["task"]
    assert (task["status"], task["canRetry"], task["canUndo"]) == ("FAILED", True, True)
    assert task["secretNames"] == ["TOKEN"]
    retry, undo = decide("retryTask", "RetryTaskInput"), decide("undoTask", "UndoTaskInput")
    refused = client(retry, i={"id": task["id"]})["retryTask"]
    assert [problem["code"] for problem in refused["problems"]] == ["SECRETS_INVALID"]
    for name, mutation in (("retryTask", retry), ("undoTask", undo)):
        hidden = graphql(outsider)(mutation, i={"id": task["id"], "secrets": given["secrets"]})[name]
        assert [problem["code"] for problem in hidden["problems"]] == ["TASK_NOT_FOUND"]
    retried = client(retry, i={"id": task["id"], "secrets": given["secrets"]})["retryTask"]["task"]
    assert retried["status"] == "OPEN"
    run_pending_tasks()
    undone = client(undo, i={"id": task["id"], "secrets": given["secrets"]})["undoTask"]["task"]
    assert (undone["status"], undone["aim"]) == ("OPEN", "UNDO")
    run_pending_tasks()
    task = client(READ, id=task["id"])["task"]
    assert (task["status"], task["canUndo"]) == ("CANCELLED", False)
    assert {effect["state"] for effect in task["effects"]} == {"UNDONE"}
    assert not git_host.exists("default", "cart")


def test_only_administrators_say_who_may_use_what_and_who_goes_first(
    publishing_template: Entity, member: Account, admin: Account, graphql: Callable[..., Any]
) -> None:
    set_use = "mutation($i: SetUseInput!) { setUse(input: $i) { subjects problems { code } } }"
    rule = {"thing": "action:publish:git", "subjects": ["group:default/platform"]}
    assert graphql(member)(set_use, i=rule)["setUse"]["problems"] == [{"code": "DENIED"}]
    assert graphql(admin)(set_use, i=rule)["setUse"]["subjects"] == ["group:default/platform"]
    rules = "{ useRules { thing subjects } }"
    assert graphql(admin)(rules)["useRules"] == [rule]
    assert "errors" in graphql(member).post(rules).json()
    given = {"templateRef": "template:default/service", "parameters": {"name": "cart"}}
    for more, code in (({}, "USE_DENIED"), ({"priority": "HIGH"}, "USE_DENIED")):
        answer = graphql(member)(RUN, i={**given, **more})["runTemplate"]
        assert answer["problems"] == [{"code": code}]
    graphql(admin)(set_use, i={**rule, "subjects": []})
    answer = graphql(member)(RUN, i={**given, "priority": "HIGH"})["runTemplate"]
    assert answer["problems"] == [{"code": "DENIED"}]
    assert not Task.objects.exists()


def test_the_operator_retries_and_undoes(
    make_template: Callable[..., Entity], run: Callable[..., Task], git_host: GitHost
) -> None:
    fail = {"id": "fail", "action": "fetch:plain", "input": {"url": "./nowhere"}}
    make_template(*PUBLISHING, fail, files={"skeleton/catalog-info.yaml": DESCRIPTOR})
    task = run(name="cart")
    for command, status in (("retry", "failed"), ("undo", "cancelled")):
        result = CliRunner().invoke(commands.task, [command, str(task.uid)])
        assert result.exit_code == 0, result.output
        run_pending_tasks()
        task.refresh_from_db()
        assert task.status == status
    assert not git_host.exists("default", "cart")


def test_tasks_are_narrowed_by_state_template_and_whose_they_are(
    make_template: Callable[..., Entity], member: Account, admin: Account, graphql: Callable[..., Any]
) -> None:
    say = {"id": "say", "action": "debug:log", "input": {"message": "${{ parameters.name }}"}}
    more = {"id": "more", "if": "${{ steps.say.output }}", "each": ["${{ steps['say'].output }}"]}
    make_template(say, {**more, "action": "debug:log", "input": {}}, name="one")
    make_template(say, name="two")
    mine, others = graphql(member), graphql(admin)
    for client, name in ((mine, "one"), (mine, "two"), (others, "two")):
        given = {"templateRef": f"template:default/{name}", "parameters": {"name": "cart"}}
        assert client(RUN, i=given)["runTemplate"]["problems"] == []

    def found(client: Callable[..., Any], arguments: str) -> list[str]:
        answer = client(f"{{ tasks({arguments}) {{ nodes {{ templateRef createdBy }} }} }}")
        return [node["templateRef"].rpartition("/")[2] for node in answer["tasks"]["nodes"]]

    assert found(mine, "first: 5") == ["two", "one"]
    assert found(mine, 'templateRef: "template:default/one"') == ["one"]
    assert found(mine, "statuses: [COMPLETED, FAILED]") == []
    run_pending_tasks()
    assert found(mine, "statuses: [COMPLETED, FAILED]") == ["two", "one"]
    assert found(mine, "everyones: true") == ["two", "one"]
    assert found(others, "first: 5") == ["two"]
    assert found(others, "everyones: true") == ["two", "two", "one"]
    steps = "{ tasks(first: 2) { nodes { steps { id uses condition each } } } }"
    assert mine(steps)["tasks"]["nodes"][1]["steps"] == [
        {"id": "say", "uses": [], "condition": None, "each": None},
        {
            "id": "more",
            "uses": ["say"],
            "condition": "${{ steps.say.output }}",
            "each": "[\"${{ steps['say'].output }}\"]",
        },
    ]
