"""One machine after the other is started again while the portal is used, and no request is lost."""

import http.client
import itertools
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from portal.stack.home import Home
from portal.stack.up import GRANIAN, WEB
from tests.portal.database.running import ROOT, Portal, wait_until
from tests.servers import free_ports

pytestmark = pytest.mark.system


class Proxy:
    """Asks one machine after the other, and the next one where nobody listens: as a proxy does."""

    def __init__(self, portal: Portal, ports: list[int]) -> None:
        self.portal = portal
        self.turns = itertools.cycle([ports, ports[::-1]])
        self.statuses: list[int] = []

    def get(self, path: str) -> tuple[int, bytes]:
        """Status and body; 0 for an answer that broke off, or where no machine is there."""
        for port in next(self.turns):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
            try:
                connection.request("GET", path, headers={"Authorization": f"Bearer {self.portal.token}"})
                answer = connection.getresponse()
            except (ConnectionError, http.client.RemoteDisconnected):
                continue  # not a byte of an answer was there
            try:
                return answer.status, answer.read()
            except (OSError, http.client.HTTPException):
                return 0, b""
            finally:
                connection.close()
        return 0, b""

    @contextmanager
    def in_use(self) -> Iterator[None]:
        done = threading.Event()

        def read() -> None:
            while not done.wait(0.05):
                self.statuses.append(self.get("/api/catalog/entities?limit=5")[0])

        threads = [threading.Thread(target=read) for _ in range(3)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            done.set()
            for thread in threads:
                thread.join()


class Machine:
    """Another web of the same portal, as an operator starts it."""

    def __init__(self, portal: Portal) -> None:
        home = Home(Path(portal.environment["PORTAL_HOME"]))
        self.environment = portal.environment | json.loads(home.state_file.read_text())["environment"]
        (self.port,) = free_ports(1)
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "granian", *GRANIAN, *WEB, "--port", str(self.port)]
        self.process = subprocess.Popen([*command, "portal.wsgi:application"], env=self.environment, cwd=ROOT)
        wait_until(lambda: is_ready(self.port), 120)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(120)


def is_ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


@pytest.fixture
def machines(portal: Portal) -> Iterator[list[Machine]]:
    started = [Machine(portal), Machine(portal)]
    yield started
    for machine in started:
        machine.stop()


def test_no_request_is_lost_when_one_machine_after_the_other_is_started_again(
    portal: Portal, empty: None, machines: list[Machine]
) -> None:
    proxy = Proxy(portal, [machine.port for machine in machines])
    with proxy.in_use():
        wait_until(lambda: len(proxy.statuses) > 20)
        for machine in machines:
            machine.stop()
            machine.start()
    assert set(proxy.statuses) == {200}
