"""A real portal, started as its users start it, and a real browser that writes down what goes wrong in it."""

import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Browser, StorageState, expect, sync_playwright

from tests.e2e.browser import PATIENCE_MS, ROOT, Portal, Visitor, watch
from tests.servers import PATIENT, free_ports

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
START_SECONDS = 900
ALL_PLUGINS = ("ci", "docs", "kubernetes", "monitoring", "costs", "scorecards")
ADDED_PLUGINS = ("drowsy", "modest")

expect.set_options(timeout=PATIENCE_MS)


def find_browser() -> str | None:
    named = os.environ.get("PORTAL_TEST_CHROMIUM")
    return named or next((path for name in BROWSERS if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory, browser_program: str) -> Iterator[Portal]:
    """`portal up` with an empty home and its own database and broker, stopped by Ctrl-C at the end."""
    port, streams_port = free_ports(2)
    ours = ("DATABASE_URL", "PORTAL_", "DJANGO_SETTINGS_MODULE")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    environment |= PATIENT
    environment["PORTAL_HOME"] = str(tmp_path_factory.mktemp("portal"))
    environment["PORTAL_CATALOG_ROOTS"] = str(tmp_path_factory.mktemp("catalogs"))
    environment |= with_plugins(tmp_path_factory.mktemp("plugins"))
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
            process.wait(120)
        finally:
            process.kill()
        # Root's database may have had to live outside of the home.
        subprocess.run(
            [sys.executable, "-m", "portal", "reset", "--yes"], cwd=ROOT, env=environment, check=False
        )


def with_plugins(folder: Path) -> dict[str, str]:
    """The settings of a portal that has the plugins of tests/e2e/plugins too, installed as packages are."""
    for name in ADDED_PLUGINS:
        config = f"portal_{name}.apps:{name.capitalize()}Plugin"
        info = folder / f"portal_{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: portal-{name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[portal.plugins]\n{name} = {config}\n")
    return {
        "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT / "tests" / "e2e" / "plugins")]),
        "PORTAL_PLUGINS": ",".join([*ALL_PLUGINS, *ADDED_PLUGINS]),
    }


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
def browser_program() -> str:
    path = find_browser()
    if path is None:
        pytest.skip("no Chromium: install it, or name it with PORTAL_TEST_CHROMIUM")
    return path


@pytest.fixture(scope="module")
def browser(browser_program: str) -> Iterator[Browser]:
    """Gone with the module: where a browser is driven, Django lets nobody ask the database."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_program, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def sessions() -> dict[str, StorageState]:
    """The cookies of those who have signed in."""
    return {}


@pytest.fixture(scope="module")
def session_of(
    portal: Portal, browser: Browser, sessions: dict[str, StorageState]
) -> Callable[[str], StorageState]:
    """The cookies of somebody who signed in once."""

    def sign_in(username: str) -> StorageState:
        if username not in sessions:
            with browser.new_context() as context:
                Visitor(context.new_page(), portal.url).sign_in(username)
                sessions[username] = context.storage_state()
        return sessions[username]

    return sign_in


@pytest.fixture
def add_template(portal: Portal, tmp_path: Path) -> Callable[..., str]:
    """Registers a template with this spec and gives its name."""

    def add(name: str, **spec: Any) -> str:
        document = {
            "apiVersion": "scaffolder.backstage.io/v1beta3",
            "kind": "Template",
            "metadata": {"name": name, "title": name.replace("-", " ").capitalize()},
            "spec": {"owner": "group:default/platform", "type": "service", **spec},
        }
        file = tmp_path / f"{name}.yaml"
        file.write_text(yaml.safe_dump(document, sort_keys=False))
        portal.command("catalog", "add", str(file), "--trusted")
        return name

    return add


@pytest.fixture
def add_component(portal: Portal, tmp_path: Path) -> Callable[..., str]:
    """Registers a component with these annotations and gives the address of its page."""

    def add(name: str, **annotations: str) -> str:
        document = {
            "apiVersion": "backstage.io/v1alpha1",
            "kind": "Component",
            "metadata": {"name": name, "annotations": annotations},
            "spec": {"type": "service", "lifecycle": "production", "owner": "group:default/platform"},
        }
        file = tmp_path / f"{name}.yaml"
        file.write_text(yaml.safe_dump(document))
        portal.command("catalog", "add", str(file), "--trusted")
        return f"/catalog/default/component/{name}"

    return add


@pytest.fixture(scope="module")
def window_of(
    portal: Portal, browser: Browser, session_of: Callable[[str], StorageState]
) -> Callable[..., Visitor]:
    """Opens a window that whoever asks for it closes; as somebody who is signed in, if a name is given."""

    def open_window(username: str | None = None, **options: Any) -> Visitor:
        if username is not None:
            options["storage_state"] = session_of(username)
        context = browser.new_context(**options)
        context.set_default_timeout(PATIENCE_MS)
        visitor = Visitor(context.new_page(), portal.url)
        watch(visitor, context, (portal.url, portal.streams_url))
        return visitor

    return open_window


@pytest.fixture
def visit(window_of: Callable[..., Visitor]) -> Iterator[Callable[..., Visitor]]:
    """Opens a window that is closed after the test."""
    windows: list[Visitor] = []

    def open_window(username: str | None = None, **options: Any) -> Visitor:
        windows.append(window_of(username, **options))
        return windows[-1]

    yield open_window
    for window in windows:
        window.page.context.close()
