"""Skeletons of templates that come from other hosts, and skeletons at whole addresses; over real git HTTP."""

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.cache import cache
from django.test import Client

from catalog.models import Entity
from catalog.services import register_location
from portal.accounts.models import Account
from portal.accounts.principal import SYSTEM, Principal
from portal.integrations.git import GitHost
from scaffolder.models import Task
from scaffolder.running.worker import run_pending_tasks
from scaffolder.services import run_template
from tests.servers import GitServer

pytestmark = pytest.mark.django_db(transaction=True)
SKELETON = {
    "skeleton/README.md": "# ${{ values.name }}\n",
    "skeleton/.github/workflows/ci.yml": "on: push\n",
}
FETCH = {"url": "./skeleton", "values": {"name": "${{ parameters.name }}"}}


def template(**fetch: Any) -> str:
    steps = [
        {"id": "fetch", "action": "fetch:template", "input": {**FETCH, **fetch}},
        {"id": "publish", "action": "publish:git",
         "input": {"repoUrl": "portal?owner=default&repo=${{ parameters.name }}"}},
    ]  # fmt: skip
    schema = {"type": "object", "properties": {"TOKEN": {"type": "string"}}}
    document = {
        "apiVersion": "scaffolder.backstage.io/v1beta3",
        "kind": "Template",
        "metadata": {"name": "service", "title": "Service"},
        "spec": {
            "type": "service",
            "parameters": {"properties": {"name": {"type": "string"}}},
            "steps": steps,
            "secrets": {"schema": schema},
        },
    }
    return yaml.safe_dump(document, sort_keys=False)


@pytest.fixture
def git(settings: Any, tmp_path: Path) -> Iterator[GitServer]:
    settings.GIT_CACHE = tmp_path / "cache"
    with GitServer(tmp_path / "served") as server:
        settings.OUTBOUND_PRIVATE = [*settings.OUTBOUND_PRIVATE, server.host]
        settings.CREDENTIALS = json.dumps([{"url": server.url, "kind": "gitea"}])
        yield server
    cache.clear()


@pytest.fixture
def register(tmp_path: Path) -> Callable[[str], Entity]:
    """Registers a target, or a template's text as a file of its own."""

    def register(target: str) -> Entity:
        if "\n" in target:
            path = tmp_path / "here" / "template.yaml"
            path.parent.mkdir()
            path.write_text(target)
            target = f"file:{path}"
        location = register_location(target, actor=SYSTEM, trusted=True)
        assert [str(problem) for problem in location.problems.all()] == []
        return Entity.objects.get(ref="template:default/service")

    return register


@pytest.fixture
def run(member: Account) -> Callable[..., Task]:
    def run(secrets: Any = None, **parameters: Any) -> Task:
        actor = Principal(account=member)
        task = run_template("template:default/service", parameters, actor=actor, secrets=secrets)
        run_pending_tasks()
        task.refresh_from_db()
        return task

    return run


def test_a_template_of_another_git_host_is_fetched_at_the_commit_it_was_read_at(
    git: GitServer, register: Callable[..., Any], run: Callable[..., Task], git_host: GitHost
) -> None:
    repository = git.repository("acme/templates")
    files = {f"web/{path}": content for path, content in SKELETON.items()}
    repository.commit({"web/template.yaml": template(), **files})
    register(f"git:{repository.url}@main/web/template.yaml")
    repository.commit({"web/skeleton/README.md": "not read yet\n"})

    assert run(name="cart").error == ""

    assert git_host.list_files("default", "cart") == [".github/workflows/ci.yml", "README.md"]
    assert git_host.read_file("default", "cart", "README.md") == b"# cart\n"


def test_a_template_registered_by_its_page_fetches_what_lies_beside_it(
    git: GitServer, register: Callable[..., Any], run: Callable[..., Task], git_host: GitHost
) -> None:
    repository = git.repository("acme/templates")
    files = {f"web/{path}": content for path, content in SKELETON.items()}
    repository.commit({"web/template.yaml": template(), **files})
    raw = "/api/v1/repos/acme/templates/raw/web/template.yaml"
    git.routes[raw] = lambda _: (200, {"Content-Type": "text/plain"}, template().encode())
    register(f"url:{git.url}/acme/templates/src/branch/main/web/template.yaml")

    assert run(name="cart").error == ""

    assert git_host.list_files("default", "cart") == [".github/workflows/ci.yml", "README.md"]


@pytest.mark.parametrize("form", ["{}/acme/parts/src/branch/main/skeleton", "{}/acme/parts.git/skeleton"])
def test_a_skeleton_is_fetched_from_a_whole_address(
    git: GitServer, register: Callable[..., Any], run: Callable[..., Task], git_host: GitHost, form: str
) -> None:
    git.repository("acme/parts").commit(SKELETON)
    register(template(url=form.format(git.url)))
    assert run(name="cart").error == ""
    assert git_host.read_file("default", "cart", "README.md") == b"# cart\n"


def test_a_private_repository_is_fetched_with_the_token_that_whoever_runs_it_gives(
    git: GitServer, register: Callable[..., Any], run: Callable[..., Task], git_host: GitHost
) -> None:
    git.repository("acme/parts").commit(SKELETON)
    git.token = base64.b64encode(b"token:canary").decode()
    place = f"{git.url}/acme/parts/src/branch/main/skeleton"
    register(template(url=place, token="${{ secrets.TOKEN }}"))

    refused = run({"TOKEN": "wrong"}, name="cart")
    assert "does not let us in (401)" in refused.error
    assert not git_host.exists("default", "cart")

    done = run({"TOKEN": "canary"}, name="cart")
    assert done.error == ""
    assert all("canary" not in line.message for line in done.log_lines.all())

    again = run({"TOKEN": "wrong"}, name="other")
    assert "does not let us in (401)" in again.error, "the copy that is here is not for everybody"


def test_what_is_not_there_is_named(
    git: GitServer, register: Callable[..., Any], run: Callable[..., Task]
) -> None:
    git.repository("acme/parts").commit(SKELETON)
    register(template(url="${{ parameters.name }}"))
    page = f"{git.url}/acme/parts/src/branch"
    assert f"{page}/main/nope: there is no file in it." in run(name=f"{page}/main/nope").error
    assert "has no branch or tag nope" in run(name=f"{page}/nope/skeleton").error
    assert "is not there (404)" in run(name=f"{git.url}/acme/other/src/branch/main/x").error
    assert "http://169.254.169.254" in run(name="http://169.254.169.254/acme/web.git").error


def test_a_draft_reads_no_other_place_with_the_portals_credentials(
    git: GitServer,
    register: Callable[..., Any],
    member: Account,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    git.repository("acme/parts").commit(SKELETON)
    monkeypatch.setattr("scaffolder.authoring.dry_runs.wake_workers_on_commit", run_pending_tasks)
    text = template(url=f"{git.url}/acme/parts/src/branch/main/skeleton")
    register(template())
    client.force_login(member)

    def dry_run(**more: Any) -> Any:
        body = {"template": yaml.safe_load(text), "values": {"name": "cart"}, "directoryContents": [], **more}
        return client.post("/api/scaffolder/v2/dry-run", body, content_type="application/json").json()

    beside = """mutation($input: DryRunTemplateInput!) { dryRunTemplate(input: $input) {
        files { path } problems { message } } }"""
    answer = client.post(
        "/graphql",
        {"query": beside, "variables": {"input": {"text": text, "values": {"name": "cart"}}}},
        content_type="application/json",
    ).json()["data"]["dryRunTemplate"]

    assert "a dry run reads only the files that it was given" in dry_run()["error"]["message"]
    assert "a draft reads what lies beside it" in answer["problems"][0]["message"]
    assert git.seen == []
