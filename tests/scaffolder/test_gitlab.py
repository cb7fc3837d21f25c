"""publish:gitlab: what it makes there, what it never touches, and what a second attempt finds."""

import json
from typing import Any

import pytest

from catalog.models import Entity
from portal.accounts.models import Account
from portal.accounts.principal import Principal
from scaffolder.models import EffectRecord
from scaffolder.running.lifecycle import retry_task, undo_task
from tests.scaffolder.conftest import Steps, ended
from tests.scaffolder.gitlab_api import TOKEN, FakeGitLab, output_of, step

pytestmark = pytest.mark.django_db(transaction=True)
CANARY = "canary-secret-0123456789"


def test_a_project_is_made_filled_and_opened(gitlab: FakeGitLab, run_steps: Steps) -> None:
    task = run_steps(
        step(
            "publish:gitlab", gitlab, "cart", defaultBranch="main", repoVisibility="internal",
            settings={"description": "The cart", "topics": ["shop"], "squash_option": "always"},
            ownerUsername="jane", gitAuthorName="Ann", gitAuthorEmail="ann@example.org",
            branches=[{"name": "develop", "create": True, "protect": True}],
            projectVariables=[{"key": "TOKEN", "value": "${{ secrets.TOKEN }}", "masked": True}],
        ),
        secrets={"TOKEN": CANARY},
    )  # fmt: skip

    assert task.error == ""
    assert gitlab.calls == [
        "POST /projects",
        "PUT /projects/acme/cart",
        "POST /projects/acme/cart/members",
        "POST /projects/acme/cart/repository/branches",
        "POST /projects/acme/cart/protected_branches",
        "POST /projects/acme/cart/variables",
    ]
    made = gitlab.projects["acme/cart"]
    told = {name: made[name] for name in ("name", "visibility", "topics", "squash_option", "description")}
    assert told == {
        "name": "cart", "visibility": "internal", "topics": ["shop"], "squash_option": "always",
        "description": "The cart",
    }  # fmt: skip
    assert gitlab.bodies["POST /projects/acme/cart/members"] == {"user_id": 5, "access_level": 50}
    assert gitlab.lists["acme/cart/variables"][0]["value"] == CANARY
    files = gitlab.git("acme/cart", "ls-tree", "-r", "--name-only", "develop").split()
    assert files == ["README.md", "bin/run", "docs/a.md"]
    author = gitlab.git("acme/cart", "log", "--format=%an <%ae> %s", "main")
    assert author == "Ann <ann@example.org> initial commit"
    assert output_of(task) == {
        "remoteUrl": f"{gitlab.url}/acme/cart",
        "repoContentsUrl": f"{gitlab.url}/acme/cart/-/blob/main",
        "projectId": made["id"],
        "commitHash": gitlab.git("acme/cart", "rev-parse", "main"),
        "created": True,
    }
    records = "".join(f"{each.result}{each.detail}{each}" for each in EffectRecord.objects.all())
    assert CANARY not in records + "".join(line.message for line in task.log_lines.all())


@pytest.mark.parametrize("lost", ["POST /projects", "PUT /projects/acme/cart"])
def test_an_answer_that_was_lost_makes_nothing_twice(
    gitlab: FakeGitLab, run_steps: Steps, member: Account, lost: str
) -> None:
    def break_off(call: str) -> None:
        if call == lost:
            gitlab.after = lambda call: None
            raise ConnectionResetError

    gitlab.after = break_off
    task = run_steps(step("publish:gitlab", gitlab, "cart"))
    assert task.status == "failed"
    first = gitlab.projects["acme/cart"]["id"]

    task = ended(retry_task(str(task.uid), actor=Principal(account=member)))

    assert task.error == ""
    assert gitlab.calls.count("POST /projects") == 1
    assert (gitlab.projects["acme/cart"]["id"], gitlab.projects["acme/cart"]["description"]) == (first, "")
    assert gitlab.git("acme/cart", "rev-list", "--count", "master") == "1"


def test_a_project_that_exists_is_never_taken_over(gitlab: FakeGitLab, run_steps: Steps) -> None:
    before = dict(gitlab.projects["acme/web"])
    task = run_steps(step("publish:gitlab", gitlab, settings={"description": "Mine"}))
    assert task.error == "Step step: The project acme/web exists already. Choose another name."
    assert (gitlab.calls, gitlab.projects["acme/web"]) == ([], before)
    assert gitlab.git("acme/web", "rev-list", "--all", "--count") == "1"


def test_a_project_that_exists_is_passed_over_where_the_step_says_so(
    gitlab: FakeGitLab, run_steps: Steps
) -> None:
    task = run_steps(step("publish:gitlab", gitlab, skipExisting=True))
    assert (task.error, gitlab.calls) == ("", [])
    assert output_of(task) == {
        "remoteUrl": f"{gitlab.url}/acme/web",
        "repoContentsUrl": f"{gitlab.url}/acme/web/-/blob/main",
        "projectId": gitlab.projects["acme/web"]["id"],
        "created": False,
    }


@pytest.mark.parametrize(
    ("input", "error"),
    [
        ({"repoUrl": "evil.example?owner=acme&repo=x"}, "repoUrl: 'evil.example' is not a GitLab"),
        ({"repoUrl": "{host}?owner=acme/../root&repo=x"}, "repoUrl: 'acme/../root/x' is not the path"),
        ({"repoUrl": "{host}?owner=nobody&repo=x"}, "There is no group or user nobody on"),
        ({"repoUrl": "{host}?owner=acme&repo=x", "signCommit": True}, "signCommit: "),
        ({"repoUrl": "{host}?owner=acme&repo=x", "token": "wrong"}, "GitLab does not let us see acme/x"),
    ],
)
def test_nothing_is_made_elsewhere_or_as_nobody(
    gitlab: FakeGitLab, run_steps: Steps, input: dict[str, Any], error: str
) -> None:
    given = {**input, "repoUrl": input["repoUrl"].replace("{host}", gitlab.host)}
    task = run_steps({"id": "step", "action": "publish:gitlab", "input": given})
    assert task.error.startswith(f"Step step: {error}")
    assert (gitlab.calls, list(gitlab.projects)) == ([], ["acme/web"])


def test_the_plan_names_every_effect_and_makes_none(gitlab: FakeGitLab, run_steps: Steps) -> None:
    task = run_steps(
        step("publish:gitlab", gitlab, "cart", branches=[{"name": "develop", "create": True}]), plan=True
    )
    assert task.status == "waiting"
    planned = [f"{effect['verb']} {effect['target']}" for effect in json.loads(task.plan)]
    assert planned == [
        "create project acme/cart",
        "describe project acme/cart",
        "push to branch master of acme/cart",
        "create branch develop of acme/cart",
    ]
    assert gitlab.calls == []


def test_undo_removes_the_project_that_was_made_and_no_other_of_its_name(
    gitlab: FakeGitLab, run_steps: Steps, member: Account
) -> None:
    fail = {"id": "fail", "action": "http:request", "input": {"url": "http://127.0.0.1:1/"}}
    task = run_steps({**step("publish:gitlab", gitlab, "cart"), "id": "publish"}, fail)
    made = gitlab.projects.pop("acme/cart")
    gitlab.projects["acme/moved"] = made
    gitlab.projects["acme/cart"] = {**made, "id": 999}

    task = ended(undo_task(str(task.uid), actor=Principal(account=member)))

    assert (task.error, sorted(gitlab.projects)) == ("", ["acme/cart", "acme/web"])


def test_the_token_of_the_user_is_used_in_place_of_the_portals(
    gitlab: FakeGitLab, run_steps: Steps, settings: Any
) -> None:
    settings.CREDENTIALS = json.dumps([{**gitlab.entry(), "token": "not-good-any-more"}])
    task = run_steps(
        step("publish:gitlab", gitlab, "cart", token="${{ secrets.TOKEN }}"), secrets={"TOKEN": TOKEN}
    )
    assert task.error == ""
    assert gitlab.git("acme/cart", "rev-list", "--count", "master") == "1"


def test_an_answer_that_leads_to_another_host_gets_no_credential(
    gitlab: FakeGitLab, run_steps: Steps
) -> None:
    elsewhere = {"location": "http://127.0.0.1:9/api/v4/projects"}
    gitlab.before = lambda call: (302, elsewhere, b"") if call == "POST /projects" else None
    task = run_steps(step("publish:gitlab", gitlab, "cart"))
    assert task.status == "failed"
    assert "which is not below" in task.error


def test_what_was_published_is_registered_by_the_page_of_its_descriptor(
    gitlab: FakeGitLab, make_template: Any, run: Any
) -> None:
    descriptor = (
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: cart}\n"
        "spec: {type: service, lifecycle: production, owner: team-a}\n"
    )
    registered = {
        "repoContentsUrl": "${{ steps.step.output.repoContentsUrl }}",
        "catalogInfoPath": "/.backstage/catalog-info.yaml",
    }
    make_template(
        {"id": "fetch", "action": "fetch:plain", "input": {"url": "./skeleton"}},
        step("publish:gitlab", gitlab, "cart", defaultBranch="main"),
        {"id": "register", "action": "catalog:register", "input": registered},
        files={"skeleton/.backstage/catalog-info.yaml": descriptor},
        parameters={"properties": {}},
    )
    task = run()
    assert task.error == ""
    page = f"{gitlab.url}/acme/cart/-/blob/main/.backstage/catalog-info.yaml"
    assert json.loads(task.steps.get(step_id="register").output) == {
        "catalogInfoUrl": page, "entityRef": "component:default/cart"
    }  # fmt: skip
    assert Entity.objects.get(ref="component:default/cart").location.target == page  # type: ignore[union-attr]
