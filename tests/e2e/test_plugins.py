"""An administrator looks after plugins in the page: settings, permissions, and what they read."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.browser import Portal, Visitor

pytestmark = pytest.mark.system

Visit = Callable[..., Visitor]
SECRET = "a-token-nobody-reads-17"


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


def until_shown(visitor: Visitor, address: str, title: str, words: str | None) -> None:
    """Opens the page again and again until the panel says so, or (None) is gone: what is decided on one page
    holds a moment later in every process."""
    found: list[str] = []

    def look() -> bool:
        visitor.open(address)
        visitor.settle()
        panel = visitor.page.get_by_role("region", name=title, exact=True)
        found[:] = panel.all_inner_texts()
        return not found if words is None else any(words in text for text in found)

    visitor.eventually(look, lambda: f"{title} shows {found}, not {words}")


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
    until_shown(reader, address, "Greeting", "Servus Servus")
    mine.get_by_role("button", name="Greeting: back to default").click()
    expect(mine.get_by_role("button", name="Greeting: back to default")).to_have_count(0)
    expect(mine.get_by_label("Greeting")).to_have_value("Hello")


def test_a_permission_is_given_and_taken_back(admin: Visitor, visit: Visit, address: str) -> None:
    reader, mine = visit("amina"), card(admin)
    until_shown(reader, address, "Whispered", None)
    mine.get_by_role("button", name="Change… who has listen").click()
    people = mine.get_by_role("combobox", name="Users and groups")
    people.fill("everyone")
    admin.page.get_by_role("option").last.click()
    mine.get_by_role("button", name="Save").click()
    expect(mine.get_by_role("region", name="Permissions")).to_contain_text("everyone")
    until_shown(reader, address, "Whispered", "")

    mine.get_by_role("button", name="Change… who has listen").click()
    mine.get_by_role("button", name="Back to default").click()
    expect(mine.get_by_role("region", name="Permissions")).to_contain_text("nobody but administrators")
    until_shown(reader, address, "Whispered", None)
    admin.assert_clean()
    reader.assert_clean()


def test_a_claim_that_is_withdrawn_ends_the_panel_and_may_be_narrowed(
    admin: Visitor, visit: Visit, address: str
) -> None:
    reader, mine = visit("amina"), card(admin)
    until_shown(reader, address, "Greeting", "Hello")
    mine.get_by_role("button", name="Refuse: kinds Component").click()
    expect(mine.get_by_role("button", name="Refuse: kinds Component")).to_have_count(0)
    until_shown(reader, address, "Greeting", "is not accepted")

    mine.get_by_role("button", name="Narrow…: annotations modest.example/*").click()
    mine.get_by_label("Only these annotations").fill("other.example/*")
    mine.get_by_role("button", name="Save").click()
    expect(admin.page.get_by_text("modest does not claim 'other.example/*' of annotations.")).to_be_visible()
    mine.get_by_role("button", name="Narrow…: annotations modest.example/*").click()
    mine.get_by_label("Only these annotations").fill("modest.example/asks")
    mine.get_by_role("button", name="Save").click()
    expect(mine.get_by_text("only modest.example/asks")).to_be_visible()
    mine.get_by_role("button", name="Accept: kinds Component").click()
    until_shown(reader, address, "Greeting", "Hello")
    admin.assert_clean()
    reader.assert_clean()
