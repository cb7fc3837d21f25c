"""Actions of GitHub: what they make there, what they never touch, and what a second attempt finds."""

import base64
import json
from typing import Any

import pytest

from portal.accounts.models import Account
from portal.accounts.principal import Principal
from scaffolder.models import EffectRecord
from scaffolder.running.lifecycle import retry_task, undo_task
from tests.scaffolder.conftest import Steps, effects, ended
from tests.scaffolder.github_api import FakeGitHub, step

pytestmark = pytest.mark.django_db(transaction=True)

CANARY = "canary-secret-0123456789"


def test_a_repository_is_made_filled_opened_and_protected(github: FakeGitHub, run_steps: Steps) -> None:
    task = run_steps(
        step(
            "publish:github", github, "cart", description="The cart", topics=["Shop"], access="acme/platform",
            collaborators=[{"user": "user:default/jane", "access": "push"}],
            repoVariables={"REGION": "eu"}, secrets={"TOKEN": "${{ secrets.TOKEN }}"},
            requiredStatusCheckContexts=["test"], gitAuthorName="Ann", gitAuthorEmail="ann@example.org",
        ),
        secrets={"TOKEN": CANARY},
    )  # fmt: skip

    assert task.error == ""
    assert github.calls == [
        "POST /orgs/acme/repos",
        "PATCH /repos/acme/cart",
        "PUT /orgs/acme/teams/platform/repos/acme/cart",
        "PUT /repos/acme/cart/collaborators/jane",
        "PUT /repos/acme/cart/topics",
        "POST /repos/acme/cart/actions/variables",
        "PUT /repos/acme/cart/actions/secrets/TOKEN",
        "PUT /repos/acme/cart/branches/main/protection",
    ]
    made = github.repositories["acme/cart"]
    assert (made["description"], made["private"], made["visibility"]) == ("The cart", True, "private")
    assert github.things["acme/cart/topics"] == {"names": ["shop"]}
    assert github.unsealed("/repos/acme/cart/actions/secrets/TOKEN") == CANARY
    protection = github.things["acme/cart/branches/main/protection"]
    assert protection["required_status_checks"] == {"strict": True, "contexts": ["test"]}
    assert protection["required_pull_request_reviews"]["required_approving_review_count"] == 1
    assert github.git("acme/cart", "ls-tree", "-r", "--name-only", "main").split() == [
        "README.md", "bin/run", "docs/a.md"
    ]  # fmt: skip
    author = github.git("acme/cart", "log", "--format=%an <%ae> %s", "main")
    assert author == "Ann <ann@example.org> initial commit"
    output = json.loads(task.steps.get(step_id="step").output)
    assert output == {
        "remoteUrl": f"{github.url}/acme/cart.git",
        "repoContentsUrl": f"{github.url}/acme/cart/blob/main",
        "commitHash": github.git("acme/cart", "rev-parse", "main"),
    }
    records = "".join(f"{each.result}{each.detail}{each}" for each in EffectRecord.objects.all())
    log = "".join(line.message for line in task.log_lines.all())
    assert CANARY not in records + log + json.dumps(github.bodies)


@pytest.mark.parametrize("lost", ["POST /orgs/acme/repos", "PATCH /repos/acme/cart"])
def test_an_answer_that_was_lost_makes_nothing_twice(
    github: FakeGitHub, run_steps: Steps, member: Account, lost: str
) -> None:
    def break_off(call: str) -> None:
        if call == lost:
            github.after = lambda call: None
            raise ConnectionResetError

    github.after = break_off
    task = run_steps(step("publish:github", github, "cart", protectDefaultBranch=False))
    assert task.status == "failed"
    first = dict(github.repositories["acme/cart"])

    task = ended(retry_task(str(task.uid), actor=Principal(account=member)))

    assert task.error == ""
    assert github.calls.count("POST /orgs/acme/repos") == 1
    assert github.repositories["acme/cart"]["clone_url"] == first["clone_url"]
    assert github.git("acme/cart", "rev-list", "--count", "main") == "1"
    assert github.repositories["acme/cart"]["description"] == ""


@pytest.mark.parametrize("name", ["web", "empty"])
def test_a_repository_that_exists_is_never_touched(github: FakeGitHub, run_steps: Steps, name: str) -> None:
    before = github.git("acme/web", "rev-parse", "main")
    task = run_steps(step("publish:github", github, name))
    assert task.error == f"Step step: The repository acme/{name} exists already. Choose another name."
    assert github.calls == []
    assert github.git("acme/web", "rev-parse", "main") == before


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("evil.example?owner=acme&repo=x", "'evil.example' is not a GitHub that this portal knows"),
        ("github.com@evil.example?owner=acme&repo=x", "is not a GitHub that this portal knows"),
        ("HOST?owner=../..&repo=x", "is not the name of a user or an organisation"),
        ("HOST?owner=acme&repo=../web", "is not the name of a repository"),
        ("HOST?owner=acme&repo=web.git", "is not the name of a repository"),
        ("HOST?owner=acme&repo=a%2Fb", "is not the name of a repository"),
        ("HOST?owner=acme&repo=..", "is not the name of a repository"),
        ("HOST?owner=&repo=x", "is not the name of a user or an organisation"),
        ("github.com?owner=acme&repo=x", "There is no credential for https://github.com/acme"),
        ("nothing", "is not a repository URL"),
    ],
)
def test_no_other_place_is_reached(github: FakeGitHub, run_steps: Steps, url: str, message: str) -> None:
    target = url.replace("HOST", github.host)
    task = run_steps({"id": "step", "action": "publish:github", "input": {"repoUrl": target}})
    assert task.status == "failed"
    assert message in task.error and task.error.startswith("Step step: repoUrl: ")
    assert github.calls == []
    assert github.seen == []


def test_files_that_cannot_be_pushed_are_told_before_the_repository_is_made(
    github: FakeGitHub, run_steps: Steps
) -> None:
    task = run_steps(step("publish:github", github, "cart", sourcePath="nowhere"))
    assert task.error == "Step step: sourcePath: there is no folder 'nowhere' in the workspace."
    assert github.calls == []


def test_a_plan_names_every_change_and_makes_none(github: FakeGitHub, run_steps: Steps) -> None:
    task = run_steps(
        step("publish:github", github, "cart", topics=["shop"], secrets={"TOKEN": "${{ secrets.TOKEN }}"}),
        secrets={"TOKEN": CANARY},
        plan=True,
    )
    assert [f"{each['verb']} {each['target']}" for each in json.loads(task.plan)] == [
        "create repository acme/cart",
        "describe repository acme/cart",
        "set topics of acme/cart",
        "set secret TOKEN of acme/cart",
        "push to branch main of acme/cart",
        "protect branch main of acme/cart",
    ]
    assert github.calls == []
    assert CANARY not in task.plan


def test_undo_removes_what_was_made_and_says_what_stays(
    github: FakeGitHub, run_steps: Steps, member: Account
) -> None:
    task = run_steps(
        {**step("publish:github", github, "cart"), "id": "publish"},
        {**step("github:webhook", github, webhookUrl="https://ci.example.org/"), "id": "hook"},
        {**step("github:issues:create", github, title="Look"), "id": "issue"},
        {"id": "fail", "action": "http:request", "input": {"url": "http://127.0.0.1:1/"}},
    )
    assert task.status == "failed"

    task = ended(undo_task(str(task.uid), actor=Principal(account=member)))

    assert "acme/cart" not in github.repositories
    assert [place for place in github.things if "/hooks" in place] == []
    stays = "create issue 'Look' of acme/web (issue #2 can be closed but not deleted)"
    assert task.error == f"Clean-up needed: {stays}"
    assert github.git("acme/web", "rev-list", "--count", "main") == "1"


def test_what_is_set_up_already_is_found(github: FakeGitHub, run_steps: Steps) -> None:
    github.things["acme/web/hooks/5"] = {"id": 5, "config": {"url": "https://ci.example.org/"}}
    github.things["acme/web/autolinks/6"] = {"id": 6, "key_prefix": "T-"}
    github.things["acme/web/pages"] = {"build_type": "legacy"}
    task = run_steps(
        {**step("github:webhook", github, webhookUrl="https://ci.example.org/"), "id": "a"},
        {**step("github:autolinks:create", github, keyPrefix="T-", urlTemplate="https://t/<num>"), "id": "b"},
        {**step("github:pages:enable", github), "id": "c"},
    )
    assert task.error == ""
    assert github.calls == []
    assert {record.partition(" ")[0] for record in effects(task)} == {"found"}


def test_secrets_of_environments_and_keys_are_sealed(github: FakeGitHub, run_steps: Steps) -> None:
    task = run_steps(
        {**step("github:environment:create", github, name="prod", waitTimer=5, reviewers=["group:shop"],
                customBranchPolicyNames=["release/*"], environmentVariables={"REGION": "eu"},
                secrets={"KEY": "${{ secrets.KEY }}"}), "id": "a"},
        {**step("github:deployKey:create", github, publicKey="ssh-ed25519 AA me@x", deployKeyName="Push tags",
                privateKey="${{ secrets.KEY }}"), "id": "b"},
        secrets={"KEY": CANARY},
    )  # fmt: skip
    assert task.error == ""
    environment = {"wait_timer": 5, "reviewers": [{"type": "Team", "id": 9}]}
    assert github.things["acme/web/environments/prod"] == environment
    assert github.unsealed("/repos/acme/web/environments/prod/secrets/KEY") == CANARY
    assert github.unsealed("/repos/acme/web/actions/secrets/PUSH_TAGS_PRIVATE_KEY") == CANARY
    assert CANARY not in json.dumps(github.bodies)
    assert json.loads(task.steps.get(step_id="b").output) == {"privateKeySecretName": "PUSH_TAGS_PRIVATE_KEY"}


def test_a_workflow_that_fails_fails_the_step_that_waits_for_it(github: FakeGitHub, run_steps: Steps) -> None:
    github.conclusion = "failure"
    workflow = {"workflowId": "deploy.yml", "branchOrTagName": "main", "wait": True}
    task = run_steps(step("github:actions:dispatch", github, **workflow))
    page = f"{github.url}/acme/web/actions/runs/1"
    assert task.error == f"Step step: The workflow ended with failure: {page}"


def test_a_workflow_is_started_once_though_its_answer_is_lost(
    github: FakeGitHub, run_steps: Steps, member: Account
) -> None:
    def break_off(call: str) -> None:
        if call.endswith("/dispatches"):
            github.after = lambda call: None
            raise ConnectionResetError

    github.after = break_off
    workflow = {"workflowId": "deploy.yml", "branchOrTagName": "main", "wait": True}
    task = run_steps(step("github:actions:dispatch", github, **workflow))
    assert task.status == "failed"
    task = ended(retry_task(str(task.uid), actor=Principal(account=member)))
    assert (task.error, len(github.calls)) == ("", 1)


def test_a_limit_of_the_host_is_waited_for(github: FakeGitHub, run_steps: Steps) -> None:
    def limited(call: str) -> Any:
        github.before = lambda call: None
        return 429, {"retry-after": "1"}, b"{}"

    github.before = limited
    task = run_steps(step("github:issues:label", github, number=7, labels=["a"]))
    assert task.error == ""
    assert github.things["acme/web/issues/7/labels/1"]["labels"] == ["a"]
    assert any("asks us to wait 1 s" in line.message for line in task.log_lines.all())


def test_what_is_not_essential_is_skipped_with_a_warning(github: FakeGitHub, run_steps: Steps) -> None:
    def refuse(call: str) -> Any:
        wrong = call in ("PUT /repos/acme/cart/topics", "PUT /repos/acme/cart/branches/main/protection")
        body = json.dumps({"message": "Upgrade to GitHub Pro"}).encode()
        return (403, {"content-type": "application/json"}, body) if wrong else None

    github.before = refuse
    task = run_steps(step("publish:github", github, "cart", topics=["shop"]))
    assert task.error == ""
    warnings = [line.message for line in task.log_lines.filter(level="warning")]
    assert [warning.partition(": GitHub")[0] for warning in warnings] == [
        "Skipping: set topics of acme/cart", "Skipping: protect branch main of acme/cart"
    ]  # fmt: skip
    assert all("Upgrade to GitHub Pro" in warning for warning in warnings)


def test_the_token_of_the_user_is_used_in_place_of_the_portals(
    github: FakeGitHub, run_steps: Steps, settings: Any
) -> None:
    entry = {**github.entry(), "token": "not-good-any-more"}
    settings.CREDENTIALS = json.dumps([entry])
    task = run_steps(
        step("publish:github", github, "cart", token="${{ secrets.TOKEN }}", protectDefaultBranch=False),
        secrets={"TOKEN": base64.b64decode(github.token).decode().partition(":")[2]},
    )
    assert task.error == ""
    assert github.git("acme/cart", "rev-list", "--count", "main") == "1"
