"""From a write to its being seen: visible, related, listed, refreshed, deleted; in milliseconds."""

import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.ingest import call, write_component
from bench.servers import Target

POLL_SECONDS = 0.005
LIMIT_SECONDS = 120


def writes(
    target: Target, folder: Path, files_url: str, manifest: dict[str, Any], count: int
) -> dict[str, Any]:
    """p50 and p95 in ms of each stage, over `count` new one-entity locations."""
    owner = manifest["group_names"][0]
    stages: dict[str, list[float]] = {}
    made = []

    def note(stage: str, began: float, done: Callable[[], bool]) -> None:
        while not done():
            if time.perf_counter() - began > LIMIT_SECONDS:
                raise SystemExit(f"{target.label}: {stage} took longer than {LIMIT_SECONDS} s")
            time.sleep(POLL_SECONDS)
        stages.setdefault(stage, []).append(1000 * (time.perf_counter() - began))

    for number in range(count):
        name = f"written-{target.label}-{int(time.time())}-{number}"
        write_component(folder, name, "One", owner)
        began = time.perf_counter()
        location = _register(target, f"{files_url}/{name}.yaml")
        note("answered", began, lambda: True)
        note("visible", began, lambda name=name: _get(target, name) is not None)
        note("related", began, lambda name=name: _has_owner(_get(target, name)))
        note("listed", began, lambda name=name: _listed(target, name))
        made.append((name, location))
    for name, location in made:
        write_component(folder, name, "Two", owner)
        changed = (folder / f"{name}.yaml").stat().st_mtime + 5  # Last-Modified has a grain of a second
        os.utime(folder / f"{name}.yaml", (changed, changed))
        began = time.perf_counter()
        call(target, "POST", "/api/catalog/refresh", {"entityRef": f"component:default/{name}"})
        note("refreshed", began, lambda name=name: _title(_get(target, name)) == "Two")
        began = time.perf_counter()
        call(target, "DELETE", f"/api/catalog/locations/{location}")
        note("deleted", began, lambda name=name: _get(target, name) is None)
    return {
        stage: {"p50_ms": round(statistics.median(taken), 1), "p95_ms": round(_p95(taken), 1)}
        for stage, taken in stages.items()
    }


def _p95(taken: list[float]) -> float:
    return sorted(taken)[min(len(taken) - 1, int(0.95 * len(taken)))]


def _register(target: Target, url: str) -> str:
    status, answer = call(target, "POST", "/api/catalog/locations", {"type": "url", "target": url})
    if status != 201:
        raise SystemExit(f"{target.label}: POST locations: {status} {answer}")
    return str(answer["location"]["id"])


def _get(target: Target, name: str) -> Any:
    status, answer = call(target, "GET", f"/api/catalog/entities/by-name/component/default/{name}")
    return answer if status == 200 else None


def _has_owner(entity: Any) -> bool:
    return any(relation["type"] == "ownedBy" for relation in (entity or {}).get("relations") or [])


def _title(entity: Any) -> Any:
    return (entity or {}).get("metadata", {}).get("title")


def _listed(target: Target, name: str) -> bool:
    path = f"/api/catalog/entities/by-query?limit=1&filter=metadata.name={name}"
    status, answer = call(target, "GET", path)
    return status == 200 and answer["totalItems"] == 1
