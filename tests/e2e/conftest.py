"""A real portal, started as its users start it, and a real browser that writes down what goes wrong in it."""

import os
import queue
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from portal.stack.demo import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
START_SECONDS = 240
PATIENCE_MS = 15_000
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

    def sign_in(self, username: str) -> None:
        self.open("/sign-in")
        self.page.get_by_label("Username").fill(username)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(lambda url: urlsplit(url).path != "/sign-in")

    def assert_clean(self) -> None:
        found = [*self.violations, *self.errors, *self.dialogs, *self.foreign]
        assert found == [], f"on {self.page.url}"


def find_browser() -> str | None:
    named = os.environ.get("PORTAL_TEST_CHROMIUM")
    return named or next((path for name in BROWSERS if (path := shutil.which(name))), None)


def free_ports() -> tuple[int, int]:
    with socket.socket() as first, socket.socket() as second:
        first.bind(("127.0.0.1", 0))
        second.bind(("127.0.0.1", 0))
        return first.getsockname()[1], second.getsockname()[1]


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Portal]:
    """`portal up` with an empty home and its own database and broker, stopped by Ctrl-C at the end."""
    port, streams_port = free_ports()
    ours = ("DATABASE_URL", "PORTAL_", "DJANGO_SETTINGS_MODULE")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    environment["PORTAL_HOME"] = str(tmp_path_factory.mktemp("portal"))
    up = ["up", "--port", str(port), "--streams-port", str(streams_port)]
    process = subprocess.Popen(
        [sys.executable, "-m", "portal", *up],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    said: list[str] = []
    try:
        wait_until_ready(process, said)
        yield Portal(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{streams_port}", environment)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(60)
        finally:
            process.kill()


def wait_until_ready(process: "subprocess.Popen[str]", said: list[str]) -> None:
    lines: queue.Queue[str | None] = queue.Queue()

    def read() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            said.append(line)
            lines.put(line)
        lines.put(None)

    threading.Thread(target=read, daemon=True).start()
    while True:
        line = lines.get(timeout=START_SECONDS)
        assert line is not None, "portal up ended: " + "".join(said)
        if line.startswith("Portal is ready"):
            return


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = find_browser()
    if path is None:
        pytest.skip("no Chromium: install it, or name it with PORTAL_TEST_CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def visit(portal: Portal, browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """Opens a window; as somebody who is signed in, if a name is given."""
    contexts: list[BrowserContext] = []

    def open_window(username: str | None = None, **options: Any) -> Visitor:
        context = browser.new_context(**options)
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        visitor = Visitor(context.new_page(), portal.url)
        watch(visitor, context, (portal.url, portal.streams_url))
        if username is not None:
            visitor.sign_in(username)
        return visitor

    yield open_window
    for context in contexts:
        context.close()


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
