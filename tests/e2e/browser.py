"""A portal under test and a browser window that writes down what goes wrong in it."""

import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Page

from portal.stack.demo import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
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
        done = subprocess.run(
            [sys.executable, "-m", "portal", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
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
        self.page.wait_for_load_state("networkidle")

    def fill_sign_in(self, username: str) -> None:
        self.page.get_by_label("Username").fill(username)
        self.page.get_by_role("textbox", name="Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()

    def sign_in(self, username: str) -> None:
        self.open("/sign-in")
        self.fill_sign_in(username)
        self.page.wait_for_url(lambda url: urlsplit(url).path != "/sign-in")

    def assert_clean(self) -> None:
        found = [*self.violations, *self.errors, *self.dialogs, *self.foreign]
        assert found == [], f"on {self.page.url}"


def watch(visitor: Visitor, context: BrowserContext, ours: tuple[str, ...]) -> None:
    """Write down policy violations, errors, dialogs and requests to other origins."""
    page = visitor.page
    context.expose_function("portalViolation", visitor.violations.append)
    context.add_init_script(VIOLATIONS)
    page.on("console", lambda line: visitor.errors.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: visitor.errors.append(str(error)))

    def refuse(dialog: Any) -> None:
        visitor.dialogs.append(dialog.message)
        dialog.dismiss()

    def note(request: Any) -> None:
        if not request.url.startswith((*ours, "data:", "blob:")):
            visitor.foreign.append(request.url)

    page.on("dialog", refuse)
    page.on("request", note)
