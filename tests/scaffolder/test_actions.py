"""Actions: what they refuse, and what they do not let out."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalog.models import Entity
from scaffolder.models import Task
from scaffolder.running.workspace import Workspace, WorkspaceError, checked_path
from tests.scaffolder.action_hosts import api  # noqa: F401 - fixture

pytestmark = pytest.mark.django_db(transaction=True)
PATH = "${{ parameters.path }}"
ANYTHING = {"properties": {"path": {"type": "string"}, "name": {"type": "string"}}}


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
    make_template: Callable[..., Entity],
    run: Callable[..., Task],
    api: str,  # noqa: F811
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
    make_template: Callable[..., Entity],
    run: Callable[..., Task],
    api: str,  # noqa: F811
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
