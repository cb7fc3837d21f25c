"""The page by keyboard: places by their keys, the list of keys, the search, single keys switched off."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.browser import Portal, Visitor

pytestmark = pytest.mark.system

Visit = Callable[..., Visitor]

OPENED_AND_CLOSED_AT_ONCE = """async (button) => {
    button.click();
    while (button.getAttribute("aria-expanded") !== "true") await null;
    document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
}"""
"""Escape comes before the focus has moved into what was opened."""


def test_places_are_a_key_or_a_word_away(portal: Portal, visit: Visit) -> None:
    visitor = visit("amina")
    page, keyboard = visitor.page, visitor.page.keyboard
    visitor.open("/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Amina")
    keyboard.press("g")
    keyboard.press("c")
    page.wait_for_url(portal.url + "/catalog")
    keyboard.press("/")
    search = page.get_by_role("textbox", name="Search components, teams")
    search.fill("webh")
    expect(page.get_by_role("dialog").get_by_role("button").first).to_contain_text("Webhooks")
    visitor.assert_accessible()
    keyboard.press("Enter")
    page.wait_for_url(portal.url + "/settings/webhooks")
    page.get_by_label("Name").press_sequentially("g?c/")
    expect(page.get_by_label("Name")).to_have_value("g?c/")
    visitor.assert_clean()


def test_single_keys_are_listed_and_switched_off(portal: Portal, visit: Visit) -> None:
    visitor = visit("amina")
    page, keyboard = visitor.page, visitor.page.keyboard
    visitor.open("/tasks")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    keyboard.press("?")
    help_dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(help_dialog).to_contain_text("Catalog")
    visitor.assert_accessible()
    help_dialog.get_by_role("switch", name="Keys pressed alone").click()
    keyboard.press("Escape")
    expect(help_dialog).to_have_count(0)
    for key in ("?", "/", "g", "c"):
        keyboard.press(key)
    keyboard.press("Control+k")
    expect(page.get_by_role("dialog")).to_have_count(1)
    expect(page).to_have_url(portal.url + "/tasks")
    visitor.assert_clean()


def test_what_a_dialog_was_opened_with_has_the_focus_again(visit: Visit) -> None:
    visitor = visit("anna")
    page, keyboard = visitor.page, visitor.page.keyboard
    visitor.open("/catalog")
    page.get_by_role("button", name="Views").press("Enter")
    page.get_by_role("menuitem", name="Save as a new view…").press("Enter")
    expect(page.get_by_role("textbox", name="Name", exact=True)).to_be_focused()
    keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name="Views")).to_be_focused()


def test_escape_closes_what_tells_where_a_field_comes_from_wherever_the_focus_is(visit: Visit) -> None:
    visitor = visit("anna")
    page, keyboard = visitor.page, visitor.page.keyboard
    visitor.open("/catalog/default/component/booking-engine")
    field = page.get_by_role("button", name="Where “Lifecycle” comes from")
    told = page.get_by_role("dialog", name="Where ")
    field.hover()
    expect(told).to_contain_text("catalog-info.yaml")
    keyboard.press("Escape")
    expect(told).to_have_count(0)

    relation = page.get_by_role("button", name="Where the relation to Booking topic comes from")
    for button in (field, relation):
        button.focus()
        button.evaluate(OPENED_AND_CLOSED_AT_ONCE)
        expect(told).to_have_count(0)
        expect(button).to_be_focused()
    visitor.assert_clean()


def test_where_a_field_comes_from_is_read_and_changed_by_keyboard(visit: Visit) -> None:
    visitor = visit("anna")
    page, keyboard = visitor.page, visitor.page.keyboard
    visitor.open("/catalog/default/component/booking-engine")
    field = page.get_by_role("button", name="Where “Lifecycle” comes from")
    field.press("Enter")
    told = page.get_by_role("dialog", name="Where ")
    expect(told).to_contain_text("catalog-info.yaml")
    keyboard.press("Tab")
    expect(told.get_by_role("button", name="Change…")).to_be_focused()
    keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Change lifecycle")
    expect(dialog.get_by_role("textbox", name="Value")).to_be_focused()
    keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(field).to_be_focused()
    keyboard.press("Enter")
    expect(told).to_contain_text("catalog-info.yaml")
    keyboard.press("Escape")
    expect(told).to_have_count(0)
    expect(field).to_be_focused()
    relation = page.get_by_role("button", name="Where the relation to Booking topic comes from")
    relation.press("Enter")
    expect(told.get_by_role("link", name="Booking engine")).to_be_focused()
    keyboard.press("Escape")
    expect(relation).to_be_focused()
    visitor.assert_clean()
