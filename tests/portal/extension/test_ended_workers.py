"""A plugin that ends its process: the server starts another worker, and the next request is answered."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from catalog.models import Entity
from portal.stack.up import GRANIAN, RECYCLED, WEB
from tests.databases import database_url
from tests.servers import PATIENT, free_ports

ROOT = Path(__file__).resolve().parents[3]
QUERY = """{ entity(ref: "component:default/engine") { name panels { plugin failed
    blocks { ... on StatBlock { value } } } } }"""
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.system]


@pytest.fixture
def portal(tmp_path: Path, member: Any, token_of: Callable[..., str]) -> Iterator[Callable[[], Any]]:
    """Asks a portal whose plugin ends its process where there is a file named `end`."""
    command = [sys.executable, "-m", "portal", "plugin", "new", "tide", "--folder", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=180)
    site = tmp_path / "portal-tide"
    info = site / "portal_tide-0.1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: portal-tide\nVersion: 0.1.0\n")
    (info / "entry_points.txt").write_text("[portal.plugins]\ntide = portal_tide.apps:TidePlugin\n")
    panels = site / "portal_tide" / "panels.py"
    ending = (
        f"import os\n        if os.path.exists({str(tmp_path / 'end')!r}):\n            os._exit(1)\n        "
    )
    panels.write_text(panels.read_text().replace("found = load_one(", f"{ending}found = load_one("))
    token = token_of(member, "read")
    [port] = free_ports(1)
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(site), str(ROOT)]), "PORTAL_PLUGINS": "tide",
        "PORTAL_CLAIMS_ACCEPTED": "all", "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "portal.settings", **PATIENT,
    }  # fmt: skip
    granian = [sys.executable, "-m", "granian", *GRANIAN, *WEB, *RECYCLED, "--port", str(port)]
    process = subprocess.Popen(
        [*granian, "portal.wsgi:application"], env=environment, cwd=ROOT, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip

    def ask() -> Any:
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/graphql", json.dumps({"query": QUERY}).encode(),
            {"Content-Type": "application/json", "Authorization": f"Bearer {token}"},
        )  # fmt: skip
        try:
            with urllib.request.urlopen(request, timeout=300) as answer:
                return json.load(answer)["data"]["entity"]
        except OSError:
            return None

    try:
        yield ask
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def eventually(ask: Callable[[], Any], seconds: float = 180) -> Any:
    ends = time.monotonic() + seconds
    while (answer := ask()) is None:
        assert time.monotonic() < ends
        time.sleep(0.2)
    return answer


def test_a_plugin_that_ends_its_process_costs_no_later_request(portal, tmp_path):
    metadata = {"name": "engine", "annotations": {"tide.example.org/value": "42"}}
    Entity.objects.create(
        ref="component:default/engine", kind="Component", namespace="default", name="engine",
        sort_name="engine", hash="", generation=1, updated_at="2026-01-31T08:15:00Z",
        document=json.dumps({"kind": "Component", "metadata": metadata, "spec": {}}),
    )  # fmt: skip
    whole = {"name": "engine", "panels": [{"plugin": "tide", "failed": None, "blocks": [{"value": "42"}]}]}
    assert eventually(portal) == whole
    (tmp_path / "end").touch()
    assert [portal() for _ in range(3)] == [None] * 3
    (tmp_path / "end").unlink()
    assert eventually(portal) == whole
