"""`portal up --reload`: a changed file of a plugin is in the API soon, and a broken plugin is left out."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from portal.stack import develop
from tests.databases import database_url
from tests.servers import free_ports

ROOT = Path(__file__).resolve().parents[3]
QUERY = '{ plugins { name verboseName } __type(name: "EntityTide") { fields { name } } }'


class Server:
    """The part of `portal up --reload` that answers requests, with a plugin of its own."""

    def __init__(self, folder: Path, token: str) -> None:
        self.token = token
        [self.port] = free_ports(1)
        command = [sys.executable, "-m", "portal", "plugin", "new", "tide", "--folder", str(folder)]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=180)
        self.site = folder / "portal-tide"
        info = self.site / "portal_tide-0.1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: portal-tide\nVersion: 0.1.0\n")
        (info / "entry_points.txt").write_text("[portal.plugins]\ntide = portal_tide.apps:TidePlugin\n")
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join([str(self.site), str(ROOT)]), "PORTAL_PLUGINS": "tide",
            "DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "portal.settings",
        }  # fmt: skip
        self.process = subprocess.Popen(
            [sys.executable, "-m", "portal.stack.develop", "web", "127.0.0.1", str(self.port)],
            env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip

    def is_there(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        except OSError:
            return False

    def ask(self) -> Any:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/graphql", json.dumps({"query": QUERY}).encode(),
            {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"},
        )  # fmt: skip
        with urllib.request.urlopen(request, timeout=180) as answer:
            return json.load(answer)["data"]

    def title(self) -> str:
        return str(next(each["verboseName"] for each in self.ask()["plugins"] if each["name"] == "tide"))

    def change(self, name: str, old: str, new: str) -> None:
        path = self.site / "portal_tide" / name
        path.write_text(path.read_text().replace(old, new))

    def said(self, text: str) -> None:
        """Wait for a line that has this text."""
        assert self.process.stdout
        for line in self.process.stdout:
            if text in line:
                return
        raise AssertionError(f"it never said {text}")


@pytest.fixture
def server(
    tmp_path: Path, transactional_db: None, admin: Any, token_of: Callable[..., str]
) -> Iterator[Server]:
    server = Server(tmp_path, token_of(admin, "read"))
    try:
        wait_for(server.is_there)
        yield server
    finally:
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(60)


def wait_for(found: Callable[[], bool], seconds: float = 180) -> None:
    ends = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < ends
        time.sleep(0.1)


@pytest.mark.system
def test_a_changed_plugin_is_there_and_a_broken_one_is_left_out(server):
    assert server.title() == "Tide"
    server.change("apps.py", 'verbose_name = "Tide"', 'verbose_name = "Ebb"')
    wait_for(lambda: server.title() == "Ebb")  # nobody who asks meanwhile is left without an answer
    server.said("Changed: ready again")
    server.change("schema.py", "value =", "height =")
    server.said("Changed: ready again")
    assert [field["name"] for field in server.ask()["__type"]["fields"]] == ["height"]
    server.change("apps.py", "def register", "def register(:")
    server.said("Changed: ready again")
    assert server.title() == "tide"
    server.change("apps.py", "def register(:", "def register")
    os.utime(develop.CHECKOUT / "portal" / "stack" / "answering.py")  # the portal itself: a cold start
    server.said("Changed: ready again")
    wait_for(lambda: server.title() == "Ebb")


def test_only_files_of_python_are_watched(tmp_path):
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "a.py").touch()
    (tmp_path / "b.txt").touch()
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "c.py").touch()
    assert list(develop.states([tmp_path, tmp_path / "gone"])) == [str(tmp_path / "inner" / "a.py")]


def test_the_portal_and_installed_plugins_are_watched():
    assert [folder.name for folder in develop.folders()][:4] == ["portal", "catalog", "scaffolder", "plugins"]
