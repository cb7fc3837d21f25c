"""The scaffolder: how soon a task runs, how many run, 500 files, and how soon a line of the log is seen.

What a client of Backstage's REST does, on both; the files of `fetch:template` lie beside a template of the
file system, which the operator has registered.
"""

import http.client
import json
import os
import re
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench.ingest import call
from bench.ours import OURS
from bench.processes import cpu_seconds
from bench.servers import Target

API = "/api/scaffolder/v2/tasks"
FILES = 500
LIMIT_SECONDS = 120
LINE = re.compile(r"\bline \d")
"""Backstage writes the level before it and the time after it."""
TWO_STEPS = "template:default/bench-template"
"""fetch:template of a file, then debug:log; it is in the stock backend's own configuration too."""
TEMPLATE = """\
apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata: {{name: {name}}}
spec:
  type: service
  parameters: {{properties: {{name: {{type: string}}}}}}
  steps:
"""
NO_OP = TEMPLATE.format(name="bench-no-op") + "    - {id: log, action: debug:log, input: {message: done}}\n"
LINES = TEMPLATE.format(name="bench-lines") + "".join(
    f"    - {{id: wait{n}, action: debug:wait, input: {{milliseconds: 150}}}}\n"
    f"    - {{id: log{n}, action: debug:log, input: {{message: line {n}}}}}\n"
    for n in range(20)
)
MANY = (
    TEMPLATE.format(name="bench-many")
    + """\
    - id: fetch
      action: fetch:template
      input: {url: ./content, values: {name: "${{ parameters.name }}"}}
"""
)


def prepare(folder: Path) -> None:
    """The templates, in the folder that both portals read over HTTP; that of the files beside them."""
    (folder / "no-op.yaml").write_text(NO_OP)
    (folder / "lines.yaml").write_text(LINES)
    many = folder / "many"
    (many / "content").mkdir(parents=True, exist_ok=True)
    (many / "template.yaml").write_text(MANY)
    for number in range(FILES):
        text = f"# ${{{{ values.name }}}} {number}\n" + "Some text that is not looked at twice.\n" * 20
        (many / "content" / f"file-{number}.md").write_text(text)


def scaffolder(target: Target, files_url: str, folder: Path, home: Path, count: int) -> dict[str, Any]:
    """One target's figures; `home` is the portal's, whose operator registers what lies in the file system."""
    if target.label == "portal":
        here = Path(__file__).parent / "backstage" / "template" / "template.yaml"
        files = (folder / "no-op.yaml", folder / "lines.yaml", folder / "many" / "template.yaml", here)
        for file in files:
            _register(home, file)
    else:
        for name in ("no-op", "lines"):
            url = f"{files_url}/{name}.yaml"
            status, said = call(target, "POST", "/api/catalog/locations", {"type": "url", "target": url})
            if status not in (201, 409):
                raise SystemExit(f"{target.label}: registering {url}: {status} {said}")
    for name in ("bench-no-op", "bench-lines", "bench-template"):
        _until(
            lambda name=name: (
                call(target, "GET", f"/api/catalog/entities/by-name/template/default/{name}")[0] == 200
            )
        )
    found: dict[str, Any] = {}
    _run(target, "template:default/bench-no-op")  # the first one loads what the others find
    soon = sorted(_accept_to_running(target) for _ in range(count))
    found["accepted -> running p50 ms"] = round(1000 * statistics.median(soon), 1)
    found["accepted -> running p99 ms"] = round(1000 * soon[int(0.99 * (len(soon) - 1))], 1)
    found["two-step tasks/s"], found["CPU ms of each"] = _throughput(target, count)
    found["log line -> stream p50 ms"], found["log line -> stream max ms"] = _line_to_stream(target)
    if target.label == "portal":
        took = sorted(_run(target, "template:default/bench-many", step="fetch") for _ in range(5))
        found[f"fetch:template of {FILES} files, s"] = round(statistics.median(took), 2)
    found["load"] = round(os.getloadavg()[0], 1)
    return found


def _register(home: Path, file: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    environment["PORTAL_HOME"] = str(home)  # where the running portal says how its database is reached
    command = [sys.executable, "-m", "portal", "catalog", "add", f"file:{file}", "--trusted"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode and "already" not in done.stdout + done.stderr:
        raise SystemExit(f"portal catalog add: {done.stderr or done.stdout}")


def _submit(target: Target, ref: str) -> str:
    """The id of a new task; a full queue (429) is waited for."""
    end = time.monotonic() + LIMIT_SECONDS
    while True:
        status, answer = call(target, "POST", API, {"templateRef": ref, "values": {"name": "cart"}})
        if status == 201:
            return str(answer["id"])
        if status != 429 or time.monotonic() > end:
            raise SystemExit(f"{target.label}: {status} {answer}")
        time.sleep(0.3)


def _events(target: Target, uid: str) -> Iterator[tuple[str, dict[str, Any], float]]:
    """Type, data and moment of arrival of each event of a task's stream, to its end."""
    parts = urlsplit(_streams(target))
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    connection.request("GET", f"{API}/{uid}/eventstream", headers={"Authorization": f"Bearer {target.token}"})
    answer, kind = connection.getresponse(), ""
    while line := answer.readline():
        if line.startswith(b"event:"):
            kind = line[6:].strip().decode()
        elif line.startswith(b"data:"):
            yield kind, json.loads(line[5:]), time.time()
            if kind == "completion":
                break
    connection.close()


def _streams(target: Target) -> str:
    """Where streams are served: the portal has a process for them, and says where."""
    if target.label != "portal":
        return target.url
    _, answer = call(target, "POST", "/graphql", {"query": "{portal{streamsUrl}}"})
    return answer["data"]["portal"]["streamsUrl"] or target.url


def _accept_to_running(target: Target) -> float:
    """Seconds from sending the request to having read that the task works."""
    began = time.time()
    uid = _submit(target, "template:default/bench-no-op")
    running = next(at for _, _, at in _events(target, uid)) - began
    _wait_for(target, uid)
    return running


def _run(target: Target, ref: str, step: str = "") -> float:
    """Seconds that a task took, or one step of it, by the times of its events."""
    uid = _submit(target, ref)
    events = [event for _, event, _ in _events(target, uid)]
    if events[-1]["body"].get("error"):
        raise SystemExit(f"{target.label}: {ref}: {events[-1]['body']}")
    told = [_moment(event) for event in events if not step or event["body"].get("stepId") == step]
    return told[-1] - told[0]


def _wait_for(target: Target, uid: str) -> None:
    _until(lambda: call(target, "GET", f"{API}/{uid}")[1]["status"] in ("completed", "failed"))


def _throughput(target: Target, count: int) -> tuple[float, float]:
    """Tasks a second, from the first request to the end of the last of them; four clients submit.

    And the CPU of server and database for each, in ms: on a shared machine that is the steadier figure.
    """
    before = sum(cpu_seconds(pid) for pid in target.processes.values())
    began, uids, lock = time.monotonic(), list[str](), threading.Lock()

    def client() -> None:
        for _ in range(count // 4):
            uid = _submit(target, TWO_STEPS)
            with lock:
                uids.append(uid)

    clients = [threading.Thread(target=client) for _ in range(4)]
    for each in clients:
        each.start()
    for each in clients:
        each.join()
    waiting = f"{API}?status=open&status=processing&limit=1"
    _until(lambda: call(target, "GET", waiting)[1]["totalTasks"] == 0, pause=0.1)
    seconds = time.monotonic() - began
    failed = call(target, "GET", f"{API}?status=failed&limit=1")[1]["totalTasks"]
    if failed:
        raise SystemExit(f"{target.label}: {failed} tasks have failed")
    cpu = sum(cpu_seconds(pid) for pid in target.processes.values()) - before
    return round(len(uids) / seconds, 1), round(1000 * cpu / len(uids), 1)


def _line_to_stream(target: Target) -> tuple[float, float]:
    """Milliseconds between writing a line and reading it from the stream: median, longest."""
    uid = _submit(target, "template:default/bench-lines")
    late = sorted(
        at - _moment(event)
        for _, event, at in _events(target, uid)
        if LINE.search(str(event["body"]["message"]))
    )
    return round(1000 * statistics.median(late), 1), round(1000 * late[-1], 1)


def _moment(event: dict[str, Any]) -> float:
    return datetime.fromisoformat(str(event["createdAt"]).replace("Z", "+00:00")).timestamp()


def _until(done: Any, *, pause: float = 0.02) -> None:
    end = time.monotonic() + LIMIT_SECONDS
    while not done():
        if time.monotonic() > end:
            raise SystemExit(f"not done after {LIMIT_SECONDS} s")
        time.sleep(pause)
