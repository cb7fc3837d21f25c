"""Pages in a real browser: from a click to rows that can be read, how far anything moves, what was asked for.

`python -m bench.pages --url http://127.0.0.1:8000 --account admin --password … --entity component:default/x`
measures a portal that runs already.
"""

import argparse
import os
import shutil
from collections.abc import Callable, Mapping
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# From the click (or from the start of the document) to the frame after `selector` is there; every shift of
# the layout counts, those after a click too, which the web's own measure forgives.
WATCH = """
(() => {
  const state = { clicked: 0, shifts: [] };
  window.portalBench = state;
  addEventListener('pointerdown', () => {
    state.clicked = performance.now();
    state.shifts.length = 0;
  }, true);
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) state.shifts.push(entry.value);
  }).observe({ type: 'layout-shift', buffered: true });
  state.until = (selector) => new Promise((done) => {
    const look = () => document.querySelector(selector)
      ? requestAnimationFrame(() => setTimeout(() => done(performance.now() - state.clicked)))
      : requestAnimationFrame(look);
    look();
  });
})();
"""
LIST = "main tbody tr td a[href^='/catalog/']"
HEADING = "main header h1"
IDLE = "() => new Promise((done) => requestIdleCallback(() => setTimeout(() => done(true), 300)))"
ABOUT = "main a[href^='/catalog/default/group/']"


def pages(url: str, account: str, password: str, entity: str, *, repeats: int = 5) -> dict[str, Any]:
    """Milliseconds (medians) and shifts (the worst) of each way to a list and an entity's page."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=_browser(), args=["--no-sandbox", "--disable-gpu"]
        )
        try:
            state = _sign_in(browser, url, account, password)
            runs = [_run(browser, url, state, entity) for _ in range(repeats)]
        finally:
            browser.close()
    return {name: _summed([run[name] for run in runs]) for name in runs[0]}


def _browser() -> str:
    named = os.environ.get("PORTAL_TEST_CHROMIUM")
    path = named or next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        raise SystemExit("No Chromium: install it, or name it with PORTAL_TEST_CHROMIUM.")
    return path


def _sign_in(browser: Browser, url: str, account: str, password: str) -> Any:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{url}/sign-in")
        page.get_by_label("Username").fill(account)
        page.get_by_role("textbox", name="Password").fill(password)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda now: "/sign-in" not in now)
        return context.storage_state()


def _run(browser: Browser, url: str, state: Any, entity: str) -> dict[str, dict[str, Any]]:
    """A browser that has seen nothing yet: first clicks, then the same again, then addresses of their own."""
    kind, _, rest = entity.partition(":")
    namespace, _, name = rest.partition("/")
    place = f"/catalog/{namespace}/{kind}/{name}"
    with browser.new_context(storage_state=state, viewport={"width": 1440, "height": 900}) as context:
        context.add_init_script(WATCH)
        page = context.new_page()
        page.goto(url)
        _settle(page)
        found = {"list, first click": _click(page, "nav a[href='/catalog']", LIST)}
        found["entity, first click"] = _click(page, LIST, ABOUT)
        page.locator("nav a[href='/']").first.click()
        _settle(page)
        found["list, again"] = _click(page, "nav a[href='/catalog']", LIST)
        found["entity, again"] = _click(
            page, f"main tbody tr:nth-child(2) {LIST.partition(' tr ')[2]}", ABOUT
        )
        found["list, address"] = _open(page, f"{url}/catalog", LIST)
        found["entity, address"] = _open(page, url + place, ABOUT)
        return found


def _click(page: Page, what: str, until: str) -> dict[str, Any]:
    link = page.locator(what).first
    box = link.bounding_box()
    assert box is not None, what

    # Nothing is fetched ahead: the pointer arrives and presses at once.
    def press() -> None:
        page.mouse.move(box["x"] + 5, box["y"] + box["height"] / 2)
        page.mouse.down()
        page.mouse.up()

    return _measured(page, press, until)


def _open(page: Page, address: str, until: str) -> dict[str, Any]:
    return _measured(page, lambda: page.goto(address, wait_until="commit"), until)


def _measured(page: Page, act: Callable[[], object], until: str) -> dict[str, Any]:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    before = _cpu_seconds(page)
    act()
    taken = page.evaluate("(selector) => window.portalBench.until(selector)", until)
    cpu = (_cpu_seconds(page) - before) * 1000
    graphql = sum(url.endswith("/graphql") for url in asked)
    _settle(page)
    shifts = page.evaluate("window.portalBench.shifts.reduce((sum, each) => sum + each, 0)")
    return {"ms": taken, "cpu": cpu, "shift": shifts, "graphql": graphql}


def _settle(page: Page) -> None:
    """Until the page has nothing left to do; a quiet network alone says little on a busy machine."""
    page.wait_for_selector("main h1")
    page.wait_for_load_state("networkidle")
    page.wait_for_function(IDLE)


def _cpu_seconds(page: Page) -> float:
    """What the processes that draw pages have used so far."""
    browser = page.context.browser
    assert browser is not None
    session = browser.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    return float(sum(each["cpuTime"] for each in processes if each["type"] == "renderer"))


def _summed(samples: list[Mapping[str, Any]]) -> str:
    taken, cpu = ([sample[name] for sample in samples] for name in ("ms", "cpu"))
    shift = max(sample["shift"] for sample in samples)
    asked = max(sample["graphql"] for sample in samples)
    return (
        f"{median(taken):.0f} ms ({min(taken):.0f} to {max(taken):.0f}), {median(cpu):.0f} ms of CPU in the "
        f"browser, shift {shift:.3f}, {asked} GraphQL"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name in ("url", "account", "password", "entity"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--repeats", type=int, default=5)
    chosen = parser.parse_args()
    found = pages(chosen.url, chosen.account, chosen.password, chosen.entity, repeats=chosen.repeats)
    for name, figures in found.items():
        print(f"{name:20} {figures}")


if __name__ == "__main__":
    main()
