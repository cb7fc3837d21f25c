"""The graph: a picture on a canvas, and beside it the same in words for keyboard and screen reader."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser import Visitor

pytestmark = pytest.mark.system

Visit = Callable[..., Visitor]
DRAWN = """() => [...document.querySelectorAll('main canvas')].some(canvas => canvas.width > 0
  && canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(part => part > 0))"""


def entities_and_relations(page: Page) -> tuple[int, int]:
    """Whatever is shown now; an answer may be on its way."""
    status = page.locator("main").get_by_role("status")
    expect(status.get_by_label("Reading")).to_have_count(0)
    words = status.inner_text().replace(",", "").split()
    return int(words[0]), int(words[2])


def said(visitor: Visitor, holds: Callable[[tuple[int, int]], bool]) -> tuple[int, int]:
    """The number of entities and of relations, as soon as it is what it must become."""
    seen = [entities_and_relations(visitor.page)]

    def look() -> bool:
        seen.append(entities_and_relations(visitor.page))
        return holds(seen[-1])

    visitor.eventually(look, lambda: f"{seen[-1]} after {seen[0]}")
    return seen[-1]


def test_the_graph_of_a_component_is_drawn_and_said_in_words(visit: Visit) -> None:
    visitor = visit("amina")
    visitor.open("/catalog/default/component/booking-engine")
    tabs = visitor.page.get_by_role("navigation", name="Parts of this page")
    tabs.get_by_role("link", name="Graph").click()
    panel = visitor.page.get_by_role("complementary", name="Chosen")
    expect(panel.get_by_role("heading", name="Booking engine")).to_be_visible()
    expect(panel.get_by_role("button", name="Reservations database")).to_be_visible()
    said(visitor, lambda now: now[0] == 12)
    visitor.page.wait_for_function(DRAWN)
    visitor.assert_clean()


def test_the_graph_grows_by_keyboard_and_shrinks_by_relation(visit: Visit) -> None:
    visitor = visit("amina")
    page = visitor.page
    visitor.open("/graph?root=component:default/booking-engine")
    panel = page.get_by_role("complementary", name="Chosen")
    panel.get_by_role("button", name="Payments API").press("Enter")
    expect(panel.get_by_role("heading", name="Payments API")).to_be_visible()
    before = entities_and_relations(page)
    panel.get_by_role("button", name="Show").press("Enter")
    expect(panel.get_by_role("button", name="Show")).to_have_count(0)
    grown = said(visitor, lambda now: now[0] > before[0])
    page.get_by_role("checkbox", name="Owners").press("Space")
    said(visitor, lambda now: now < grown)
    expect(page).to_have_url(re.compile("without=ownedBy"))
    panel.get_by_role("button", name="Begin here").click()
    page.wait_for_url(lambda url: "root=api" in url)
    visitor.assert_clean()


def test_a_graph_of_nothing_says_so(visit: Visit) -> None:
    visitor = visit("amina")
    visitor.open("/graph")
    expect(visitor.page.get_by_text("Where shall it begin?")).to_be_visible()
    visitor.page.get_by_role("textbox", name="Begin at").fill("timetable serv")
    visitor.page.get_by_role("option", name="Timetable service").click()
    visitor.page.wait_for_url(lambda url: "timetable-service" in url)
    visitor.open("/graph?root=component:default/no-such-thing")
    expect(visitor.page.get_by_text("Nothing called component:default/no-such-thing")).to_be_visible()
    visitor.assert_clean()
