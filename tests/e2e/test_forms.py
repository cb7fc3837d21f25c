"""The form of a template shows the words of its author."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.browser import Visitor

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
    add_template: Callable[..., str], visit: Callable[..., Visitor]
) -> None:
    say = {"id": "say", "action": "debug:log", "input": {"message": "hello"}}
    add_template("choices", parameters={"properties": FIELDS}, steps=[say])
    visitor = visit("amina")
    visitor.open("/create/default/choices")
    for kind, name in (("radio", "A large one"), ("radio", "Throw them away"), ("checkbox", "Sunday")):
        visitor.page.get_by_role(kind, name=name).check()  # type: ignore[arg-type]
    visitor.page.get_by_role("button", name="Review", exact=True).click()
    answers = visitor.page.get_by_role("definition")
    expect(answers).to_have_text(["A large one", "Throw them away", "Sunday"])
    visitor.assert_clean()
