"""Where a field's value comes from, changing it with a reason, its history, and who may see it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.browser import Visitor

pytestmark = pytest.mark.system

Visit = Callable[..., Visitor]
PAGE = "/catalog/default/component/deploy-bot"


def test_a_field_tells_its_file_and_line_and_takes_a_change_with_a_reason(visit: Visit) -> None:
    visitor = visit("admin")
    page = visitor.page
    visitor.open(PAGE)
    page.get_by_role("button", name="Where “Lifecycle” comes from").hover()
    card = page.get_by_role("dialog", name="Where “Lifecycle” comes from")
    expect(card.get_by_text("catalog-info.yaml:")).to_be_visible()
    card.get_by_role("button", name="Change…").click()

    form = page.get_by_role("dialog", name="Change lifecycle")
    form.get_by_label("New value").fill("deprecated")
    form.get_by_role("button", name="Change it").click()
    expect(form.get_by_text("Fill this in")).to_be_visible()
    form.get_by_label("Reason").fill("Replaced by the phone")
    form.get_by_role("button", name="Change it").click()
    expect(form).to_have_count(0)
    expect(page.locator("header").get_by_text("deprecated")).to_be_visible()

    page.get_by_role("link", name="History", exact=True).click()
    expect(page.get_by_text("/spec/lifecycle")).to_be_visible()
    expect(page.get_by_text("changed here, by", exact=False).first).to_be_visible()

    page.get_by_role("link", name="Overview", exact=True).click()
    page.get_by_role("button", name="Where “Lifecycle” comes from").press("Enter")
    expect(card.get_by_text("“Replaced by the phone”")).to_be_visible()
    card.get_by_role("button", name="Take the change back").click()
    expect(page.locator("header").get_by_text("production")).to_be_visible()
    visitor.assert_clean()


def test_who_may_not_change_a_field_is_told_so(visit: Visit) -> None:
    visitor = visit("amina")
    page = visitor.page
    visitor.open(PAGE)
    page.get_by_role("button", name="Where “Type” comes from").click()
    page.get_by_role("button", name="Change…").click()
    form = page.get_by_role("dialog", name="Change type")
    form.get_by_label("New value").fill("toaster")
    form.get_by_label("Reason").fill("Because")
    form.get_by_role("button", name="Change it").click()
    expect(form.get_by_role("alert")).to_be_visible()
    visitor.open(PAGE)
    expect(page.get_by_text("toaster")).to_have_count(0)
    visitor.assert_clean()


def test_the_history_says_whose_relation_it_is_where_another_entity_declares_it(visit: Visit) -> None:
    visitor = visit("amina")
    visitor.open("/catalog/default/component/booking-engine/history")
    events = visitor.page.get_by_role("listitem")
    own = events.filter(has_text="Depends on").filter(
        has=visitor.page.get_by_role("link", name="reservations-db")
    )
    expect(own.last.get_by_role("link")).to_have_text(["reservations-db"])
    theirs = events.filter(has_text="Part of").filter(
        has=visitor.page.get_by_role("link", name="booking-engine", exact=True)
    )
    expect(theirs.last.get_by_role("link")).to_have_text(["seat-map", "booking-engine"])
    visitor.assert_clean()


def test_access_says_who_and_why(visit: Visit) -> None:
    visitor = visit("admin")
    visitor.open(PAGE + "/access")
    expect(visitor.page.get_by_role("region", name="Who can see this")).to_contain_text("Everyone")
    expect(visitor.page.get_by_role("region", name="Who owns this").get_by_role("link")).to_be_visible()
    visitor.assert_clean()
