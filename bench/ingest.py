"""Registers a generated catalog and times it until every entity is listed and every relation is there."""

import json
import os
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bench.processes import cpu_seconds, pss_mb
from bench.servers import Target, databases_mb
from bench.session import Session

POLL_SECONDS = 0.1
LIMIT_SECONDS = 3600


def call(target: Target, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    """Status and JSON of one request."""
    content = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(target.url + path, content, method=method)
    request.add_header("Authorization", f"Bearer {target.token}")
    request.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(request, timeout=300) as answer:
            text = answer.read()
            return answer.status, json.loads(text) if text else None
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode("utf-8", "replace")


class Memory:
    """The highest memory of the processes while it watches, in MB."""

    def __init__(self, target: Target) -> None:
        self.watched = dict(target.processes)
        self.peak: dict[str, float] = {}
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def _watch(self) -> None:
        while not self._done.wait(0.5):
            for name, pid in list(self.watched.items()):
                self.peak[name] = max(self.peak.get(name, 0.0), pss_mb(pid))

    def __enter__(self) -> "Memory":
        self._thread.start()
        return self

    def __exit__(self, *reason: object) -> None:
        self._done.set()
        self._thread.join()


def ingest(target: Target, files_url: str, manifest: dict[str, Any]) -> dict[str, Any]:
    """Seconds until listed and related, CPU seconds, peak memory and database size in MB."""
    register = _registering(target)
    before = {name: cpu_seconds(pid) for name, pid in target.processes.items()}
    began = time.monotonic()
    with Memory(target) as memory, ThreadPoolExecutor() as pool:
        registered = pool.submit(register, f"{files_url}/all.yaml")
        listed = _wait(target, began, lambda: _is_listed(target, manifest))
        related = _wait(target, began, lambda: _is_related(target, manifest))
        registered.result()
    cpu = {name: cpu_seconds(pid) - before[name] for name, pid in target.processes.items()}
    return {
        "entities": manifest["total"],
        "listed_s": round(listed, 2),
        "related_s": round(related, 2),
        "cpu_s": {name: round(value, 2) for name, value in cpu.items()},
        "cpu_ms_per_entity": round(1000 * sum(cpu.values()) / manifest["total"], 3),
        "peak_mb": {name: round(value) for name, value in memory.peak.items()},
        "database_mb": round(databases_mb(target.postgres), 1),
        "load": os.getloadavg()[0],
    }


def _registering(target: Target) -> Callable[[str], None]:
    """A function that registers an address through the API. With us it is an administrator, signed in
    already, who trusts the location: it has users and groups."""
    session = Session(target.url) if target.label == "portal" else None

    def register(url: str) -> None:
        if session:
            refused = session.register(f"url:{url}")
        else:
            status, said = call(target, "POST", "/api/catalog/locations", {"type": "url", "target": url})
            refused = [] if status == 201 else [said]
        if refused:
            raise SystemExit(f"{target.label}: registering {url}: {refused}")

    return register


def _wait(target: Target, began: float, done: Any) -> float:
    while not done():
        if time.monotonic() - began > LIMIT_SECONDS:
            raise SystemExit(f"{target.label}: not done after {LIMIT_SECONDS} s")
        time.sleep(POLL_SECONDS)
    return time.monotonic() - began


def _count(target: Target, condition: str) -> int:
    status, answer = call(target, "GET", f"/api/catalog/entities/by-query?limit=0&{condition}")
    return int(answer["totalItems"]) if status == 200 else -1


def _is_listed(target: Target, manifest: dict[str, Any]) -> bool:
    kinds = "&".join(f"filter=kind={kind.lower()}" for kind in manifest["kinds"])
    return _count(target, kinds) >= manifest["total"]


def _is_related(target: Target, manifest: dict[str, Any]) -> bool:
    wanted = manifest["entities_with_relation"]
    return all(_count(target, f"filter=relations.{name}") >= expected for name, expected in wanted.items())


def settle(target: Target, limit: float = 300.0) -> float:
    """Wait until what a start sets off is over, less than a tenth of a core in use; seconds waited."""
    began = time.monotonic()
    while time.monotonic() - began < limit:
        before = sum(map(cpu_seconds, target.processes.values()))
        time.sleep(2)
        if sum(map(cpu_seconds, target.processes.values())) - before < 0.2:
            break
    return time.monotonic() - began


def idle(target: Target, seconds: float) -> dict[str, Any]:
    """Share of a core that nobody's requests use; memory in MB of the processes without PostgreSQL, and of
    those that serve the web."""
    before = {name: cpu_seconds(pid) for name, pid in target.processes.items()}
    time.sleep(seconds)
    used = {name: cpu_seconds(pid) - before[name] for name, pid in target.processes.items()}
    share = {name: round(100 * value / seconds, 2) for name, value in used.items()}
    return {
        "core_percent": share,
        "server_mb": round(pss_mb(target.server, without="bin/postgres")),
        "web_mb": round(pss_mb(target.server, only=target.web)),
    }


def write_component(folder: Path, name: str, title: str, owner: str) -> None:
    """A descriptor of one component in the served folder, written whole."""
    text = (
        f"apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: {name}\n  title: {title}\n"
        f"  tags: [bench]\nspec:\n  type: service\n  lifecycle: production\n  owner: {owner}\n"
    )
    fresh = folder / f"{name}.tmp"
    fresh.write_text(text)
    fresh.replace(folder / f"{name}.yaml")
