"""The file actions of Roadie's module: each change once, and what they refuse."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from catalog.models import Entity
from scaffolder.models import Task
from scaffolder.running.workspace import Workspace

pytestmark = pytest.mark.django_db(transaction=True)
BOMB = "a: &a [1, 2]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(24)
)

SLOW = "^(([a-z])+.)+[A-Z]([a-z])+$"


def test_a_change_is_made_once_for_a_step_that_is_tried_again(tmp_path: Path) -> None:
    workspace = Workspace(uuid4(), root=tmp_path)
    workspace.open()
    workspace.write("run.sh", b"a\n", executable=True)
    for mark in ("task/one", "task/one", "task/two"):
        workspace.edit("run.sh", lambda old: old + b"b\n", mark=mark)
    assert workspace.read("run.sh", parameter="path") == b"a\nb\nb\n"
    assert list(workspace.list_files()) == [("run.sh", True)]


@pytest.mark.parametrize(
    ("action", "input", "message"),
    [
        ("merge", {"path": "a.txt", "content": {}}, "a.txt is neither JSON nor YAML by its name"),
        ("merge", {"path": "none.yaml", "content": {}}, "there is no file 'none.yaml' in the workspace"),
        ("merge", {"path": "two.yaml", "content": {}}, "say which with useDocumentIncludingField"),
        ("merge", {"path": "bomb.yaml", "content": {"x": 1}}, "bomb.yaml"),
        ("merge", {"path": "../x.yaml", "content": {}}, "is not a path inside the workspace"),
        ("json:merge", {"path": "bad.json", "content": {}}, "bad.json is not JSON"),
        ("json:merge", {"path": "new.json", "content": "{"}, "content is not JSON"),
        ("fs:append", {"path": ".git/config", "content": "x"}, "is not a path inside the workspace"),
        ("fs:parse", {"path": "bad.json", "parser": "json"}, "bad.json is not JSON"),
        ("fs:replace", {"files": [{"file": "a.txt", "find": "(", "replaceWith": "", "matchRegex": True}]},
         "'(' is no regular expression"),
        ("fs:replace",
         {"files": [{"file": "a.txt", "find": SLOW, "replaceWith": "z", "matchRegex": True}]},
         "takes more than"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_told_and_changes_no_file(
    make_template: Callable[..., Entity], run: Callable[..., Task], monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path, action: str, input: dict[str, Any], message: str,
) -> None:  # fmt: skip
    monkeypatch.setattr("scaffolder.actions.roadie.files.SECONDS", 0.1)
    kept = tmp_path / "kept"
    monkeypatch.setattr(Workspace, "remove", lambda self: self.files.rename(kept))
    files = {"bad.json": "{,}", "a.txt": "x" * 4000, "two.yaml": "a: 1\n---\nb: 2\n", "bomb.yaml": BOMB}
    fetch = {"id": "before", "action": "fetch:plain", "input": {"url": "./before"}}
    step = {"id": "step", "action": f"roadiehq:utils:{action}", "input": input}
    make_template(
        fetch, step, files={f"before/{name}": text for name, text in files.items()},
        parameters={"properties": {}},
    )  # fmt: skip
    assert message in run().error
    assert {path.name: path.read_text() for path in kept.iterdir()} == files
