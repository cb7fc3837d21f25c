"""The webhooks page: one is made, its secret is shown once, it is switched off and deleted."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.browser import Visitor

pytestmark = pytest.mark.system

Visit = Callable[..., Visitor]


def test_a_webhook_is_made_switched_off_and_deleted(visit: Visit) -> None:
    visitor = visit("amina")
    page = visitor.page
    visitor.open("/settings/webhooks")
    expect(page.get_by_role("heading", name="No webhooks yet")).to_be_visible()
    page.get_by_label("Name").fill("Inventory")
    page.get_by_label("Address").fill("ftp://hooks.example/portal")
    page.get_by_role("button", name="Create webhook").click()
    expect(page.get_by_label("Address")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Address").fill("https://hooks.example/portal")
    page.get_by_role("combobox", name="Only these kinds").click()
    page.get_by_role("option", name="Components").click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Create webhook").click()

    made = page.get_by_role("alert").filter(has_text="Copy the secret now")
    expect(made).to_contain_text("whsec_")
    secret = made.locator("code").inner_text()
    hook = page.get_by_role("listitem", name="Inventory")
    expect(hook).to_contain_text("https://hooks.example/portal")
    expect(hook).to_contain_text("only Components")
    visitor.assert_accessible()
    hook.get_by_role("button", name="More of Inventory").click()
    page.get_by_role("menuitem", name="New secret…").click()
    page.get_by_role("button", name="Make a new secret").click()
    expect(made).not_to_contain_text(secret)
    hook.get_by_role("button", name="More of Inventory").click()
    page.get_by_role("menuitem", name="Switch off").click()
    expect(hook.get_by_text("Switched off")).to_be_visible()

    visitor.open("/settings/webhooks")
    expect(hook.get_by_text("Switched off")).to_be_visible()
    expect(made).to_have_count(0)
    hook.get_by_role("button", name="More of Inventory").click()
    page.get_by_role("menuitem", name="Delete…").click()
    visitor.assert_accessible()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", name="No webhooks yet")).to_be_visible()
    visitor.assert_clean()
