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
# Where each heading and term of the page was when it could be seen first, and which were elsewhere later.
JUMPS = """
window.jumps = [];
const placed = new Map();
const follow = () => {
  for (const words of document.querySelectorAll('main :is(h1, h2, dt), nav a')) {
    const isExpected = words.closest('main [aria-busy=true]');
    if (isExpected || !words.checkVisibility({ visibilityProperty: true })) continue;
    const { top, left } = words.getBoundingClientRect();
    const before = placed.get(words);
    if (!before) placed.set(words, [top, left]);
    else if (Math.abs(before[0] - top) > 1 || Math.abs(before[1] - left) > 1) {
      window.jumps.push(`${words.innerText} from ${before} to ${[top, left]}`);
      placed.set(words, [top, left]);
    }
  }
  requestAnimationFrame(follow);
};
requestAnimationFrame(follow);
"""
# All panels come together, and only after the rest of the page was seen without them.
HELD = """
const frame = () => new Promise(requestAnimationFrame);
const ask = window.fetch;
window.fetch = async (address, options = {}) => {
  const { body } = options;
  if (typeof body !== 'string' || !body.includes('"within"')) return ask(address, options);
  const asked = JSON.parse(body);
  asked.variables.within = 60000;
  const answer = await ask(address, { ...options, body: JSON.stringify(asked) });
  while (!document.querySelector('main h2')) await frame();
  for (let frames = 0; frames < 5; frames++) await frame();
  return answer;
};
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
    page.set_viewport_size({"width": 1280, "height": 2400})
    page.add_init_script(WATCH + JUMPS)
    visitor.open(address)
    expect(page.get_by_role("region", name="Hanging")).to_contain_text(
        "The plugin drowsy did not answer within 15 s while loading the panel Hanging; it rests."
    )
    came = page.evaluate("window.came")
    hung, greeting = "drowsy-hanging", "modest-greeting"
    assert came.index(f"{hung} expected") < came.index(f"{greeting} there") < came.index(f"{hung} there")
    assert came[-1] == f"{hung} there"
    expect(page.get_by_role("region", name="Greeting")).to_contain_text("Hello")
    assert page.evaluate("window.jumps") == []
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


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_moves_at_the_first_visit_of_an_entity(visit: Visit, width: int) -> None:
    visitor = visit("amina", viewport={"width": width, "height": 4000})
    page = visitor.page
    page.add_init_script(WATCH + JUMPS + HELD)
    # What waits for panels does so for a moment only, whatever the machine is doing: here until they come.
    page.context.new_cdp_session(page).send("Animation.setPlaybackRate", {"playbackRate": 0})
    visitor.open("/catalog/default/component/booking-engine")
    _assert_nothing_moved(visitor)
    # All that plugins might show of this one turns out to be nothing.
    visitor.open("/catalog/default/api/booking-api")
    _assert_nothing_moved(visitor)
    visitor.open("/")
    expect(page.get_by_role("region", name="Burning in what you own")).to_be_visible()
    _assert_nothing_moved(visitor)


def _assert_nothing_moved(visitor: Visitor) -> None:
    expect(visitor.page.locator("main h2").first).to_be_visible()
    expect(visitor.page.locator("main [aria-busy=true]")).to_have_count(0)
    visitor.settle()
    assert visitor.page.evaluate("window.jumps") == []
    assert visitor.page.evaluate("window.moved") < 0.01
