"""An administrator looks after plugins in the page: settings, permissions, and what they read."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.browser import Portal, Visitor

pytestmark = pytest.mark.system

Visit = Callable[..., Visitor]
SECRET = "a-token-nobody-reads-17"
HOLDS_WITHIN_SECONDS = 5


@pytest.fixture
def address(portal: Portal, add_component: Callable[..., str]) -> str:
    portal.command("plugins", "accept", "modest")
    return add_component("asker", **{"modest.example/asks": "yes"})


@pytest.fixture
def admin(visit: Visit) -> Visitor:
    visitor = visit("admin")
    visitor.open("/plugins")
    return visitor


def card(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("region", name="Modest")


def panel(visitor: Visitor, address: str, title: str) -> Locator:
    visitor.open(address)
    visitor.settle()
    return visitor.page.get_by_role("region", name=title, exact=True)


def test_settings_are_written_in_a_form_that_never_shows_a_secret(
    admin: Visitor, visit: Visit, address: str
) -> None:
    mine = card(admin)
    mine.get_by_text("Settings", exact=True).click()
    expect(mine.get_by_role("region", name="Set by the environment")).to_contain_text("as it is")
    mine.get_by_label("Greeting").fill("Servus")
    mine.get_by_label("Often").fill("12")
    mine.get_by_role("button", name="Save").click()
    expect(mine.get_by_role("alert")).to_contain_text("Greet 1 to 9 times.")
    mine.get_by_label("Often").fill("2")
    mine.get_by_role("group", name="Servers").get_by_role("button").click()
    mine.get_by_role("button", name="Save").click()
    expect(mine.get_by_text("Servers 1 has no name.")).to_be_visible()
    mine.get_by_role("group", name="Servers").get_by_role("button", name="Remove").click()
    mine.get_by_role("textbox", name="Token").fill(SECRET)
    mine.get_by_role("button", name="Save").click()
    expect(mine.get_by_role("button", name="Token: back to default")).to_be_visible()
    expect(mine.get_by_role("textbox", name="Token")).to_have_value("")
    assert SECRET not in admin.page.content()
    admin.assert_accessible()
    admin.assert_clean()

    reader = visit("admin")
    expect(panel(reader, address, "Greeting")).to_contain_text("Servus Servus")
    mine.get_by_role("button", name="Greeting: back to default").click()
    expect(mine.get_by_role("button", name="Greeting: back to default")).to_have_count(0)
    expect(mine.get_by_label("Greeting")).to_have_value("Hello")


def test_a_permission_is_given_and_taken_back(admin: Visitor, visit: Visit, address: str) -> None:
    reader, mine = visit("amina"), card(admin)
    expect(panel(reader, address, "Whispered")).to_have_count(0)
    mine.get_by_role("button", name="Change… who has listen").click()
    people = mine.get_by_role("combobox", name="Users and groups")
    people.fill("everyone")
    admin.page.get_by_role("option").last.click()
    mine.get_by_role("button", name="Save").click()
    expect(mine.get_by_role("region", name="Permissions")).to_contain_text("everyone")
    wait_for(lambda: panel(reader, address, "Whispered").count() == 1)

    mine.get_by_role("button", name="Change… who has listen").click()
    mine.get_by_role("button", name="Back to default").click()
    expect(mine.get_by_role("region", name="Permissions")).to_contain_text("nobody but administrators")
    wait_for(lambda: panel(reader, address, "Whispered").count() == 0)
    admin.assert_clean()
    reader.assert_clean()


def test_a_claim_that_is_withdrawn_ends_the_panel_and_may_be_narrowed(
    admin: Visitor, visit: Visit, address: str
) -> None:
    reader, mine = visit("amina"), card(admin)
    greeting = panel(reader, address, "Greeting")
    expect(greeting).to_contain_text("Hello")
    mine.get_by_role("button", name="Refuse: kinds Component").click()
    expect(mine.get_by_role("button", name="Refuse: kinds Component")).to_have_count(0)
    begun = time.monotonic()
    wait_for(lambda: "is not accepted" in panel(reader, address, "Greeting").inner_text())
    took = time.monotonic() - begun
    print(f"the panel ended {took:.1f} s after the claim was withdrawn")
    assert took < HOLDS_WITHIN_SECONDS

    mine.get_by_role("button", name="Narrow…: annotations modest.example/*").click()
    mine.get_by_label("Only these annotations").fill("other.example/*")
    mine.get_by_role("button", name="Save").click()
    expect(admin.page.get_by_text("modest does not claim 'other.example/*' of annotations.")).to_be_visible()
    mine.get_by_role("button", name="Narrow…: annotations modest.example/*").click()
    mine.get_by_label("Only these annotations").fill("modest.example/asks")
    mine.get_by_role("button", name="Save").click()
    expect(mine.get_by_text("only modest.example/asks")).to_be_visible()
    mine.get_by_role("button", name="Accept: kinds Component").click()
    wait_for(lambda: "Hello" in panel(reader, address, "Greeting").inner_text())
    admin.assert_clean()
    reader.assert_clean()


def wait_for(holds: Callable[[], bool], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it never held"
