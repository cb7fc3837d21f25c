"""Other people's templates: each is read, linted and gone through as far as its actions exist here.

What came of each is in corpus_results.json; `UPDATE_CORPUS_RESULTS=1` writes it anew.
"""

import contextlib
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from catalog.entities.yaml_reader import Chunk
from portal.rest.errors import PortalError
from scaffolder.actions import find_action, known_actions
from scaffolder.actions.action import UNKNOWN, Action, Plan
from scaffolder.authoring.expressions import uses_in
from scaffolder.authoring.lint import lint
from scaffolder.authoring.local import LocalTemplate, rehearse
from scaffolder.renderer.values import TemplateFault
from scaffolder.templates.parameters import active_fields
from scaffolder.templates.skeletons import SkeletonError, SkeletonFile, is_elsewhere
from scaffolder.templates.template import Page, Template

CORPUS = os.environ.get("PORTAL_TEST_CORPUS", "")
RESULTS = Path(__file__).with_name("corpus_results.json")
pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not CORPUS, reason="PORTAL_TEST_CORPUS is not set"),
]
INSTALLED = re.compile(r"\{\{ ?gitlab_hostname ?\}\}")
"""What the installer of one collection writes into its templates before they are templates."""
ANSWERS = {
    "RepoUrlPicker": "github.com?owner=acme&repo=cart",
    "EntityPicker": "component:default/cart",
    "OwnerPicker": "group:default/team-a",
    "MyGroupsPicker": "group:default/team-a",
    "OwnedEntityPicker": "component:default/cart",
    "EntityNamePicker": "cart",
    "EntityTagsPicker": ["java"],
}


def templates() -> Iterator[LocalTemplate]:
    """Every v1beta3 template, whether the catalog would take it or not."""
    root = Path(CORPUS)
    for path in sorted(root.rglob("*.y*ml")):
        try:
            documents = list(yaml.safe_load_all(INSTALLED.sub("gitlab.test", path.read_text())))
        except (yaml.YAMLError, UnicodeDecodeError):
            continue
        for document in documents:
            if isinstance(document, dict) and document.get("kind") == "Template":
                yield LocalTemplate(document, root, path.relative_to(root).as_posix(), Chunk("", 1, 0))


def answers(pages: tuple[Page, ...]) -> dict[str, Any]:
    """A fitting value for everything that the form asks for; an answer may open further fields."""
    values: dict[str, Any] = {}
    for _ in range(4):
        for page in pages:
            for name, field in active_fields(page.schema, values).items():
                if name not in values and "default" not in field:
                    values[name] = answer(field)
    return values


def answer(field: dict[str, Any]) -> Any:
    if field.get("enum"):
        return field["enum"][0]
    if "const" in field:
        return field["const"]
    kind = field.get("type")
    if kind == "object":
        inner = {key: one for key, one in (field.get("properties") or {}).items() if isinstance(one, dict)}
        return {key: answer(one) for key, one in inner.items() if "default" not in one}
    if kind == "array" and field.get("ui:field") not in ANSWERS:
        count = int(field.get("minItems") or 1)
        return [answer(field.get("items") or {"type": "string"}) for _ in range(count)]
    if kind in ("integer", "number"):
        return field.get("minimum", 3)
    if kind == "boolean":
        return True
    return ANSWERS.get(str(field.get("ui:field")), "cart-service-1"[: int(field.get("maxLength") or 14)])


def outcome(local: LocalTemplate, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What can be told of a template, on one line of the table."""
    try:
        template = local.read()
    except PortalError as error:
        return {"outcome": f"not read: {error.message}"}
    actions = [step.action for step in template.steps if step.action]
    unknown = sorted({action for action in actions if action not in known_actions()})
    findings = [finding for finding in lint(local) if finding.code not in ("ACTION_UNKNOWN", "FILE_MISSING")]
    row: dict[str, Any] = {"steps": len(template.steps), "unknown actions": unknown}
    if absent := len(template.steps) - len(actions):
        row["steps in files that are not in the corpus"] = absent
    row["lint"] = [finding.message for finding in findings]
    row["gone through"] = sum(action not in unknown for action in actions)
    monkeypatch.setattr(
        "scaffolder.running.rehearsal.find_action", lambda name: find_action(name) or stand_in(name)
    )
    monkeypatch.setattr(LocalTemplate, "files", files_or_none)
    try:
        done = rehearse(local, answers(template.pages), outputs=unknowable(template))
        row["outcome"] = done.error or "completed"
    except PortalError as error:
        row["outcome"] = f"refused: {error.message}"
    finally:
        monkeypatch.undo()
    return row


def stand_in(name: str) -> Action:
    """An action that is not here: its input is rendered, and nothing is known of what it would do."""
    return Action(name, name, name, {}, {}, run=lambda input, context: {}, plan=lambda *_: Plan(()))


FILES = LocalTemplate.files


def files_or_none(self: LocalTemplate, url: str) -> Iterator[SkeletonFile]:
    """Skeletons are not part of the corpus; a repository elsewhere stands for one with a descriptor."""
    if is_elsewhere(url):
        yield SkeletonFile("catalog-info.yaml", False, b"kind: Component\nmetadata:\n  name: cart\n")
        return
    try:
        yield from FILES(self, url)
    except SkeletonError:
        return


def unknowable(template: Template) -> dict[str, dict[str, Any]]:
    """Steps whose actions are not here, or would ask a catalog or another host: all they give is unknown."""
    used: dict[str, dict[str, Any]] = {
        step.id: {}
        for step in template.steps
        if step.action in ("catalog:fetch", "http:request") or step.action not in known_actions()
    }
    for text in texts([[step.input, step.condition, step.each] for step in template.steps]):
        with contextlib.suppress(TemplateFault):
            for use in uses_in(text):
                if use.path[0] == "steps" and len(use.path) > 3 and use.path[1] in used:
                    spread(used[use.path[1]], use.path[3:])
    return used


def spread(output: dict[str, Any], path: tuple[str, ...]) -> None:
    """Something unknown at the end of a path of keys."""
    for key in path[:-1]:
        inner = output.get(key)
        output[key] = inner if isinstance(inner, dict) else {}
        output = output[key]
    output.setdefault(path[-1], UNKNOWN)


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from texts(item)


def test_the_table_of_what_becomes_of_each_template(monkeypatch: pytest.MonkeyPatch) -> None:
    table = {local.path: outcome(local, monkeypatch) for local in templates()}
    if os.environ.get("UPDATE_CORPUS_RESULTS"):
        RESULTS.write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n")
    assert table == json.loads(RESULTS.read_text())


def test_each_action_that_is_not_here_is_named_once_before_anything_runs() -> None:
    for local in templates():
        template = local.read()
        unknown = [step for step in template.steps if step.action not in known_actions()]
        named = [finding.message for finding in lint(local) if finding.code == "ACTION_UNKNOWN"]
        assert len(named) == len(unknown), local.path
        for step, message in zip(unknown, named, strict=True):
            assert f"calls the action {step.action}, which is not installed" in message
