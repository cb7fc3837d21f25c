"""A portal under test and a browser window that writes down what goes wrong in it."""

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Page, Request, ViewportSize, expect

from portal.stack.demo import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_MS = 60_000
"""How long anything in the page may take: only how busy the machine is decides about that."""

# The page asks who is signed in; the browser notes the 401 that means nobody as an error.
WHO_AM_I = "/_allauth/browser/v1/auth/session"
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RUN_AXE = """
async () => {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
  const options = { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] };
  const { violations } = await axe.run(document, options);
  const said = (id, { html, failureSummary }) => `${id}: ${html} ${failureSummary}`;
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => said(id, node)));
}
"""
FADES = """
document.getAnimations().some((each) => each instanceof CSSTransition && each.playState === 'running')
"""
WIDE_TABLES = """
[...document.querySelectorAll('table[data-many]')].filter(
  ({ parentElement: place }) => place.scrollWidth > place.clientWidth
).map((table) => table.innerText)
"""
VIOLATIONS = """
document.addEventListener('securitypolicyviolation', (event) => {
  window.portalViolation(`${event.violatedDirective} blocked ${event.blockedURI} at ${location.pathname}`);
});
"""


@dataclass(frozen=True)
class Portal:
    """A running portal: where it is, and its operator's command."""

    url: str
    streams_url: str
    environment: dict[str, str]

    def command(self, *arguments: str) -> str:
        """What `portal …` prints; fails the test if it fails."""
        return self._run("-m", "portal", *arguments)

    def read_docs(self) -> None:
        """What the schedule of the docs plugin does every half minute, now."""
        self._run(
            "-c",
            "from portal.cli import _set_up_django as set_up; set_up(); "
            "from plugins.docs.tasks import refresh; refresh()",
        )

    def _run(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@dataclass
class Visitor:
    """A browser window, and everything in it that a page of ours must not do."""

    page: Page
    base: str
    violations: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        self.page.goto(self.base + path)
        expect(self.page.locator("main")).to_be_visible()

    def settle(self) -> None:
        """Waits until the page has everything it asked for (never on a page with a live stream)."""
        self.page.wait_for_load_state("networkidle")

    def look(self, scheme: Literal["light", "dark"], size: ViewportSize) -> None:
        """The window by day or by night, and so large; what is open in it stays."""
        self.page.emulate_media(color_scheme=scheme)
        self.page.set_viewport_size(size)

    def fill_sign_in(self, username: str) -> None:
        self.page.get_by_label("Username").fill(username)
        self.page.get_by_role("textbox", name="Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()

    def sign_in(self, username: str) -> None:
        self.open("/sign-in")
        self.fill_sign_in(username)
        self.page.wait_for_url(lambda url: urlsplit(url).path != "/sign-in")

    def assert_accessible(self) -> None:
        """No violation that axe finds, by the rules of WCAG 2.2 AA, once the page has come to rest."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found: list[str] = []

        def has_none() -> bool:
            found[:] = [] if self.page.evaluate(FADES) else self.page.evaluate(RUN_AXE)
            return not found and not self.page.evaluate(FADES)

        self.eventually(has_none, lambda: "\n".join(found), seconds=10)

    def eventually(
        self, holds: Callable[[], bool], otherwise: Callable[[], str], seconds: float = PATIENCE_MS / 1000
    ) -> None:
        """Asks until it holds, for what `expect` has no words; `otherwise` says what is the matter."""
        ends = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < ends, otherwise()
            self.page.wait_for_timeout(50)

    def assert_fits(self) -> None:
        """Nothing is wider than the window."""

        def overflow() -> int:
            wide: int = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            return wide

        self.eventually(lambda: overflow() <= 0, lambda: f"{overflow()} px wider than the window", seconds=10)

    def assert_tables_fit(self) -> None:
        """No table of a panel is wider than its place; what is wide otherwise may be scrolled sideways."""

        def wide() -> list[str]:
            found: list[str] = self.page.evaluate(WIDE_TABLES)
            return found

        self.eventually(lambda: not wide(), lambda: "\n".join(wide()), seconds=10)

    def forget(self) -> None:
        """What was seen so far belongs to another page."""
        for seen in (self.violations, self.errors, self.dialogs, self.foreign):
            seen.clear()

    def assert_clean(self) -> None:
        found = [*self.violations, *self.errors, *self.dialogs, *self.foreign]
        assert not found, "\n".join(found)


def watch(visitor: Visitor, context: BrowserContext, ours: tuple[str, ...]) -> None:
    """Write down policy violations, errors, dialogs and requests to other origins."""
    page = visitor.page

    def violate(text: str) -> None:
        visitor.violations.append(text)

    def hear(line: ConsoleMessage) -> None:
        if line.type == "error" and not line.location["url"].endswith(WHO_AM_I):
            visitor.errors.append(f"{line.text} ({line.location['url']})")

    def refuse(dialog: Dialog) -> None:
        visitor.dialogs.append(dialog.message)
        dialog.dismiss()

    def note(request: Request) -> None:
        if not request.url.startswith((*ours, "data:", "blob:")):
            visitor.foreign.append(request.url)

    context.expose_function("portalViolation", violate)
    context.add_init_script(VIOLATIONS)
    page.on("console", hear)
    page.on("pageerror", lambda error: visitor.errors.append(str(error)))
    page.on("dialog", refuse)
    page.on("request", note)
