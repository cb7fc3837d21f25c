"""The npm clients of Backstage in a Node process, and a portal that runs and answers them."""

import json
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from catalog.refresh import jobs
from catalog.refresh import wake as waking
from portal.accounts.models import Account
from portal.stack.errors import StackError
from portal.stack.frontend import CLIENTS, are_installed, find_node
from tests.catalog.conftest import company, folder  # noqa: F401 - fixtures

HERE = Path(__file__).parent


class ClientError(Exception):
    """What a client threw: `name` is its class, `body` the answer of the portal that it was made of."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(f"{error['name']}: {error['message']}")
        self.name: str = error["name"]
        self.message: str = error["message"]
        self.status: int | None = error.get("statusCode")
        self.cause: dict[str, str] | None = error.get("cause")
        self.body: Any = error.get("body")


@dataclass
class Clients:
    """Calls a method of a client with an account's token: `clients("catalog", "getEntities", {…})`.

    Returns what the method returns (None for undefined, a list for what it streams). Raises ClientError.
    """

    process: "subprocess.Popen[str]"
    token: str

    def __call__(self, client: str, method: str, *arguments: Any) -> Any:
        call = {"client": client, "method": method, "arguments": arguments, "token": self.token}
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(call) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            raise ClientError(answer["error"])
        return answer.get("value")


@pytest.fixture
def node(live_server: Any) -> "Iterator[subprocess.Popen[str]]":
    """Node, driving the clients against the running portal."""
    try:
        program = find_node().program
    except StackError as error:
        pytest.skip(str(error))
    if not are_installed(CLIENTS):
        pytest.skip("the npm clients are not installed: `make test-system` fetches them")
    process = subprocess.Popen(
        [str(program), str(HERE / "drive.mjs"), live_server.url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    yield process
    process.communicate()


@pytest.fixture
def clients_of(node: "subprocess.Popen[str]", token_of: Callable[..., str]) -> Callable[..., Clients]:
    """The clients as somebody: `clients_of(member, "read", "catalog:write")`."""

    def make(account: Account, *scopes: str) -> Clients:
        return Clients(node, token_of(account, *scopes))

    return make


@pytest.fixture
def worker() -> Iterator[None]:
    """Does what requests leave for workers, in a thread of its own, when it is woken."""
    threads: list[threading.Thread] = []

    def run() -> None:
        jobs.run_location_jobs()
        connections.close_all()

    def wake(after: float) -> None:
        threads.append(threading.Thread(target=run))
        threads[-1].start()

    before = list(waking._wake)
    waking.set_wake(wake)
    yield
    waking._wake[:] = before
    for thread in threads:
        thread.join()
