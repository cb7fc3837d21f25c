"""publish:github:pull-request against a small GitHub: branches of somebody else's repository."""

import json
import subprocess
from collections.abc import Callable

import pytest

from catalog.models import Entity
from portal.accounts.models import Account
from portal.accounts.principal import Principal
from scaffolder.running.lifecycle import undo_task
from scaffolder.services import run_template
from tests.scaffolder.conftest import FETCH, WORKSPACE, Steps, ended
from tests.scaffolder.github_api import FakeGitHub, step

pytestmark = pytest.mark.django_db(transaction=True)

PULL = {"branchName": "add/docs", "title": "Add docs", "description": "By a template"}


def test_a_pull_request_adds_changes_and_deletes_files(github: FakeGitHub, run_steps: Steps) -> None:
    github.make_repository("acme/old", {"README.md": "# Old\n", "gone.md": "x", "stays.md": "y"})
    asked = {"reviewers": ["jane"], "teamReviewers": ["shop", "shop"], "assignees": ["ann"]}
    task = run_steps(
        step("publish:github:pull-request", github, "old", filesToDelete=["gone.md"], **PULL, **asked)
    )
    assert task.error == ""
    files = github.git("acme/old", "ls-tree", "-r", "--name-only", "add/docs").split()
    assert files == ["README.md", "bin/run", "docs/a.md", "stays.md"]
    assert github.git("acme/old", "show", "add/docs:README.md") == "# Cart"
    shown = ["git", "-C", str(github.root / "acme/old.git"), "show", "add/docs:bin/run"]
    assert subprocess.run(shown, capture_output=True, check=True).stdout == b"\x7fELF\xff\x00"
    assert github.git("acme/old", "ls-tree", "--name-only", "main").split() == [
        "README.md",
        "gone.md",
        "stays.md",
    ]
    output = json.loads(task.steps.get(step_id="step").output)
    assert output == {
        "targetBranchName": "main",
        "remoteUrl": f"{github.url}/acme/old/pulls/1",
        "pullRequestNumber": 1,
    }
    assert github.bodies["POST /repos/acme/old/pulls"] == {
        "title": "Add docs", "body": "By a template", "head": "add/docs", "base": "main", "draft": False
    }  # fmt: skip
    assert github.bodies["POST /repos/acme/old/pulls/1/requested_reviewers"] == {
        "reviewers": ["jane"], "team_reviewers": ["shop"]
    }  # fmt: skip
    assert github.bodies["POST /repos/acme/old/issues/1/assignees"] == {"assignees": ["ann"]}


def test_a_branch_that_is_there_is_left_alone_unless_the_step_updates_it(
    github: FakeGitHub, run_steps: Steps, make_template: Callable[..., Entity]
) -> None:
    first = github.git("acme/web", "rev-parse", "main")
    github.git("acme/web", "update-ref", "refs/heads/add/docs", first)
    task = run_steps(step("publish:github:pull-request", github, **PULL))
    assert task.error == (
        "Step step: acme/web has a branch add/docs already. Choose another name, or set update."
    )
    assert github.calls == []
    make_template(FETCH, step("publish:github:pull-request", github, update=True, **PULL),
                  files=WORKSPACE, parameters={"properties": {}}, name="updating")  # fmt: skip
    task = ended(run_template("template:default/updating", {}, actor=Principal(account=task.account)))
    assert task.error == ""
    assert github.git("acme/web", "rev-parse", "add/docs~1") == first


def test_no_pull_request_is_opened_where_no_file_changes(github: FakeGitHub, run_steps: Steps) -> None:
    github.make_repository("acme/same", {"a.md": "a\n"})
    pull = {**PULL, "sourcePath": "docs", "createWhenEmpty": False}
    task = run_steps(step("publish:github:pull-request", github, "same", **pull))
    assert task.error == ""
    assert [call for call in github.calls if not call.endswith("/git/trees")] == []


def test_undoing_a_pull_request_takes_its_branch_away(
    github: FakeGitHub, run_steps: Steps, member: Account
) -> None:
    task = run_steps(step("publish:github:pull-request", github, **PULL),
                     {"id": "fail", "action": "fs:read", "input": {"path": "nowhere"}})  # fmt: skip
    assert github.git("acme/web", "branch", "--list").split() == ["add/docs", "*", "main"]
    task = ended(undo_task(str(task.uid), actor=Principal(account=member)))
    assert task.status == "cancelled"
    assert github.git("acme/web", "branch", "--list").split() == ["*", "main"]
