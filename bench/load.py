"""Closed-loop load: C connections, each sending its next request when the last byte of the answer arrived."""

import asyncio
import itertools
import json
import os
import time
from dataclasses import dataclass, field
from typing import Any

from bench.connection import Client, Connection
from bench.processes import cpu_seconds
from bench.rows import Row
from bench.servers import Target

TIMEOUT = 120


@dataclass
class Sample:
    """One row measured once on one target. Times in seconds; a row with an error counts for nothing."""

    row: str
    target: str
    connections: int
    seconds: float
    latencies: list[float]
    errors: int
    cpu: dict[str, float]
    size: int = 0
    shows: Any = None
    load: float = field(default_factory=lambda: os.getloadavg()[0])

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds if self.seconds else 0.0

    @property
    def cpu_ms(self) -> float:
        """CPU of server and database for one answer, in milliseconds."""
        return 1000 * sum(self.cpu.values()) / max(1, len(self.latencies))

    def percentile(self, share: float) -> float:
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


async def measure(row: Row, target: Target, connections: int, seconds: float, *, zipped: bool) -> Sample:
    """One row on one target: a kept answer to see what it shows, a warm-up, then the measured time."""
    client = Client(target.url, target.token, zipped=zipped)
    requests = [[client.encode(*request) for request in answer] for answer in row.requests(target.label)]
    pool = [await client.connect() for _ in range(connections)]
    shows, size = await _look(row, pool[0], requests[0])
    run = _Run(client, pool, requests, row.status)
    await run.until(min(1.0, seconds / 3), at_least=0)
    before = {name: cpu_seconds(pid) for name, pid in target.processes.items()}
    began = time.perf_counter()
    latencies, errors = await run.until(seconds, at_least=row.at_least)
    took = time.perf_counter() - began
    cpu = {name: cpu_seconds(pid) - before[name] for name, pid in target.processes.items()}
    for connection in run.pool:
        connection.transport.abort()
    return Sample(row.name, target.label, connections, took, latencies, errors, cpu, size, shows)


async def _look(row: Row, connection: Connection, requests: list[bytes]) -> tuple[Any, int]:
    """What the answer shows (to compare targets with), and its bytes."""
    size = 0
    for request in requests:
        status = await asyncio.wait_for(connection.send(request, keep=True), TIMEOUT)
        size += connection.size
    text = connection.text()
    if status != row.status:
        return f"status {status}: {text[:120]!r}", size
    return row.shows(json.loads(text)) if row.shows else None, size


class _Run:
    def __init__(
        self, client: Client, pool: list[Connection], requests: list[list[bytes]], status: int
    ) -> None:
        self.client, self.pool, self.requests, self.status = client, pool, requests, status
        self.next = itertools.count()

    async def until(self, seconds: float, *, at_least: int) -> tuple[list[float], int]:
        """Latencies of whole answers and the number of wrong ones."""
        latencies: list[float] = []
        wrong = [0]
        stop = time.perf_counter() + seconds

        async def work(slot: int) -> None:
            while time.perf_counter() < stop or len(latencies) < at_least:
                began = time.perf_counter()
                if await self._answered(slot):
                    latencies.append(time.perf_counter() - began)
                else:
                    wrong[0] += 1
                    if wrong[0] > 50:
                        return

        await asyncio.gather(*(work(slot) for slot in range(len(self.pool))))
        return latencies, wrong[0]

    async def _answered(self, slot: int) -> bool:
        for request in self.requests[next(self.next) % len(self.requests)]:
            try:
                status = await asyncio.wait_for(self.pool[slot].send(request, keep=False), TIMEOUT)
            except (OSError, TimeoutError):
                self.pool[slot].transport.abort()
                self.pool[slot] = await self.client.connect()
                return False
            if status != self.status:
                return False
        return True
