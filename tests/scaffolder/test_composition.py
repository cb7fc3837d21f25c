"""Templates made of others: what the whole asks, does and shows, and what does not fit together."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.models import Location
from catalog.services import refresh_location, register_location
from portal.accounts.models import Account
from portal.accounts.principal import SYSTEM, Principal
from portal.integrations.git import GitHost
from scaffolder.commands.template import lint, preview
from scaffolder.models import TemplateVersion
from scaffolder.running.worker import run_pending_tasks
from scaffolder.services import get_template, run_template

pytestmark = pytest.mark.django_db(transaction=True)

NAME = {"name": {"type": "string", "pattern": "^[a-z-]+$"}}
BASE: dict[str, Any] = {
    "type": "service",
    "parameters": [{"title": "What is it?", "required": ["name"], "properties": NAME}],
    "steps": [
        {"id": "files", "action": "fetch:template",
         "input": {"url": "./skeleton", "values": {"name": "${{ parameters.name }}"}}},
        {"id": "publish", "action": "publish:git",
         "input": {"repoUrl": "portal?owner=default&repo=${{ parameters.name }}"}},
    ],
    "output": {"links": [{"title": "Repository", "url": "${{ steps.publish.output.remoteUrl }}"}]},
}  # fmt: skip
CI: dict[str, Any] = {
    "type": "fragment",
    "parameters": {
        "required": ["service", "runner"],
        "properties": {"service": {"type": "string"}, "runner": {"type": "string", "default": "linux"}},
    },
    "steps": [
        {"id": "write", "action": "fs:write",
         "input": {"path": "ci-${{ parameters.service }}.txt", "content": "on ${{ parameters.runner }}"}},
        {"id": "again", "action": "fs:read", "input": {"path": "${{ steps.write.output.path }}"}},
    ],
}  # fmt: skip
USE_CI = {"uses": "ci", "with": {"service": "${{ parameters.name }}"}, "before": "publish"}
EXTENDING = {"type": "service", "extends": "base"}
OUTPUT_OF_WRITE = {"id": "write", "action": "fs:write", "input": {"path": "x", "content": "y"}}


@pytest.fixture
def register(db: None, tmp_path: Path) -> Callable[..., Path]:
    """Write templates, each with its folder, and register them all."""

    def write(**specs: dict[str, Any]) -> Path:
        root = tmp_path / "templates"
        for name, spec in specs.items():
            (root / name).mkdir(parents=True, exist_ok=True)
            document = {
                "apiVersion": "scaffolder.backstage.io/v1beta3",
                "kind": "Template",
                "metadata": {"name": name, "title": f"The {name}"},
                "spec": spec,
            }
            text = yaml.safe_dump(document, sort_keys=False)
            (root / name / "template.yaml").write_text(text)
            target = f"file:{root}/{name}/template.yaml"
            location = Location.objects.filter(target=target.removeprefix("file:")).first()
            if location is None:
                location = register_location(target, actor=SYSTEM, trusted=True)
            else:
                refresh_location(location.uid, actor=SYSTEM)
            assert [str(problem) for problem in location.problems.all()] == []
        return root

    (tmp_path / "templates" / "base" / "skeleton").mkdir(parents=True)
    (tmp_path / "templates" / "base" / "skeleton" / "README.md").write_text("# ${{ values.name }}\n")
    return write


def run(member: Account, ref: str = "template:default/child", **values: Any) -> Any:
    task = run_template(ref, values, actor=Principal(account=member))
    run_pending_tasks()
    task.refresh_from_db()
    return task


def test_a_template_extends_a_base_and_uses_a_fragment(
    register: Callable[..., Path], member: Account, git_host: GitHost, client: Client
) -> None:
    child = {
        "type": "service",
        "extends": "base",
        "parameters": [
            {"title": "What is it?", "required": ["port"], "properties": {"port": {"type": "integer"}}}
        ],
        "steps": [
            {**USE_CI, "if": "${{ parameters.port > 1 }}"},
            {"id": "note", "action": "fs:write", "before": "publish",
             "input": {"path": "port", "content": "port ${{ parameters.port }}"}},
        ],
        "output": {"text": [{"title": "Port", "content": "${{ parameters.port }}"}]},
    }  # fmt: skip
    register(base=BASE, ci=CI, child=child)

    path = "/api/scaffolder/v2/templates/default/template/child/parameter-schema"
    client.force_login(member)
    pages = client.get(path).json()["steps"]
    assert [(page["title"], list(page["schema"]["properties"])) for page in pages] == [
        ("What is it?", ["name", "port"]), ("Please enter the following information", ["runner"])
    ]  # fmt: skip
    assert pages[0]["schema"]["required"] == ["name", "port"]
    assert pages[1]["schema"]["required"] == ["runner"]

    task = run(member, name="cart", port=80, runner="arm")

    assert task.error == ""
    assert [step.step_id for step in task.steps.order_by("position")] == [
        "files", "write", "again", "note", "publish"
    ]  # fmt: skip
    assert git_host.list_files("default", "cart") == ["README.md", "ci-cart.txt", "port"]
    assert git_host.read_file("default", "cart", "ci-cart.txt") == b"on arm"
    assert json.loads(task.output)["links"][0]["title"] == "Repository"
    assert json.loads(task.output)["text"][0]["content"] == 80
    assert json.loads(task.steps.get(step_id="again").output)["content"] == "on arm"
    steps = json.loads(TemplateVersion.objects.get().document)["spec"]["steps"]
    assert [step["id"] for step in steps] == ["files", "write", "again", "note", "publish"]

    task = run(member, name="other", port=1, runner="arm")
    assert [step.status for step in task.steps.order_by("position")][1:3] == ["skipped", "skipped"]


PAGES = """query($ref: String!) { entity(ref: $ref) { ... on Template {
    parameterPages { title schema } steps secretsSchema approval buttonLabels } } }"""


def test_the_wizard_asks_for_what_the_whole_needs_and_each_thing_once(
    register: Callable[..., Path], member: Account, client: Client, graphql: Any
) -> None:
    secrets = {"schema": {"properties": {"TOKEN": {"type": "string"}}, "required": ["TOKEN"]}}
    approval = {"count": 1, "approvers": ["group:default/team-a"]}
    labels = {"presentation": {"buttonLabels": {"createButtonText": "Go"}}}
    ci = {**CI, "parameters": {
        "title": "Pipeline", "required": ["name", "runner"],
        "properties": {**NAME, **CI["parameters"]["properties"]}}, "secrets": secrets}  # fmt: skip
    deploy = {"type": "fragment", "steps": [{"id": "deploy", "action": "debug:log"}], "parameters": {
        "title": "Where", "required": ["name"],
        "properties": {**NAME, "runner": {"type": "string", "default": "linux"}, "zone": {"type": "string"}},
        "dependencies": {"runner": {"properties": {"arch": {"type": "string"}}}}}}  # fmt: skip
    base = {**BASE, "approval": approval, **labels,
            "parameters": [{"title": "What is it?", "properties": NAME}]}  # fmt: skip
    child = {"type": "service", "extends": "base", "steps": [USE_CI, {"uses": "deploy"}]}
    register(base=base, ci=ci, deploy=deploy, child=child)

    whole = graphql(member)(PAGES, ref="template:default/child")["entity"]

    assert [(page["title"], list(page["schema"]["properties"])) for page in whole["parameterPages"]] == [
        ("What is it?", ["name"]), ("Pipeline", ["runner"]), ("Where", ["runner", "zone"])
    ]  # fmt: skip
    required = [page["schema"].get("required") for page in whole["parameterPages"]]
    assert required == [["name"], ["runner"], None]
    assert [step["id"] for step in whole["steps"]] == ["files", "write", "again", "publish", "deploy"]
    assert (whole["secretsSchema"], whole["approval"]) == (secrets["schema"], approval)
    assert whole["buttonLabels"] == {"createButtonText": "Go"}
    client.force_login(member)
    path = "/api/scaffolder/v2/templates/default/template/child/parameter-schema"
    steps = client.get(path).json()["steps"]
    assert [page["schema"] for page in steps] == [page["schema"] for page in whole["parameterPages"]]

    alone = graphql(member)(PAGES, ref="template:default/base")["entity"]
    assert [list(page["schema"]["properties"]) for page in alone["parameterPages"]] == [["name"]]
    assert "required" not in alone["parameterPages"][0]["schema"]


def test_the_forms_of_many_templates_are_read_together(
    register: Callable[..., Path], member: Account, graphql: Any
) -> None:
    children = {f"child-{n}": {**EXTENDING, "steps": [USE_CI]} for n in range(8)}
    register(base=BASE, ci=CI, broken={"type": "x", "extends": "nowhere", "parameters": NAME}, **children)
    ask = graphql(member)
    query = "{ templates { nodes { name ... on Template { parameterPages { schema } } } } }"
    ask("{ templates { nodes { name } } }")
    with CaptureQueriesContext(connection) as names:
        ask("{ templates { nodes { title } } }")
    with CaptureQueriesContext(connection) as forms:
        found = {one["name"]: one["parameterPages"] for one in ask(query)["templates"]["nodes"]}
    assert len(forms) == len(names) + 1
    assert all(len(found[name]) == 2 for name in children)
    assert [page["schema"] for page in found["broken"]] == [NAME]


def test_a_step_of_the_same_id_replaces_the_bases(
    register: Callable[..., Path], member: Account, git_host: GitHost
) -> None:
    files = {"id": "files", "action": "fs:write", "input": {"path": "a", "content": "b"}}
    register(base=BASE, child={"type": "service", "extends": "template:default/base", "steps": [files]})
    assert run(member, name="cart").error == ""
    assert git_host.list_files("default", "cart") == ["a"]


def test_a_change_of_the_base_is_another_version_of_the_whole(
    register: Callable[..., Path], member: Account
) -> None:
    child = {"type": "service", "extends": "base"}
    register(base=BASE, child=child)
    actor = Principal(account=member)
    before = get_template("template:default/child", viewer=actor)[0].hash
    register(base={**BASE, "output": {}}, child=child)
    assert get_template("template:default/child", viewer=actor)[0].hash != before


def test_a_diamond_is_included_once(register: Callable[..., Path], member: Account) -> None:
    note = {"type": "fragment", "steps": [{"id": "note", "action": "debug:log", "input": {"message": "x"}}]}
    left = {"type": "fragment", "steps": [{"uses": "note"}, {"id": "left", "action": "debug:log"}]}
    right = {"type": "fragment", "steps": [{"uses": "note"}, {"id": "right", "action": "debug:log"}]}
    child = {"type": "x", "extends": "base2", "steps": [{"uses": "right"}, {"uses": "note"}]}
    register(note=note, left=left, right=right, base2={"type": "x", "steps": [{"uses": "left"}]}, child=child)
    template, _ = get_template("template:default/child", viewer=Principal(account=member))
    assert [step.id for step in template.steps] == ["note", "left", "right"]


def test_a_fragment_used_twice_keeps_its_steps_apart(register: Callable[..., Path], member: Account) -> None:
    uses = [
        {"uses": "ci", "as": name, "with": {"service": name, "runner": "${{ parameters.name }}"}}
        for name in ("one", "two")
    ]
    child = {"type": "x", "parameters": {"properties": NAME}, "steps": uses,
             "output": {"text": [{"content": "${{ steps.two_again.output.content }}"}]}}  # fmt: skip
    register(ci=CI, child=child)
    task = run(member, name="arm")
    assert task.error == ""
    assert [step.step_id for step in task.steps.order_by("position")] == [
        "one_write", "one_again", "two_write", "two_again"
    ]  # fmt: skip
    assert json.loads(task.output)["text"][0]["content"] == "on arm"


def test_authors_see_the_whole_without_a_server(register: Callable[..., Path]) -> None:
    child = {"type": "service", "extends": "base", "steps": [USE_CI]}
    root = register(base=BASE, ci=CI, child=child)
    found = CliRunner().invoke(lint, [str(root)])
    assert (found.exit_code, found.output.splitlines()[-1]) == (0, "3 templates, 0 findings.")
    (root / "child" / "template.yaml").rename(root / "child.yaml")
    broken = {
        **CI,
        "steps": [{"id": "write", "action": "fs:write", "input": {"path": "${{ parameters.nme }}"}}],
    }
    register(ci=broken)
    found = CliRunner().invoke(lint, [str(root / "ci")])
    assert "no page of the form asks for 'nme'" in found.output


def test_a_preview_shows_what_the_whole_makes(register: Callable[..., Path]) -> None:
    root = register(base=BASE, ci=CI, child={"type": "service", "extends": "base", "steps": [USE_CI]})
    (root / "child" / "template.yaml").rename(root / "child.yaml")
    for name in ("base", "ci"):
        (root / name / "template.yaml").touch()
    arguments = [str(root / "child.yaml"), "--set", "name=cart", "--set", "runner=arm"]
    found = CliRunner().invoke(preview, arguments)
    assert found.exit_code == 0, found.output
    assert "ci-cart.txt" in found.output and "README.md" in found.output
