"""Changes to projects of GitLab: commits, merge requests, pipelines, issues, groups, each once."""

import json

import pytest

from portal.accounts.models import Account
from portal.accounts.principal import Principal
from scaffolder.running.lifecycle import retry_task, undo_task
from tests.scaffolder.conftest import Steps, ended
from tests.scaffolder.gitlab_api import FakeGitLab, output_of, step

pytestmark = pytest.mark.django_db(transaction=True)
CANARY = "canary-secret-0123456789"
MERGE = {"branchName": "add/docs", "title": "Add docs", "description": "By a template"}


def test_a_merge_request_adds_and_changes_files_and_passes_over_what_is_the_same(
    gitlab: FakeGitLab, run_steps: Steps, member: Account
) -> None:
    gitlab.make_project("acme/old", {"README.md": "# Old\n", "docs/a.md": "a\n", "stays.md": "y"})
    people = {"assignee": "jane", "reviewers": ["ann", "nobody"], "labels": ["docs", "bot"]}
    task = run_steps(
        step("publish:gitlab:merge-request", gitlab, "old", removeSourceBranch=True, **MERGE, **people),
        {"id": "fail", "action": "http:request", "input": {"url": "http://127.0.0.1:1/"}},
    )
    sent = [
        each["file_path"] for each in gitlab.bodies["POST /projects/acme/old/repository/commits"]["actions"]
    ]
    assert sent == ["README.md", "bin/run"]
    files = gitlab.git("acme/old", "ls-tree", "-r", "--name-only", "add/docs").split()
    assert files == ["README.md", "bin/run", "docs/a.md", "stays.md"]
    assert gitlab.git("acme/old", "show", "add/docs:README.md") == "# Cart"
    assert gitlab.bodies["POST /projects/acme/old/merge_requests"] == {
        "title": "Add docs", "description": "By a template", "remove_source_branch": True,
        "labels": "docs,bot", "source_branch": "add/docs", "target_branch": "main",
        "assignee_id": 5, "reviewer_ids": [6],
    }  # fmt: skip
    assert output_of(task) == {
        "projectid": "acme/old", "projectPath": "acme/old", "targetBranchName": "main",
        "mergeRequestUrl": f"{gitlab.url}/acme/old/merge_requests/1",
    }  # fmt: skip

    ended(undo_task(str(task.uid), actor=Principal(account=member)))
    assert gitlab.lists["acme/old/merge_requests"][0]["state"] == "closed"
    assert gitlab.git("acme/old", "branch", "--format=%(refname:short)").split() == ["main"]


@pytest.mark.parametrize("lost", ["repository/commits", "merge_requests"])
def test_a_merge_request_is_opened_once_though_an_answer_is_lost(
    gitlab: FakeGitLab, run_steps: Steps, member: Account, lost: str
) -> None:
    def break_off(call: str) -> None:
        if call == f"POST /projects/acme/web/{lost}":
            gitlab.after = lambda call: None
            raise ConnectionResetError

    gitlab.after = break_off
    task = run_steps(step("publish:gitlab:merge-request", gitlab, **MERGE))
    task = ended(retry_task(str(task.uid), actor=Principal(account=member)))
    assert task.error == ""
    assert sorted(gitlab.calls) == [
        "POST /projects/acme/web/merge_requests", "POST /projects/acme/web/repository/commits"
    ]  # fmt: skip


def test_a_branch_of_somebody_else_is_not_pushed_to(gitlab: FakeGitLab, run_steps: Steps) -> None:
    gitlab.git("acme/web", "branch", "add/docs", "main")
    task = run_steps(step("publish:gitlab:merge-request", gitlab, **MERGE))
    assert task.error == "Step step: acme/web has a branch add/docs already. Choose another name."
    assert gitlab.calls == []


TRIGGER = {"projectId": "acme/web", "tokenDescription": "By a template", "branch": "main", "wait": True}


def test_a_pipeline_is_started_once_and_its_token_is_gone(
    gitlab: FakeGitLab, run_steps: Steps, member: Account
) -> None:
    def break_off(call: str) -> None:
        if call.endswith("/trigger/pipeline"):
            gitlab.after = lambda call: None
            raise ConnectionResetError

    gitlab.after = break_off
    given = {**TRIGGER, "variables": {"KEY": "${{ secrets.KEY }}"}}
    task = run_steps(step("gitlab:pipeline:trigger", gitlab, **given), secrets={"KEY": CANARY})
    task = ended(retry_task(str(task.uid), actor=Principal(account=member), secrets={"KEY": CANARY}))
    assert task.error == ""
    [pipeline] = gitlab.lists["acme/web/pipelines"]
    variables = gitlab.lists[f"acme/web/pipelines/{pipeline['id']}/variables"]
    assert variables[0] == {"key": "KEY", "value": CANARY}
    assert gitlab.lists["acme/web/triggers"] == []
    assert output_of(task) == {
        "pipelineId": pipeline["id"], "pipelineUrl": pipeline["web_url"], "status": "success"
    }  # fmt: skip


def test_a_pipeline_that_fails_fails_the_step_that_waits_for_it(gitlab: FakeGitLab, run_steps: Steps) -> None:
    gitlab.status_of_pipelines = "failed"
    task = run_steps(step("gitlab:pipeline:trigger", gitlab, **TRIGGER))
    assert task.error == f"Step step: The pipeline ended with failed: {gitlab.url}/acme/web/pipelines/1"


def test_an_id_of_another_project_is_refused(gitlab: FakeGitLab, run_steps: Steps) -> None:
    other = gitlab.make_project("acme/other")["id"]
    task = run_steps(step("gitlab:pipeline:trigger", gitlab, **{**TRIGGER, "projectId": other}))
    assert task.error == f"Step step: projectId: {other} is not the id of acme/web, which repoUrl names."
    assert gitlab.calls == []


def test_commits_groups_issues_and_variables(gitlab: FakeGitLab, run_steps: Steps) -> None:
    task = run_steps(
        step("gitlab:repo:push", gitlab, branchName="main", commitMessage="Add", commitAction="auto"),
        {**step("gitlab:group:ensureExists", gitlab, path=["acme", "shop/eu"]), "id": "group"},
        {**step("gitlab:issues:create", gitlab, title="Look", dueDate="2027-01-02T00:00:00Z"), "id": "issue"},
        {**step("gitlab:projectVariable:create", gitlab, projectId="acme/web", key="A", value="1",
                variableType="env_var", environmentScope="test"), "id": "variable"},
    )  # fmt: skip
    assert task.error == ""
    assert gitlab.git("acme/web", "show", "main:README.md") == "# Cart"
    assert output_of(task)["commitHash"] == gitlab.git("acme/web", "rev-parse", "main")
    assert json.loads(task.steps.get(step_id="group").output) == {"groupId": gitlab.groups["acme/shop/eu"]}
    assert gitlab.lists["acme/web/issues"][0]["due_date"] == "2027-01-02"
    assert json.loads(task.steps.get(step_id="issue").output)["issueIid"] == 1
    assert gitlab.lists["acme/web/variables"][0]["environment_scope"] == "test"
