"""Other people's templates: each is read, and what it needs that is not here is named before it runs."""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml
from jsonschema import Draft7Validator

from catalog.models import Entity
from scaffolder.actions import known_actions
from scaffolder.parameters import active_fields, declared_names
from scaffolder.templates import read_template, template_mistakes

CORPUS = os.environ.get("PORTAL_TEST_CORPUS", "")
pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not CORPUS, reason="PORTAL_TEST_CORPUS is not set"),
]


def templates() -> Iterator[tuple[str, dict[str, Any]]]:
    """(path, document) of every v1beta3 template."""
    for path in sorted(Path(CORPUS).rglob("*.y*ml")):
        try:
            documents = list(yaml.safe_load_all(path.read_text()))
        except (yaml.YAMLError, UnicodeDecodeError):
            continue
        for document in documents:
            if isinstance(document, dict) and document.get("kind") == "Template":
                yield str(path.relative_to(CORPUS)), document


def as_entity(document: dict[str, Any]) -> Entity:
    text = orjson.dumps(document, default=str).decode()
    name = str(document["metadata"]["name"])
    return Entity(
        ref=f"template:default/{name}", kind="Template", namespace="default", name=name, document=text
    )


def test_every_template_is_read_and_unknown_actions_are_named() -> None:
    found, missing = 0, Counter[str]()
    for path, document in templates():
        template = read_template(as_entity(document))
        found += 1
        assert len(template.steps) == len(document["spec"]["steps"]), path
        for page in template.pages:
            Draft7Validator.check_schema(page.schema)
            assert list(active_fields(page.schema, {}))[: len(page.schema.get("properties", {}))] == list(
                page.schema.get("properties", {})
            ), path
        assert len(declared_names(template.pages)) >= len(
            {name for page in template.pages for name in page.schema.get("properties", {})}
        )
        mistakes = template_mistakes(template)
        unknown = [step.action for step in template.steps if step.action not in known_actions()]
        named = [mistake.message for mistake in mistakes if mistake.code == "ACTION_UNKNOWN"]
        assert len(named) == len(unknown), path
        for action, message in zip(unknown, named, strict=True):
            assert f"calls the action {action}, which is not installed" in message
            missing[action] += 1
    assert found > 30
    assert missing["publish:github"] > 0
    assert not set(missing) & set(known_actions())
