"""The form of a template shows the words of its author."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import expect

from tests.e2e.browser import Portal, Visitor

pytestmark = pytest.mark.system

FIELDS = {
    "size": {
        "title": "Size",
        "type": "string",
        "enum": ["s", "l"],
        "enumNames": ["A small one", "A large one"],
        "ui:widget": "radio",
    },
    "keep": {
        "title": "Old copies",
        "type": "boolean",
        "ui:widget": "radio",
        "ui:options": {"enumNames": ["Keep them", "Throw them away"]},
    },
    "days": {
        "title": "Days",
        "type": "array",
        "uniqueItems": True,
        "items": {"type": "string", "enum": ["sa", "su"], "enumNames": ["Saturday", "Sunday"]},
        "ui:widget": "checkboxes",
    },
}


def test_choices_bear_their_names_in_the_form_and_in_the_review(
    portal: Portal, visit: Callable[..., Visitor], tmp_path: Path
) -> None:
    template = {
        "apiVersion": "scaffolder.backstage.io/v1beta3",
        "kind": "Template",
        "metadata": {"name": "choices"},
        "spec": {
            "owner": "group:default/platform",
            "type": "service",
            "parameters": {"properties": FIELDS},
            "steps": [{"id": "say", "action": "debug:log", "input": {"message": "hello"}}],
        },
    }
    (tmp_path / "template.yaml").write_text(yaml.safe_dump(template, sort_keys=False))
    portal.command("catalog", "add", str(tmp_path / "template.yaml"), "--trusted")
    visitor = visit("amina")
    visitor.open("/create/default/choices")
    for kind, name in (("radio", "A large one"), ("radio", "Throw them away"), ("checkbox", "Sunday")):
        visitor.page.get_by_role(kind, name=name).check()  # type: ignore[arg-type]
    visitor.page.get_by_role("button", name="Review", exact=True).click()
    answers = visitor.page.get_by_role("definition")
    expect(answers).to_have_text(["A large one", "Throw them away", "Sunday"])
    visitor.assert_clean()
