"""Very many at once, against a running portal: requests, streams, sources that are due."""

import asyncio
import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.catalog.sources.conftest import components
from tests.portal.database.conftest import cluster  # noqa: F401 - fixture
from tests.portal.database.running import Cluster, Portal, wait_until
from tests.security.crowd import (
    Follower,
    Server,
    ask_together,
    follow_and_never_read,
    slowest_but_one_in_a_hundred,
)
from tests.servers import HttpServer

pytestmark = pytest.mark.system

CLIENTS = 200
DEAF = 10
REQUESTS = 3000
"""A third of what the promise is about, for the time it takes."""

DUE = 10_000
PER_MINUTE = 60
NAMES = [f"c{number}" for number in range(300)]
ONE = "query($ref: String!) { entity(ref: $ref) { ref title ... on Component { owner { ref } } } }"
LIST = "query($name: [String!]) { entities(first: 20, filter: {name: $name}) { totalCount nodes { ref } } }"
ME = "{ viewer { username } }"
CHANGES = "subscription { changes { ref } }"
FEW = "target LIKE '%/few/%'"
BEHIND = f"SELECT 1 FROM catalog_location WHERE {FEW} AND last_success_at IS NULL"
REFS = " ".join(f"ref{number}: ref" for number in range(20))
WORDY = f"subscription($after: String) {{ changes(after: $after) {{ {REFS} }} }}"


@pytest.fixture(scope="module")
def host() -> Iterator[HttpServer]:
    with HttpServer() as server:
        yield server


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the catalog has: 300 components."""
    folder = tmp_path_factory.mktemp("crowd")
    folder.chmod(0o755)
    path = folder / "all.yaml"
    path.write_text(components(*NAMES), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def portal(
    cluster: Cluster,  # noqa: F811 - fixture
    host: HttpServer,
    file: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Portal]:
    settings = {
        "PORTAL_OUTBOUND_PRIVATE": f"{host.host},localhost:{host.server.server_port}",
        "PORTAL_OUTBOUND_PER_MINUTE": str(PER_MINUTE),
        "PORTAL_STREAMS_PER_ACCOUNT": str(2 * CLIENTS),
    }
    made = Portal(cluster, tmp_path_factory.mktemp("portal"), **settings)
    assert made.run("catalog", "add", str(file), "--trusted").returncode == 0
    yield made
    made.process.terminate()
    made.process.wait(120)


@pytest.fixture
def web(portal: Portal) -> Server:
    return Server(portal.port, portal.token)


@pytest.fixture
def due(cluster: Cluster, host: HttpServer) -> Iterator[Callable[[str, int], None]]:  # noqa: F811 - fixture
    """Makes so many sources below an address of the host that are due now, as after a long stop."""

    def make(address: str, count: int) -> None:
        host.seen.clear()
        cluster.execute(
            "INSERT INTO catalog_location (uid, type, target, namespace, trusted, registered_by, created_at,"
            " root, files, etag, last_error, failures, memory, next_attempt_at)"
            f" SELECT gen_random_uuid(), 'url', '{address}/' || number || '.yaml', '', false, 'x', now(),"
            f" '', '{{}}', '', '', 0, '{{}}', now() FROM generate_series(1, {count}) number"
        )

    yield make
    cluster.execute(
        "UPDATE catalog_location SET next_attempt_at = now() + interval '1 day' WHERE type = 'url'"
    )


def processes(port: int) -> dict[int, int]:
    """Those that serve a port, by their ids: the memory of each, in MB."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_text()
            if words.startswith("granian") and f"127.0.0.1:{port} " in words:
                found[int(folder.name)] = (
                    int((folder / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20
                )
        except OSError:
            continue
    assert found
    return found


def unhurt(before: dict[int, int], after: dict[int, int]) -> bool:
    """The same processes, none of which has grown by 200 MB."""
    return before.keys() == after.keys() and all(after[pid] - before[pid] < 200 for pid in before)


def mixed(server: Server, count: int) -> list[bytes]:
    """Entities, pages of lists and questions of who asks."""
    operations: list[tuple[str, dict[str, str]]] = []
    for number in range(count):
        name = NAMES[number % len(NAMES)]
        operations += [(ONE, {"ref": f"component:default/{name}"}), (LIST, {"name": name}), (ME, {})]
    return [server.posted("/graphql", query, **variables) for query, variables in operations[:count]]


def test_thousands_of_questions_of_two_hundred_clients_are_all_answered(portal: Portal, web: Server) -> None:
    asyncio.run(ask_together(web, mixed(web, 60), clients=10))
    before = processes(portal.port)
    answers = asyncio.run(ask_together(web, mixed(web, REQUESTS), clients=CLIENTS))

    assert len(answers) == REQUESTS
    turned_away = [answer for answer in answers if answer.status != 200]
    assert all(answer.status in (429, 503) and "retry-after" in answer.headers for answer in turned_away)
    admitted = [answer for answer in answers if answer.status == 200]
    assert all("errors" not in json.loads(answer.body) for answer in admitted)
    average = sum(answer.seconds for answer in admitted) / len(admitted)
    assert slowest_but_one_in_a_hundred(admitted) < max(2, 5 * average), "nobody is left behind by the others"
    assert unhurt(before, processes(portal.port))
    [alone] = asyncio.run(ask_together(web, mixed(web, 1), clients=1))
    assert alone.status == 200


def test_two_hundred_streams_live_and_those_that_nobody_reads_cost_the_others_nothing(
    portal: Portal, web: Server, file: Path
) -> None:
    """Ten of them take nothing of all that there was, and are cut off at last."""
    streams = Server(portal.streams, portal.token)
    before = processes(portal.streams)

    async def live() -> None:
        [now] = await ask_together(web, [web.posted("/graphql", "{ changes { cursor } }")], clients=1)
        text = file.read_text()
        await refresh(portal, file, text := text.replace("metadata: {", "metadata: {title: new, "))
        followers = [Follower() for _ in range(CLIENTS - DEAF)]
        tasks = [await follower.follow(streams, CHANGES) for follower in followers]
        cursor = json.loads(now.body)["data"]["changes"]["cursor"]
        deaf = [follow_and_never_read(streams, WORDY, after=cursor) for _ in range(DEAF)]
        await until(lambda: all(follower.beats for follower in followers))

        await refresh(portal, file, text.replace("{title: new, name: c7}", "{title: newer, name: c7}"))
        await until(lambda: all(follower.told for follower in followers))
        assert all("component:default/c7" in str(follower.results) for follower in followers)
        answers = await ask_together(web, mixed(web, 60), clients=2)
        assert {answer.status for answer in answers} == {200}

        for client in deaf:
            client.close()
        heard = [len(follower.beats) for follower in followers]
        await until(
            lambda: all(len(each.beats) > count for each, count in zip(followers, heard, strict=True))
        )
        for task in tasks:
            task.cancel()

    asyncio.run(live())
    assert unhurt(before, processes(portal.streams))


def test_ten_thousand_sources_that_are_due_at_once_slow_no_reader_down(
    cluster: Cluster,  # noqa: F811 - fixture
    host: HttpServer,
    web: Server,
    due: Callable[[str, int], None],
) -> None:
    def looked_at() -> int:
        [[count]] = cluster.execute(
            "SELECT count(*) FROM catalog_location WHERE type = 'url' AND last_attempt_at IS NOT NULL"
        )
        return int(count)

    requests = mixed(web, 300)
    usual = slowest_but_one_in_a_hundred(asyncio.run(ask_together(web, requests, clients=2)))
    host.routes = {
        f"/many/{number}.yaml": (200, {}, components(f"due{number}").encode()) for number in range(1, DUE + 1)
    }
    due(f"{host.url}/many", DUE)
    began = time.monotonic()
    wait_until(lambda: looked_at() > 10)
    meanwhile: list[float] = []
    while looked_at() < 200:
        answers = asyncio.run(ask_together(web, requests, clients=2))
        assert {answer.status for answer in answers} == {200}
        meanwhile.append(slowest_but_one_in_a_hundred(answers))

    minutes = int((time.monotonic() - began) / 60) + 2
    assert sorted(meanwhile)[len(meanwhile) // 2] < max(10 * usual, 5), "readers do not wait for it"
    assert 10 < len(host.seen) <= minutes * PER_MINUTE, "the first and the last minute may be parts of one"


def test_fifty_sources_of_a_host_that_asks_to_wait_leave_it_alone(
    cluster: Cluster,  # noqa: F811 - fixture
    host: HttpServer,
    due: Callable[[str, int], None],
) -> None:
    def waiting() -> list[Any]:
        """Those that are not due, each with the seconds that it waits."""
        return cluster.execute(
            "SELECT target, extract(epoch FROM next_attempt_at - last_attempt_at) FROM catalog_location"
            f" WHERE {FEW} AND last_attempt_at IS NOT NULL AND next_attempt_at > now()"
        )

    def asked() -> int:
        return sum(each.path in answers for each in host.seen)

    answers = {f"/few/{number}.yaml": (429, {"Retry-After": "120"}, b"") for number in range(1, 51)}
    host.routes = dict(answers)
    due(f"http://localhost:{host.server.server_port}/few", 50)
    wait_until(lambda: len(waiting()) == 50)
    assert all(seconds > 100 for _, seconds in waiting())
    assert 1 <= asked() <= 4, "those that were under way when it said so"
    host.routes = {path: (200, {}, components(f"few{path[5:-5]}").encode()) for path in answers}
    cluster.execute("DELETE FROM portal_cache WHERE cache_key LIKE '%outbound-%'")
    cluster.execute(f"UPDATE catalog_location SET next_attempt_at = now() WHERE {FEW}")
    wait_until(lambda: not cluster.execute(f"{BEHIND} LIMIT 1"))
    assert asked() <= 54


async def refresh(portal: Portal, file: Path, text: str) -> None:
    """Returns when what the file says now is in the catalog."""
    file.write_text(text, encoding="utf-8")
    done = await asyncio.to_thread(portal.run, "catalog", "refresh", str(file))
    assert done.returncode == 0, done.stderr


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(180):
        while not condition():
            await asyncio.sleep(0.05)
