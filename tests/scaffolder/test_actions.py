"""Actions: their documented examples, and what they refuse."""

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from jsonschema import Draft7Validator

from catalog.models import Entity
from portal.integrations.git import Author, GitHost
from scaffolder.actions import known_actions
from scaffolder.actions.action import Action, Example
from scaffolder.models import Task
from scaffolder.running.workspace import Workspace, WorkspaceError, checked_path
from tests.kubernetes_api import FakeKubernetes
from tests.scaffolder.conftest import DESCRIPTOR, PUBLISHING
from tests.scaffolder.github_api import FakeGitHub
from tests.scaffolder.gitlab_api import FakeGitLab

pytestmark = pytest.mark.django_db(transaction=True)
EXAMPLES = [
    pytest.param(action, example, id=f"{action.id}: {example.description}")
    for action in known_actions().values()
    if action.run.__module__.startswith("scaffolder.")  # plugins try their own examples
    for example in action.examples
]
PATH = "${{ parameters.path }}"
ANYTHING = {"properties": {"path": {"type": "string"}, "name": {"type": "string"}}}


def test_every_action_is_described_and_has_an_example() -> None:
    for action in known_actions().values():
        Draft7Validator.check_schema(action.input_schema)
        Draft7Validator.check_schema(action.output_schema)
        assert action.title and action.description and action.examples
        assert all("description" in value for value in action.input_schema["properties"].values())


@pytest.fixture
def api(settings: Any) -> Iterator[str]:
    """A server that answers every request with its method, its key and its body."""
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
            said = {"method": self.command, "key": self.headers.get("idempotency-key"), "body": body}
            seen.append(self.command)
            answer = json.dumps({**said, "count": len(seen)}).encode()
            self.send_response(500 if self.path == "/broken" else 200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_POST = do_PUT = do_DELETE = do_GET

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    settings.OUTBOUND_PRIVATE = [*settings.OUTBOUND_PRIVATE, f"127.0.0.1:{server.server_port}"]
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.mark.parametrize(("action", "example"), EXAMPLES)
def test_examples_do_what_they_say(
    make_template: Callable[..., Entity],
    run: Callable[..., Task],
    git_host: GitHost,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    api: str,
    github: FakeGitHub,
    gitlab: FakeGitLab,
    fake_kubernetes: FakeKubernetes,
    action: Action,
    example: Example,
) -> None:
    def here(value: Any) -> Any:
        text = json.dumps(value).replace("http://api.test", api).replace("https://github.com", github.url)
        text = text.replace("https://gitlab.com", gitlab.url).replace("gitlab.com?", f"{gitlab.host}?")
        return json.loads(text.replace("github.com?", f"{github.host}?"))

    input = here(example.input)
    steps: list[dict[str, Any]] = [{"id": "step", "action": action.id, "input": input}]
    beside = dict(example.files)
    if example.workspace:
        steps.insert(0, {"id": "before", "action": "fetch:plain", "input": {"url": "./before"}})
        beside |= {f"before/{path}": text for path, text in example.workspace.items()}
    if example.repository:
        folder = tmp_path / "repository"
        folder.mkdir()
        for path, text in example.repository.items():
            (folder / path).write_text(text)
        git_host.create_repository("default", "cart")
        git_host.commit_files("default", "cart", folder, message="First", author=Author("a", "b"))
    fake_kubernetes.add_namespace("team-a")
    if action.id == "template:update":
        make_template(*PUBLISHING, files={"skeleton/catalog-info.yaml": DESCRIPTOR}, name="made")
        assert run("template:default/made", name="made-before").error == ""
    kept = tmp_path / "kept"
    monkeypatch.setattr(Workspace, "remove", lambda self: self.files.rename(kept))
    make_template(*steps, files=beside, parameters={"properties": {}})

    task = run()

    assert task.error == ""
    files = {path.relative_to(kept).as_posix(): path for path in kept.rglob("*") if path.is_file()}
    made = {name: path.read_text() for name, path in files.items() if path.suffix != ".zip"}
    assert made == dict(example.makes or example.workspace)
    output = json.loads(task.steps.get(step_id="step").output)
    assert {key: output[key] for key in example.output} == here(dict(example.output))


@pytest.mark.parametrize(
    "path",
    [
        "../../x",
        "/etc/x",
        "~/x",
        "~root/x",
        "%2e%2e/x",
        "a/%2E%2e/x",
        "..\\x",
        "a\\b",
        "x\x00y",
        "x\ny",
        "/proc/self/environ",
        "a/../../ws-10/x",
        ".git/hooks/post-commit",
        "a/.GIT/config",
        "x" * 256,
    ],
)
def test_paths_out_of_the_workspace_are_refused_with_the_parameter(path: str) -> None:
    with pytest.raises(WorkspaceError, match=r"^targetPath: "):
        checked_path(path, parameter="targetPath")


@pytest.mark.parametrize(
    ("path", "spelling"), [("", ""), (".", ""), ("./a//b/", "a/b"), (".github/x", ".github/x")]
)
def test_paths_have_one_spelling(path: str, spelling: str) -> None:
    assert checked_path(path, parameter="targetPath") == spelling


@pytest.mark.parametrize(
    ("action", "input", "message"),
    [
        ("fetch:plain", {"url": "./s", "targetPath": PATH}, "targetPath: "),
        ("fetch:plain", {"url": PATH}, "../../x: "),
        ("publish:git", {"owner": "o", "name": "n", "sourcePath": PATH}, "sourcePath: "),
        ("fetch:plain:file", {"url": "./s/a", "targetPath": PATH}, "targetPath: "),
        ("fetch:template:file", {"url": "./s/a", "targetPath": PATH}, "targetPath: "),
        ("fs:read", {"path": PATH}, "path: "),
        ("fs:readdir", {"paths": [PATH]}, "paths: "),
        ("fs:write", {"path": PATH, "content": "x"}, "path: "),
        ("fs:rename", {"files": [{"from": PATH, "to": "a"}]}, "files.0.from: "),
        ("fs:rename", {"files": [{"from": "a", "to": PATH}]}, "files.0.to: "),
        ("fs:delete", {"files": [PATH]}, "files: "),
        ("fs:zip", {"outputPath": PATH}, "outputPath: "),
        (
            "catalog:write",
            {"filePath": PATH, "entity": {"apiVersion": "a", "kind": "K", "metadata": {}}},
            "filePath: ",
        ),
        ("catalog:register", {"repoContentsUrl": "git:o/n", "catalogInfoPath": PATH}, "catalogInfoPath: "),
    ],
)
def test_a_step_that_leaves_its_folder_fails_and_writes_nothing(
    make_template: Callable[..., Entity],
    run: Callable[..., Task],
    tmp_path: Path,
    action: str,
    input: dict[str, Any],
    message: str,
) -> None:
    make_template({"id": "s", "action": action, "input": input}, parameters=ANYTHING, files={"s/a": "x"})
    before = sorted(path for path in tmp_path.rglob("*") if "workspaces" not in path.parts)
    task = run(path="../../x")
    assert task.status == "failed"
    assert task.error.startswith(f"Step s: {message}")
    assert sorted(path for path in tmp_path.rglob("*") if "workspaces" not in path.parts) == before


@pytest.mark.parametrize("action", ["fetch:plain", "fetch:template"])
@pytest.mark.parametrize("target", ["/etc/passwd", "/", "../canary"])
def test_a_link_in_a_skeleton_is_refused(
    make_template: Callable[..., Entity], run: Callable[..., Task], tmp_path: Path, action: str, target: str
) -> None:
    fetch = {"id": "fetch", "action": action, "input": {"url": "./skeleton"}}
    make_template(fetch, parameters=ANYTHING, files={"skeleton/a": "x", "canary": "secret"})
    (tmp_path / "templates" / "service" / "skeleton" / "link").symlink_to(target)
    task = run()
    assert task.error == (
        "Step fetch: ./skeleton: link is a link or a device; only files and folders are fetched."
    )


def test_a_skeleton_behind_a_link_is_not_read(
    make_template: Callable[..., Entity], run: Callable[..., Task], tmp_path: Path
) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "canary").write_text("secret")
    make_template({"id": "f", "action": "fetch:plain", "input": {"url": "./link"}}, parameters=ANYTHING)
    (tmp_path / "templates" / "service" / "link").symlink_to(tmp_path / "outside")
    assert run().status == "failed"


def test_a_value_in_a_file_name_is_data_and_stays_inside(
    make_template: Callable[..., Entity],
    run: Callable[..., Task],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fetch = {
        "id": "f",
        "action": "fetch:template",
        "input": {"url": "./s", "values": {"n": "${{ parameters.name }}"}},
    }
    kept = tmp_path / "kept"
    monkeypatch.setattr(Workspace, "remove", lambda self: self.files.rename(kept))
    make_template(fetch, parameters=ANYTHING, files={"s/${{ values.n }}.txt": "${{ values.n }}"})
    assert run(name="${{ 7*7 }}").status == "completed"
    assert [(path.name, path.read_text()) for path in kept.iterdir()] == [("${{ 7*7 }}.txt", "${{ 7*7 }}")]
    monkeypatch.undo()
    assert "the file name ${{ values.n }}.txt: '../../x.txt'" in run(name="../../x").error


def test_what_a_skeleton_is_made_of(
    make_template: Callable[..., Entity],
    run: Callable[..., Task],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    files = {
        "s/.gitignore": "*.pyc\n",
        "s/logo.png": b"\x89PNG\x00${{ values.missing }}",
        "s/latin.txt": "caf\xe9 ${{ values.missing }}".encode("latin-1"),
        "s/{% if values.no %}never{% endif %}/x.txt": "${{ values.missing }}",
        "s/windows.txt": "a\r\n${{ values.n }}\r\n",
    }
    kept = tmp_path / "kept"
    monkeypatch.setattr(Workspace, "remove", lambda self: self.files.rename(kept))
    fetch = {
        "id": "f",
        "action": "fetch:template",
        "input": {"url": "./s", "values": {"n": "b", "no": False}},
    }
    make_template(fetch, parameters=ANYTHING, files=files)
    script = tmp_path / "templates" / "service" / "s" / "run.sh"
    script.write_text("#!/bin/sh\n")
    script.chmod(0o755)
    task = run()
    assert task.error == ""
    assert {path.name: path.read_bytes() for path in kept.iterdir()} == {
        ".gitignore": b"*.pyc\n",
        "logo.png": files["s/logo.png"],
        "latin.txt": files["s/latin.txt"],
        "windows.txt": b"a\r\nb\r\n",
        "run.sh": b"#!/bin/sh\n",
    }
    assert [path.name for path in kept.iterdir() if path.stat().st_mode & 0o100] == ["run.sh"]


def test_a_mistake_in_a_skeleton_fails_the_task_and_is_named(
    make_template: Callable[..., Entity], run: Callable[..., Task]
) -> None:
    fetch = {"id": "f", "action": "fetch:template", "input": {"url": "./s", "values": {}}}
    make_template(fetch, parameters=ANYTHING, files={"s/a/b.yaml": "x: 1\ny: ${{ values.z }}\n"})
    assert run().error == "Step f: a/b.yaml, line 2, ${{ values.z }}: 'z' is not there."


@pytest.mark.parametrize(
    ("setting", "message"),
    [("WORKSPACE_MAX_FILES", "may write at most 1 files"), ("WORKSPACE_MAX_MIB", "may write at most 0 MiB")],
)
def test_a_workspace_is_bounded(
    make_template: Callable[..., Entity], run: Callable[..., Task], settings: Any, setting: str, message: str
) -> None:
    setattr(settings, setting, int(setting == "WORKSPACE_MAX_FILES"))
    fetch = {"id": "f", "action": "fetch:plain", "input": {"url": "./s"}}
    make_template(fetch, parameters=ANYTHING, files={"s/a": "x", "s/b": "y"})
    assert message in run().error


def test_a_template_limit_leaves_the_worker_alive(
    make_template: Callable[..., Entity], run: Callable[..., Task]
) -> None:
    message = "${{ 'a'.repeat(10**9) }}"
    make_template({"id": "bomb", "action": "debug:log", "input": {"message": message}}, parameters=ANYTHING)
    make_template({"id": "ok", "action": "debug:log"}, parameters=ANYTHING, name="next")
    assert "template limit" in run().error
    assert run("template:default/next").status == "completed"


def test_a_request_that_changes_something_is_planned_then_sent_once(
    make_template: Callable[..., Entity], run: Callable[..., Task], api: str
) -> None:
    send = {"id": "send", "action": "http:request", "input": {
        "method": "POST", "url": f"{api}/hook", "body": {"name": "${{ parameters.name }}"}}}  # fmt: skip
    make_template(send, parameters=ANYTHING, output={"said": "${{ steps.send.output.body }}"})
    task = run(name="cart")
    said = json.loads(task.output)["said"]
    assert (said["method"], said["key"], said["count"]) == ("POST", f"{task.uid}/send", 1)
    assert json.loads(said["body"]) == {"name": "cart"}
    assert [(effect.verb, effect.target) for effect in task.effects.all()] == [("send", f"POST {api}/hook")]


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://169.254.169.254/latest", "169.254.169.254"),
        ("http://127.0.0.1:1/", "127.0.0.1"),
        ("file:///etc/passwd", "http"),
    ],
)
def test_a_request_to_a_host_of_the_inside_is_refused(
    make_template: Callable[..., Entity], run: Callable[..., Task], url: str, message: str
) -> None:
    make_template({"id": "s", "action": "http:request", "input": {"url": url}}, parameters=ANYTHING)
    task = run()
    assert task.status == "failed"
    assert message in task.error


def test_a_bad_answer_fails_the_step_unless_it_may_go_on(
    make_template: Callable[..., Entity], run: Callable[..., Task], api: str
) -> None:
    step = {"id": "s", "action": "http:request", "input": {"url": f"{api}/broken"}}
    make_template(step, parameters=ANYTHING)
    assert "/broken answered 500" in run().error
    goes_on = {**step, "input": {"url": f"{api}/broken", "continueOnBadResponse": True}}
    make_template(goes_on, parameters=ANYTHING, name="next")
    assert run("template:default/next").status == "completed"


def test_files_take_from_others_and_never_from_outside_of_their_folder(
    make_template: Callable[..., Entity],
    run: Callable[..., Task],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    files = {
        "skeleton/page.md": (
            "{% extends 'page.md' %}{% from 'words.njk' import shout %}"
            "{% block body %}${{ super() }}${{ shout(values.name) }}{% endblock %}"
        ),
        "base/page.md": "{% include 'head.md' %}{% block body %}Welcome {% endblock %}\n",
        "base/head.md": "{% from 'words.njk' import shout %}# ${{ shout('hi') }}\n",
        "base/words.njk": "{% macro shout(word) %}${{ word | upper }}!{% endmacro %}",
    }
    kept = tmp_path / "kept"
    monkeypatch.setattr(Workspace, "remove", lambda self: self.files.rename(kept))
    values = {"name": "${{ parameters.name }}"}
    fetch = {"id": "f", "action": "fetch:template",
             "input": {"url": "./skeleton", "basePath": "./base", "values": values}}  # fmt: skip
    make_template(fetch, parameters=ANYTHING, files=files)
    task = run(name="cart")
    assert task.error == ""
    assert {path.name: path.read_text() for path in kept.iterdir()} == {"page.md": "# HI!\nWelcome CART!\n"}
    monkeypatch.undo()
    beside = {"skeleton/a": "{% include '../../secret' %}", "base/b": "", "secret": "canary"}
    make_template(fetch, parameters=ANYTHING, name="outside", files=beside)
    assert "is not a path inside" in run("template:default/outside").error


def test_hooks_of_cookiecutter_are_refused_by_name(
    make_template: Callable[..., Entity], run: Callable[..., Task]
) -> None:
    files = {"s/hooks/pre_gen_project.py": "open('/tmp/pwn', 'w')", "s/{{cookiecutter.n}}/a": "x"}
    fetch = {"id": "s", "action": "fetch:cookiecutter", "input": {"url": "./s"}}
    make_template(fetch, parameters=ANYTHING, files=files)
    assert "hooks/pre_gen_project.py: hooks" in run().error
