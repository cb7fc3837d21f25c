"""The form of a template shows the words of its author."""

import re
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


FEATURES = {
    "entity": {"title": "Component", "type": "string", "ui:field": "EntityPicker",
               "ui:options": {"catalogFilter": {"kind": "Component"}}},
    "owner": {"title": "Owner", "type": "string", "ui:field": "OwnerPicker"},
    "several": {"title": "Several", "type": "array", "ui:field": "MultiEntityPicker"},
    "owners": {"title": "Owners", "type": "array", "ui:field": "MultiOwnerPicker"},
    "owned": {"title": "Owned", "type": "string", "ui:field": "OwnedEntityPicker"},
    "group": {"title": "My group", "type": "string", "ui:field": "MyGroupsPicker"},
    "name": {"title": "Entity name", "type": "string", "ui:field": "EntityNamePicker"},
    "tags": {"title": "Labels", "type": "array", "items": {"type": "string"}, "ui:field": "EntityTagsPicker"},
    "repo": {"title": "Repository", "type": "string", "ui:field": "RepoUrlPicker",
             "ui:options": {"requestUserCredentials": {"secretsKey": "USER_TOKEN"}}},
    "branch": {"title": "Branch", "type": "string", "ui:field": "RepoBranchPicker"},
    "namespace": {"title": "Namespace", "type": "string", "ui:field": "RepoOwnerPicker",
                  "ui:options": {"allowedOwners": ["default", "other"], "excludedOwners": ["other"]}},
    "note": {"title": "Note", "type": "string", "ui:widget": "textarea", "ui:placeholder": "A few words",
             "ui:help": "Kept with the thing"},
    "pass": {"title": "Pass phrase", "type": "string", "ui:widget": "password"},
    "day": {"title": "Day", "type": "string", "format": "date"},
    "count": {"title": "Count", "type": "integer", "ui:widget": "updown", "minimum": 1, "maximum": 9},
    "colour": {"title": "Colour", "type": "string", "ui:widget": "color"},
    "logo": {"title": "Logo", "type": "string", "format": "data-url"},
    "fixed": {"title": "Fixed", "type": "string", "default": "as it is", "ui:readonly": True},
    "flagged": {"title": "Behind a flag", "type": "string", "backstage:featureFlag": "some-flag"},
    "people": {"title": "People", "type": "array", "items": {
        "type": "object", "required": ["who"],
        "properties": {"who": {"title": "Who", "type": "string"}}}},
}  # fmt: skip


def say(message: str = "hello", **more: object) -> list[dict[str, object]]:
    return [{"id": "say", "action": "debug:log", "input": {"message": message}, **more}]


def test_every_picker_and_widget_takes_an_answer_and_gives_it_to_the_run(
    add_template: Callable[..., str], visit: Callable[..., Visitor]
) -> None:
    add_template("features", parameters={"properties": FEATURES, "ui:order": ["note", "*"]}, steps=say())
    visitor = visit("amina")
    page = visitor.page
    visitor.open("/create/default/features")
    expect(page.get_by_placeholder("A few words")).to_be_visible()
    expect(page.get_by_text("Kept with the thing")).to_be_visible()
    expect(page.get_by_text("Behind a flag")).to_have_count(0)
    expect(page.get_by_label("Fixed")).to_be_disabled()
    visitor.assert_accessible()
    first = page.get_by_role("textbox").first
    expect(first).to_have_attribute("placeholder", "A few words")
    first.fill("Two\nlines")
    for label, text, option in (
        ("Component", "booking eng", "Booking engine"),
        (re.compile("^Owner$"), "reserv", "Reservations"),
        ("Several", "booking eng", "Booking engine"),
        ("Owners", "platf", "Platform"),
    ):
        page.get_by_role("combobox", name=label).first.fill(text)
        page.get_by_role("option", name=option).first.click()
        page.keyboard.press("Escape")
    page.get_by_label("Entity name").fill("a-name")
    page.get_by_role("textbox", name="Branch").or_(page.get_by_role("combobox", name="Branch")).first.fill(
        "main"
    )
    page.get_by_role("textbox", name="Pass phrase").fill("open sesame")
    page.get_by_label("Day").fill("2026-02-03")
    page.get_by_label("Count").fill("12")
    expect(page.get_by_text("At most 9")).to_be_visible()
    page.get_by_label("Count").fill("4")
    page.get_by_label("Owner of the repository").fill("default")
    page.get_by_label("Name of the repository").fill("thing")
    page.get_by_label("Your access token for portal").fill("a-token-of-the-test")
    page.get_by_role("group", name="People").get_by_role("button", name="Add").click()
    page.get_by_label("Who").fill("Ada")
    page.get_by_role("button", name="Review", exact=True).click()
    answers = page.get_by_role("definition")
    expect(answers.filter(has_text="component:default/booking-engine")).to_have_count(2)
    expect(answers.filter(has_text="group:default/reservations")).to_have_count(1)
    expect(answers.filter(has_text="portal?owner=default&repo=thing")).to_have_count(1)
    assert "open sesame" not in page.get_by_role("main").inner_text()
    page.get_by_role("button", name="Create", exact=True).click()
    page.wait_for_url(re.compile("/tasks/"))
    expect(page.get_by_role("status").filter(has_text="Done")).to_be_visible()
    assert "a-token-of-the-test" not in page.content()
    visitor.assert_clean()


def test_what_an_answer_opens_and_what_the_server_refuses(
    add_template: Callable[..., str], visit: Callable[..., Visitor]
) -> None:
    kinds = {"title": "Kind", "type": "string", "enum": ["web", "job"]}
    then = {"properties": {"port": {"title": "Port", "type": "integer"}}, "required": ["port"]}
    otherwise = {"properties": {"every": {"title": "Every", "type": "string"}}}
    more = {"oneOf": [
        {"properties": {"more": {"const": False}}},
        {"properties": {"more": {"const": True}, "why": {"title": "Why", "type": "string"}}},
    ]}  # fmt: skip
    page_one = {
        "title": "First",
        "required": ["kind"],
        "properties": {
            "kind": kinds,
            "more": {"title": "More", "type": "boolean", "default": False},
            "when": {"title": "When", "type": "string", "pattern": r"^(?P<day>[a-z]+)$"},
        },
        "dependencies": {"more": more},
        "if": {"properties": {"kind": {"const": "web"}}, "required": ["kind"]},
        "then": then,
        "else": otherwise,
    }
    page_two = {"title": "Second", "properties": {"last": {"title": "Last", "type": "string"}}}
    add_template("opens", parameters=[page_one, page_two], steps=say())
    visitor = visit("amina")
    page = visitor.page
    visitor.open("/create/default/opens")
    expect(page.get_by_label("Every")).to_be_visible()
    page.get_by_role("combobox", name="Kind").click()
    page.get_by_role("option", name="web").click()
    expect(page.get_by_label("Every")).to_have_count(0)
    page.get_by_label("More").check()
    page.get_by_label("Why").fill("because")
    page.get_by_label("When").fill("9")
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("port: a value is needed")).to_be_visible()
    page.get_by_role("spinbutton", name="Port").fill("80")
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("when: it does not match the pattern")).to_be_visible()
    page.get_by_label("When").fill("monday")
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("heading", name="Second")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Second")).to_be_visible()
    page.get_by_role("button", name="Back").click()
    expect(page.get_by_label("Why")).to_have_value("because")
    visitor.assert_clean()


def test_secrets_are_apart_from_the_answers_and_gone_after_a_reload(
    add_template: Callable[..., str], visit: Callable[..., Visitor]
) -> None:
    review = {"review": {"mask": "hidden by its author"}}
    fields = {
        "key": {"title": "Key", "type": "string", "minLength": 5, "ui:field": "Secret"},
        "plain": {"title": "Plain", "type": "string"},
        "odd": {"title": "Odd", "type": "string", "ui:backstage": review},
        "unseen": {"title": "Unseen", "type": "string", "ui:backstage": {"review": {"show": False}}},
    }
    schema = {"type": "object", "required": ["key", "pin"], "properties": {
        "key": {"type": "string"}, "pin": {"type": "string", "title": "Pin"}}}  # fmt: skip
    add_template("secrets", parameters={"properties": fields}, secrets={"schema": schema}, steps=say())
    visitor = visit("amina")
    page = visitor.page
    visitor.open("/create/default/secrets")
    page.get_by_label("Plain").fill("kept over a reload")
    page.get_by_label("Key").fill("k3y-of-the-test")
    page.get_by_role("button", name="Next").click()
    page.get_by_label("Pin").fill("p1n-of-the-test")
    kept = page.evaluate("JSON.stringify(sessionStorage) + JSON.stringify(localStorage)")
    assert "kept over a reload" in kept
    assert "of-the-test" not in kept
    page.reload()
    expect(page.get_by_label("Plain")).to_have_value("kept over a reload")
    expect(page.get_by_label("Key")).to_have_value("")
    for label, text in (("Key", "k3y-of-the-test"), ("Odd", "odd one"), ("Unseen", "nobody sees")):
        page.get_by_label(label).fill(text)
    page.get_by_role("button", name="Next").click()
    page.get_by_label("Pin").fill("p1n-of-the-test")
    page.get_by_role("button", name="Review", exact=True).click()
    expect(page.get_by_role("definition").filter(has_text="hidden by its author")).to_have_count(1)
    shown = page.get_by_role("main").inner_text()
    assert "of-the-test" not in shown
    assert "nobody sees" not in shown
    page.get_by_role("checkbox", name="Show me the plan first").check()
    page.get_by_role("button", name="Create", exact=True).click()
    page.wait_for_url(re.compile("/tasks/"))
    expect(page.get_by_role("button", name="Approve")).to_be_visible()
    assert "of-the-test" not in page.content()
    visitor.assert_clean()


def test_templates_are_found_and_the_broken_ones_say_why(
    add_template: Callable[..., str], visit: Callable[..., Visitor]
) -> None:
    add_template("broken-one", steps=[{"id": "x", "action": "no:such"}])
    visitor = visit("amina")
    page = visitor.page
    visitor.open("/create")
    card = page.get_by_role("listitem").filter(has_text="Broken one")
    expect(card).to_contain_text("Step x calls the action no:such, which is not installed")
    visitor.assert_accessible()
    page.get_by_placeholder("Search templates").fill("python web")
    expect(page.get_by_role("listitem").filter(has_text="Broken one")).to_have_count(0)
    visitor.assert_clean()


def test_the_example_of_an_action_runs_dry_in_the_page(visit: Callable[..., Visitor]) -> None:
    visitor = visit("amina")
    page = visitor.page
    visitor.open("/create/actions?action=fetch:template")
    expect(page.get_by_role("heading", name="fetch:template")).to_be_visible()
    visitor.assert_accessible()
    page.get_by_role("button", name="Dry run").first.click()
    expect(page.get_by_role("tab", name="Files")).to_be_visible()
    page.get_by_placeholder("Search actions").fill("nothing-like-it")
    expect(page.get_by_role("heading", name="No action matches")).to_be_visible()
    visitor.assert_clean()
