"""The search page: ranked, marked, narrowed, for who misspells and for who sees less."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.browser import Portal, Visitor

pytestmark = pytest.mark.system

Visit = Callable[..., Visitor]


def test_a_misspelt_word_finds_marks_and_narrows(portal: Portal, visit: Visit) -> None:
    visitor = visit("amina")
    page = visitor.page
    visitor.open("/search")
    page.get_by_role("searchbox").fill("bokking engin")
    first = page.get_by_role("main").get_by_role("listitem").first
    expect(first.get_by_role("link", name="Booking engine")).to_be_visible()
    expect(first.locator("mark").first).to_have_text("Booking")
    page.wait_for_url(portal.url + "/search?query=bokking+engin")

    page.get_by_role("searchbox").fill("booking")
    narrow = page.get_by_role("group", name="What")
    narrow.get_by_label("Components").check()
    page.wait_for_url(lambda url: "type=Component" in url)
    expect(page.get_by_role("link", name="Booking API")).to_have_count(0)
    first.get_by_role("link").click()
    page.wait_for_url(lambda url: "/catalog/default/component/" in url)
    page.go_back()
    expect(narrow.get_by_label("Components")).to_be_checked()
    visitor.assert_clean()


def test_the_palette_leads_to_all_results(portal: Portal, visit: Visit) -> None:
    visitor = visit("amina")
    visitor.open("/")
    visitor.page.keyboard.press("/")
    palette = visitor.page.get_by_role("dialog")
    palette.get_by_role("textbox").fill("zyzzyva quux")
    palette.get_by_text("All results for “zyzzyva quux”").click()
    visitor.page.wait_for_url(lambda url: "/search?query=zyzzyva" in url)
    expect(visitor.page.get_by_text("Nothing fits")).to_be_visible()
    visitor.assert_clean()
