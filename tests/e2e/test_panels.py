"""Panels come one by one: a plugin that hangs holds its own place, and nothing moves when it gives up."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.browser import Portal, Visitor

pytestmark = pytest.mark.system

Visit = Callable[..., Visitor]
WATCH = """
window.came = [];
window.moved = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.moved += entry.value;
}).observe({ type: 'layout-shift', buffered: true });
const look = () => {
  for (const place of document.querySelectorAll('[data-panel]')) {
    const { panel } = place.dataset;
    const seen = (word) => window.came.includes(`${panel} ${word}`);
    const word = place.getAttribute('aria-busy') === 'true' ? 'expected' : 'there';
    if (!seen(word)) window.came.push(`${panel} ${word}`);
  }
  requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""
HEIGHTS = "[...document.querySelectorAll('[data-panel]')].map((p) => [p.dataset.panel, p.offsetHeight])"


def test_a_plugin_that_hangs_holds_no_other_panel(
    visit: Visit, portal: Portal, add_component: Callable[..., str]
) -> None:
    for plugin in ("drowsy", "modest"):
        portal.command("plugins", "accept", plugin)
    address = add_component("sleeper", **{"drowsy.example/naps": "yes", "modest.example/asks": "yes"})
    visitor = visit("amina")
    page = visitor.page
    page.add_init_script(WATCH)
    visitor.open(address)
    expect(page.get_by_role("region", name="Hanging")).to_contain_text(
        "The plugin drowsy did not answer within 15 s while loading the panel Hanging; it rests."
    )
    came = page.evaluate("window.came")
    hung, greeting = "drowsy-hanging", "modest-greeting"
    assert came.index(f"{hung} expected") < came.index(f"{greeting} there") < came.index(f"{hung} there")
    assert came[-1] == f"{hung} there"
    expect(page.get_by_role("region", name="Greeting")).to_contain_text("Hello")
    visitor.assert_clean()


def test_panels_move_nothing_when_they_come(visit: Visit) -> None:
    visitor = visit("amina", viewport={"width": 1280, "height": 2400})
    page = visitor.page
    page.add_init_script(WATCH)
    heights: list[list[object]] = []
    # At the first visit nobody knows yet how high they are; later ones have other heights after news.
    while len(heights) < 2 or heights[-1] != heights[-2]:
        assert len(heights) < 20, heights
        visitor.open("/catalog/default/component/booking-engine")
        expect(page.get_by_role("region", name="Scorecards")).to_be_visible()
        expect(page.locator("[data-panel][aria-busy=true]")).to_have_count(0)
        visitor.settle()
        heights.append(page.evaluate(HEIGHTS))
    assert page.evaluate("window.moved") < 0.01
    visitor.assert_clean()
