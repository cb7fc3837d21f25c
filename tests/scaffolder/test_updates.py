"""Updates: what the template renders today, merged three ways into what it made, as a proposal."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from catalog.models import Entity, Location
from catalog.services import refresh_location, register_location
from portal.accounts.models import Account, NamespaceGrant
from portal.accounts.principal import SYSTEM, Principal
from portal.integrations.git import Author, GitHost
from scaffolder.commands.template import update as update_command
from scaffolder.models import EffectRecord, Lineage, Task
from scaffolder.running.lifecycle import undo_task
from scaffolder.running.worker import run_pending_tasks
from scaffolder.services import run_template, update_from_template
from tests.scaffolder.conftest import DESCRIPTOR, PUBLISHING
from tests.scaffolder.github_api import FakeGitHub

pytestmark = pytest.mark.django_db(transaction=True)
README = "# ${{ values.name }}\n\nIntroduction\n\nPart one\n\nPart two\n\nThe end\n"
FILES = {
    "skeleton/catalog-info.yaml": DESCRIPTOR,
    "skeleton/README.md": README,
    "skeleton/old.txt": "of no use\n",
    "skeleton/kept.txt": "kept\n",
}
UPDATE = """mutation($input: UpdateFromTemplateInput!) { updateFromTemplate(input: $input) {
    task { id } problems { code message } } }"""
Change = Callable[..., None]


@pytest.fixture
def change_template(tmp_path: Path) -> Change:
    """Write other files into the skeleton (None: remove), and read the template again if it changed."""

    def change(spec: Any = None, **files: str | None) -> None:
        folder = tmp_path / "templates" / "service"
        for name, text in files.items():
            path = folder / "skeleton" / name.replace("_", ".")
            path.unlink() if text is None else path.write_text(text)
        document = yaml.safe_load((folder / "template.yaml").read_text())
        document["metadata"]["description"] = f"{document['metadata'].get('description', '')}."
        document["spec"] |= spec or {}
        (folder / "template.yaml").write_text(yaml.safe_dump(document, sort_keys=False))
        location = Location.objects.get(target__endswith="/service/template.yaml")
        refresh_location(location.uid, actor=SYSTEM)
        assert [str(problem) for problem in location.problems.all()] == []

    return change


@pytest.fixture
def commit(git_host: GitHost, tmp_path: Path) -> Callable[..., str]:
    """Change files of the repository on its default branch, as people do."""

    def commit(**files: str | None) -> str:
        written = {name.replace("_", "."): (text.encode(), False) for name, text in files.items() if text}
        deleted = [name.replace("_", ".") for name, text in files.items() if text is None]
        made = git_host.commit_changes(
            "default", "cart", "people", written=written, deleted=deleted, message="By hand",
            author=Author("Jane", "jane@example.com"),
        )  # fmt: skip
        merge(git_host, "people")
        return made

    return commit


def merge(host: GitHost, branch: str) -> None:
    """As a fast forward, and the branch is gone."""
    git = ["git", "--git-dir", str(host.get_repository("default", "cart").path)]
    subprocess.run([*git, "update-ref", "refs/heads/main", f"refs/heads/{branch}"], check=True)
    subprocess.run([*git, "update-ref", "-d", f"refs/heads/{branch}"], check=True)


@pytest.fixture
def made(make_template: Callable[..., Entity], run: Callable[..., Task]) -> Task:
    """`component:default/cart` and its repository."""
    make_template(*PUBLISHING, files=FILES)
    task = run(name="cart")
    assert task.error == ""
    return task


@pytest.fixture
def update(member: Account) -> Callable[..., dict[str, Any]]:
    """Update the component to the end; the step's output."""

    def update(**more: Any) -> dict[str, Any]:
        task = update_from_template("component:default/cart", actor=Principal(account=member), **more)
        run_pending_tasks()
        task.refresh_from_db()
        assert task.error == ""
        return {**json.loads(task.steps.get().output), "task": task}

    return update


def test_what_both_have_changed_is_in_the_proposal_and_the_default_branch_is_as_it_was(
    made: Task, change_template: Change, commit: Change, update: Callable[..., Any], git_host: GitHost
) -> None:
    commit(README_md="# cart\n\nOur introduction\n\nPart one\n\nPart two\n\nThe end\n", own_txt="ours\n")
    before = git_host.head("default", "cart")
    change_template(README_md=README.replace("The end", "The very end"), old_txt=None, new_txt="new\n")

    done = update()

    assert (done["changed"], done["deleted"]) == (["README.md", "new.txt"], ["old.txt"])
    assert (done["conflicts"], git_host.head("default", "cart")) == ([], before)
    branch = done["branch"]
    assert git_host.list_files("default", "cart", revision=branch) == [
        "README.md", "catalog-info.yaml", "kept.txt", "new.txt", "own.txt"
    ]  # fmt: skip
    text = git_host.read_file("default", "cart", "README.md", revision=branch).decode()
    assert "Our introduction" in text and "The very end" in text

    again = update()
    assert again["commitHash"] == done["commitHash"], "the same proposal is made once"

    merge(git_host, branch)
    last = update()
    assert (last["changed"], last["deleted"], last["conflicts"]) == ([], [], [])
    assert "branch" not in last and not EffectRecord.objects.filter(task=last["task"]).exists()
    assert "There is nothing to change." in [line.message for line in last["task"].log_lines.all()]


def test_a_conflict_is_told_and_is_none_any_more_when_people_have_settled_it(
    made: Task, change_template: Change, commit: Change, update: Callable[..., Any], git_host: GitHost
) -> None:
    commit(README_md="# cart\n\nOurs\n\nPart one\n\nPart two\n\nThe end\n", kept_txt=None)
    change_template(README_md=README.replace("Introduction", "Theirs"), kept_txt="changed\n")

    done = update()

    assert [one["path"] for one in done["conflicts"]] == ["README.md", "kept.txt"]
    assert "deleted here" in done["conflicts"][1]["reason"]
    text = git_host.read_file("default", "cart", "README.md", revision=done["branch"]).decode()
    assert "<<<<<<< here\nOurs\n=======\nTheirs\n>>>>>>> the template now" in text
    assert "kept.txt" not in git_host.list_files("default", "cart", revision=done["branch"])

    merge(git_host, done["branch"])
    commit(README_md="# cart\n\nOurs and theirs\n\nPart one\n\nPart two\n\nThe end\n")
    last = update()
    assert (last["changed"], last["conflicts"]) == ([], [])
    assert Lineage.objects.get().template_version.hash == last["task"].template_hash

    change_template(README_md=README.replace("Introduction", "Theirs").replace("Part two", "Part 2"))
    assert update()["conflicts"] == [], "the next one is merged against what was rendered last"


def test_new_questions_are_answered_and_old_answers_are_kept(
    made: Task, change_template: Change, update: Callable[..., Any], git_host: GitHost, member: Account,
    graphql: Callable[..., Any],
) -> None:  # fmt: skip
    steps = json.loads(json.dumps(PUBLISHING))
    steps[0]["input"]["values"] |= {"zone": "${{ parameters.zone }}"}
    properties = {"name": {"type": "string"}, "zone": {"type": "string"}}
    parameters = {"required": ["name", "zone"], "properties": properties}
    change_template({"steps": steps, "parameters": parameters}, kept_txt="in ${{ values.zone }}\n")
    ask = graphql(member)
    current = """{ lineage(entityRef: "component:default/cart") { isCurrent } }"""
    assert ask(current)["lineage"] == {"isCurrent": False}

    refused = ask(UPDATE, input={"entityRef": "component:default/cart"})["updateFromTemplate"]
    assert refused["task"] is None and "zone" in refused["problems"][0]["message"]

    done = update(parameters={"zone": "north"})
    assert git_host.read_file("default", "cart", "kept.txt", revision=done["branch"]) == b"in north\n"
    merge(git_host, done["branch"])
    update(parameters={"zone": "north"})
    assert ask(current)["lineage"] == {"isCurrent": True}
    assert json.loads(Lineage.objects.get().answers)["zone"] == "north"


def test_an_update_is_planned_and_taken_back(
    made: Task, make_template: Callable[..., Entity], change_template: Change, member: Account,
    git_host: GitHost,
) -> None:  # fmt: skip
    change_template(kept_txt="changed\n")
    actor = Principal(account=member)
    task = update_from_template("component:default/cart", actor=actor, plan_first=True)
    run_pending_tasks()
    task.refresh_from_db()
    [effect] = json.loads(task.plan)
    branch = effect["detail"]["branch"]
    assert (effect["verb"], effect["detail"]["changed"]) == ("propose", ["kept.txt"])
    assert git_host.find_revision("default", "cart", branch) is None

    step = {"id": "update", "action": "template:update", "input": {"entityRef": "component:default/cart"}}
    fail = {"id": "fail", "action": "fetch:plain", "input": {"url": "./nowhere"}}
    make_template(step, fail, name="later", parameters={"properties": {}})
    failed = run_template("template:default/later", {}, actor=actor)
    run_pending_tasks()
    assert git_host.find_revision("default", "cart", branch)
    undo_task(failed.uid, actor=actor)
    run_pending_tasks()
    assert git_host.find_revision("default", "cart", branch) is None


def test_the_command_proposes_it_too(
    made: Task, change_template: Change, member: Account, git_host: GitHost
) -> None:
    change_template(kept_txt="changed\n")
    arguments = ["component:default/cart", "--as", member.username]
    assert CliRunner().invoke(update_command, arguments).exit_code == 0
    run_pending_tasks()
    branch = json.loads(Task.objects.latest("id").steps.get().output)["branch"]
    assert git_host.read_file("default", "cart", "kept.txt", revision=branch) == b"changed\n"


def test_what_only_a_whole_run_can_tell_stays_as_it_is(
    make_template: Callable[..., Entity], run: Callable[..., Task], change_template: Change,
    update: Callable[..., Any],
) -> None:  # fmt: skip
    steps = json.loads(json.dumps(PUBLISHING))
    make = {"id": "first", "action": "publish:git",
            "input": {"repoUrl": "portal?owner=default&repo=${{ parameters.name }}-infra"}}  # fmt: skip
    steps[0]["input"]["values"] |= {"commit": "${{ steps.first.output.commitHash }}"}
    note = {"id": "note", "action": "fs:write", "input": {"path": "a", "content": "b"}}
    make_template(note, make, *steps, files={**FILES, "skeleton/kept.txt": "at ${{ values.commit }}\n"})
    assert run(name="cart").error == ""
    change_template(new_txt="new\n")
    done = update()
    assert (done["changed"], done["unknown"]) == (["new.txt"], ["kept.txt"])


def test_nobody_updates_what_they_may_not_change(
    made: Task, change_template: Change, outsider: Account, git_host: GitHost
) -> None:
    change_template(kept_txt="changed\n")
    NamespaceGrant.objects.create(
        namespace="default", subject=outsider.user_ref or "user:default/x", role="reader"
    )
    task = update_from_template("component:default/cart", actor=Principal(account=outsider))
    run_pending_tasks()
    task.refresh_from_db()
    assert "may not change what is in default" in task.error
    assert Lineage.objects.get().proposal == ""
    path = git_host.get_repository("default", "cart").path
    assert [ref.name for ref in (path / "refs" / "heads").iterdir()] == ["main"]


def test_on_github_the_update_is_a_pull_request(
    github: FakeGitHub, make_template: Callable[..., Entity], change_template: Change, member: Account,
    update: Callable[..., Any],
) -> None:  # fmt: skip
    where = {"repoUrl": f"{github.host}?owner=acme&repo=cart", "protectDefaultBranch": False}
    publish = {"id": "publish", "action": "publish:github", "input": where}
    make_template(PUBLISHING[0], publish, files=FILES)
    actor = Principal(account=member)
    first = run_template("template:default/service", {"name": "cart"}, actor=actor)
    run_pending_tasks()
    first.refresh_from_db()
    assert first.error == ""
    register_location(f"git:{github.url}/acme/cart", actor=SYSTEM)
    change_template(kept_txt="changed\n", old_txt=None)

    done = update()

    number = done["pullRequestNumber"]
    pull = github.things[f"acme/cart/pulls/{number}"]
    assert (pull["head"]["ref"], pull["base"]["ref"]) == (done["branch"], "main")
    assert "Deleted: old.txt" in pull["body"]
    assert github.git("acme/cart", "show", f"{done['branch']}:kept.txt") == "changed"
    assert github.git("acme/cart", "show", "main:kept.txt") == "kept"

    github.git("acme/cart", "update-ref", "refs/heads/main", f"refs/heads/{done['branch']}")
    pull["merged"] = True
    last = update()
    assert (last["changed"], last["deleted"]) == ([], [])
    assert Lineage.objects.get().template_version.hash == last["task"].template_hash
