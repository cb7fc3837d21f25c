"""A task in the page: its plan and who agrees, its log, and what one does when it fails."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.browser import Visitor

pytestmark = pytest.mark.system

Visit = Callable[..., Visitor]
ASK = {
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "title": "Name"},
        "file": {"type": "string", "title": "File", "default": "there.txt"},
    },
}
WRITE = {"id": "write", "name": "Write", "action": "fs:write", "input": {"path": "there.txt", "content": "x"}}
PUBLISH = {
    "id": "publish",
    "name": "Publish",
    "action": "publish:git",
    "input": {"repoUrl": "portal?owner=default&repo=${{ parameters.name }}"},
}
READ = {"id": "read", "name": "Read", "action": "fs:read", "input": {"path": "${{ parameters.file }}"}}
SAY = {
    "id": "say",
    "name": "Say",
    "each": ["one", "two"],
    "action": "debug:log",
    "input": {"message": "${{ each.value }} of ${{ steps.publish.output.remoteUrl }}"},
}


def start(visitor: Visitor, template: str, **answers: str) -> Page:
    """Runs a template through its wizard; the page of its task is open then."""
    page = visitor.page
    visitor.open(f"/create/default/{template}")
    for label, answer in answers.items():
        page.get_by_label(label).fill(answer)
    page.get_by_role("button", name="Review", exact=True).click()
    page.get_by_role("button", name="Create", exact=True).click()
    page.wait_for_url(re.compile("/tasks/[0-9a-f-]{36}$"))
    return page


def expect_status(page: Page, words: str) -> None:
    expect(page.get_by_role("status").filter(has_text=words)).to_be_visible()


def test_a_plan_waits_until_somebody_else_has_agreed(add_template: Callable[..., str], visit: Visit) -> None:
    who = {"count": 1, "approvers": ["user:default/ingrid.moe"]}
    add_template("agreed", approval=who, parameters=ASK, steps=[WRITE, PUBLISH, READ, SAY])
    asking, deciding = visit("amina"), visit("ingrid")
    page = start(asking, "agreed", Name="agreed-thing")
    expect_status(page, "Waiting for approval")
    plan = page.get_by_role("region", name="Waiting for approval")
    expect(plan.get_by_role("listitem")).to_contain_text(
        ["create repository default/agreed-thing", "commit to repository default/agreed-thing"]
    )
    expect(plan).to_contain_text("0 of 1 approval")
    expect(plan.get_by_role("button", name="Approve")).to_have_count(0)
    asking.assert_accessible()

    deciding.open("/tasks?scope=approve")
    deciding.page.get_by_role("link", name="Agreed", exact=True).click()
    deciding.page.get_by_label("Comment").fill("Go on")
    deciding.page.get_by_role("button", name="Approve").click()
    expect_status(deciding.page, "Done")
    expect_status(page, "Done")
    expect(page.get_by_role("region", name="What it changed").get_by_text("done")).to_have_count(2)
    expect(page.get_by_label("Approval").get_by_text("Go on")).to_be_visible()
    expect(page.get_by_text("uses Publish")).to_be_visible()
    asking.assert_clean()
    deciding.assert_clean()


def test_the_log_is_searched_narrowed_and_saved(add_template: Callable[..., str], visit: Visit) -> None:
    add_template("logged", parameters=ASK, steps=[WRITE, PUBLISH, READ, SAY])
    visitor = visit("amina")
    page = start(visitor, "logged", Name="logged-thing")
    expect_status(page, "Done")
    log = page.get_by_role("log")
    expect(log).to_contain_text("two of http")
    page.get_by_placeholder("Search the log").fill("TWO of")
    expect(log.locator("time")).to_have_count(1)
    expect(log.locator("mark")).to_have_text("two of")
    page.get_by_placeholder("Search the log").fill("")
    page.get_by_role("button", name="Read", exact=True).click()
    expect(log).not_to_contain_text("two of http")
    page.get_by_role("button", name="Only: Read").click()
    page.get_by_text("Errors", exact=True).click()
    expect(log).to_have_text("No line of the log matches.")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download").click()
    assert "two of http" in saved.value.path().read_text()
    visitor.assert_clean()


def test_a_failed_task_is_retried_and_taken_back(add_template: Callable[..., str], visit: Visit) -> None:
    add_template("failed", parameters=ASK, steps=[WRITE, PUBLISH, READ, SAY])
    visitor = visit("amina")
    page = start(visitor, "failed", Name="failed-thing", File="nowhere.txt")
    expect_status(page, "Failed")
    expect(page.get_by_role("alert")).to_contain_text("nowhere.txt")
    page.get_by_role("button", name="Retry").click()
    page.get_by_role("button", name="Retry with the same values").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("log")).to_contain_text("Retried by")
    expect_status(page, "Failed")
    visitor.assert_accessible()
    page.get_by_role("button", name="Undo").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("listitem")).to_have_text(
        ["commit to repository default/failed-thing", "create repository default/failed-thing"]
    )
    dialog.get_by_role("button", name="Take back 2 changes").click()
    expect_status(page, "Cancelled")
    expect(page.get_by_role("region", name="What it changed").get_by_text("taken back")).to_have_count(2)
    visitor.assert_clean()


def test_a_retry_that_ended_before_the_page_saw_it_run_shows_its_lines(
    add_template: Callable[..., str], visit: Visit
) -> None:
    add_template("quick", parameters=ASK, steps=[READ])
    visitor = visit("amina")
    page = start(visitor, "quick", Name="quick-thing", File="nowhere.txt")
    expect_status(page, "Failed")
    page.get_by_role("button", name="Retry").click()
    page.route("**/graphql", answer_once_it_failed)
    page.get_by_role("button", name="Retry with the same values").click()
    expect(page.get_by_role("log")).to_contain_text("Retried by")
    visitor.assert_clean()


def answer_once_it_failed(route: Route) -> None:
    """The page learns nothing of the task until it has ended again."""
    answer = route.fetch()
    while (
        route.request.post_data_json["operationName"] == "Task"
        and answer.json()["data"]["task"]["status"] != "FAILED"
    ):
        answer = route.fetch()
    route.fulfill(response=answer)


def test_tasks_are_found_by_state_and_template(add_template: Callable[..., str], visit: Visit) -> None:
    add_template("listed", parameters={"properties": {}}, steps=[WRITE])
    visitor = visit("anna")
    visitor.open("/tasks")
    expect(visitor.page.get_by_role("heading", name="No tasks yet")).to_be_visible()
    visitor.assert_accessible()
    page = start(visitor, "listed")
    expect_status(page, "Done")
    visitor.open("/tasks?template=template:default/listed&state=COMPLETED")
    expect(page.get_by_role("listitem").filter(has_text="Listed")).to_have_count(1)
    visitor.open("/tasks?state=FAILED")
    expect(page.get_by_role("heading", name="No task matches")).to_be_visible()
    visitor.assert_clean()
