"""What authors of templates ask of GraphQL: actions, drafts, dry runs, whether values are accepted."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from django.db import connection

from catalog.models import Entity
from portal.accounts.models import Account
from scaffolder.models import Task
from scaffolder.running.worker import run_pending_tasks

pytestmark = pytest.mark.django_db(transaction=True)

DRAFT = "query($text: String!, $files: [DraftFileInput!]) { draft(text: $text, files: $files) {"
DRAFT += " document findings { code path line } } }"
DRY_RUN = """mutation($i: DryRunTemplateInput!) { dryRunTemplate(input: $i) {
  log { message stepId status } files { path content executable } effects { verb target } output
  problems { code path message } } }"""
FETCH = {"id": "fetch", "action": "fetch:template", "input": {"url": "./skeleton", "values": {"name": "n"}}}


def text_of(*steps: dict[str, Any], **spec: Any) -> str:
    document = {
        "apiVersion": "scaffolder.backstage.io/v1beta3",
        "kind": "Template",
        "metadata": {"name": "draft"},
        "spec": {"owner": "team-a", "type": "service", "steps": list(steps), **spec},
    }
    return yaml.safe_dump(document, sort_keys=False)


def dry_run(client: Callable[..., Any], **given: Any) -> dict[str, Any]:
    """Asks for a dry run while a worker is there to do it."""
    asked = threading.Event()

    def work() -> None:
        while not asked.is_set():
            if Task.objects.filter(status="open").exists():
                run_pending_tasks()
            asked.wait(0.05)
        connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    try:
        answer: dict[str, Any] = client(DRY_RUN, i=given)["dryRunTemplate"]
        return answer
    finally:
        asked.set()
        worker.join()


def test_a_draft_is_linted_line_by_line_and_kept_nowhere(
    member: Account, graphql: Callable[..., Any]
) -> None:
    client = graphql(member)
    wrong = {"id": "x", "action": "no:such", "input": {"a": "${{ parameters.lacking }}"}}
    draft = client(DRAFT, text=text_of(FETCH, wrong))["draft"]
    assert draft["document"]["metadata"] == {"name": "draft"}
    lines = text_of(FETCH, wrong).splitlines()
    found = {(one["code"], lines[one["line"] - 1].strip()) for one in draft["findings"]}
    assert found == {
        ("ACTION_UNKNOWN", "action: no:such"),
        ("TEMPLATE_ERROR", "a: ${{ parameters.lacking }}"),
    }
    missing = client(DRAFT, text=text_of(FETCH), files=[])["draft"]["findings"]
    assert [one["code"] for one in missing] == ["FILE_MISSING"]
    files = [{"path": "skeleton/a.txt", "content": "${{ values.other }}"}]
    inside = client(DRAFT, text=text_of(FETCH), files=files)["draft"]["findings"]
    assert [(one["path"], one["line"]) for one in inside] == [("skeleton/a.txt", 1)]
    assert client(DRAFT, text="just: text")["draft"]["document"] is None
    assert client(DRAFT, text="a: [")["draft"]["findings"] != []
    assert Entity.objects.filter(kind="Template").count() == 0


def test_a_path_of_a_draft_that_leaves_its_folder_is_refused(
    member: Account, graphql: Callable[..., Any]
) -> None:
    for path in ("../evil", "/etc/evil", "a/../../evil"):
        answer = graphql(member)(
            DRY_RUN, i={"text": text_of(FETCH), "values": {}, "files": [{"path": path, "content": "x"}]}
        )
        assert answer["dryRunTemplate"]["problems"][0]["path"] == ["files"]
    assert Task.objects.count() == 0


def test_a_dry_run_of_a_draft_shows_files_effects_and_log(
    member: Account, graphql: Callable[..., Any]
) -> None:
    publish = {"id": "p", "action": "publish:git", "input": {"repoUrl": "portal?owner=default&repo=cart"}}
    files = [{"path": "skeleton/README.md", "content": "# ${{ values.name }}"}]
    answer = dry_run(graphql(member), text=text_of(FETCH, publish), values={}, files=files)
    assert answer["problems"] == []
    assert answer["files"] == [{"path": "README.md", "content": "# n", "executable": False}]
    assert answer["effects"][0] == {"verb": "create", "target": "repository default/cart"}
    assert {"message": "Finished step fetch:template", "stepId": "fetch", "status": "completed"} in answer[
        "log"
    ]
    assert Task.objects.count() == 0


def test_a_draft_of_a_known_template_has_the_files_beside_it(
    make_template: Callable[..., Entity], member: Account, graphql: Callable[..., Any]
) -> None:
    make_template(FETCH, name="draft", files={"skeleton/kept.txt": "kept ${{ values.name }}"})
    answer = dry_run(graphql(member), text=text_of(FETCH), values={})
    assert answer["files"] == [{"path": "kept.txt", "content": "kept n", "executable": False}]
    other = text_of(FETCH).replace("name: draft", "name: other")
    refused = dry_run(graphql(member), text=other, values={})
    assert [problem["code"] for problem in refused["problems"]] == ["DRY_RUN_FAILED"]


def test_values_are_checked_before_anything_is_run(
    make_template: Callable[..., Entity], member: Account, outsider: Account, graphql: Callable[..., Any]
) -> None:
    make_template(FETCH, files={"skeleton/a": "a"}, namespace="payments")
    check = """query($p: JSON!) { checkParameters(templateRef: "template:payments/service", parameters: $p) {
      path code } }"""
    client = graphql(member)
    assert client(check, p={"name": "Not Good"})["checkParameters"] == [
        {"path": ["parameters", "name"], "code": "PARAMETER_INVALID"}
    ]
    assert client(check, p={"name": "cart"})["checkParameters"] == []
    assert Task.objects.count() == 0


def test_templates_that_cannot_be_run_are_named_with_the_reason(
    make_template: Callable[..., Entity], member: Account, graphql: Callable[..., Any]
) -> None:
    make_template(FETCH, name="whole", files={"skeleton/a": "a"})
    make_template({"id": "x", "action": "no:such", "input": {}}, name="broken")
    answer = graphql(member)("{ brokenTemplates { ref problems { code } } }")
    assert answer["brokenTemplates"] == [
        {"ref": "template:default/broken", "problems": [{"code": "ACTION_UNKNOWN"}]}
    ]


def test_every_example_of_an_action_is_a_draft_without_mistakes(
    member: Account, graphql: Callable[..., Any]
) -> None:
    client = graphql(member)
    query = "{ actions { id inputSchema outputSchema runsDry examples { template files { path content } } } }"
    actions = client(query)["actions"]
    assert "fetch:template" in [action["id"] for action in actions]
    for action in actions:
        assert action["inputSchema"].get("type", "object") == "object"
        for example in action["examples"]:
            draft = client(DRAFT, text=example["template"], files=example["files"])["draft"]
            assert draft["findings"] == [], action["id"]
