"""A list of 50 components with a field of each of five plugins costs at most 12 statements on all threads."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.db.backends.utils import CursorWrapper

from catalog.services import register_location
from plugins.ci.settings import GitHub
from plugins.costs.settings import CostSource
from plugins.monitoring.settings import Server
from portal.accounts.principal import SYSTEM
from portal.extension import decided, guard
from portal.plugin_api.testing import with_settings

MOST = 12
CLUSTER = """apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: {name: harbour, annotations: {kubernetes.io/api-server: "https://k8s.example"}}
spec: {type: kubernetes-cluster, owner: team}
"""
COMPONENT = """---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: web-%(i)02d
  annotations:
    backstage.io/kubernetes-id: web-%(i)02d
    github.com/project-slug: acme/web-%(i)02d
    portal/slo-availability: 99.9%%
spec: {type: service, lifecycle: production, owner: team}
"""
QUERY = """query ($first: Int) { entities(first: $first, filter: {kind: ["Component"]}) { nodes { ref
    docs { pages { path } } monitoring { level } costs { monthToDate } kubernetes { level }
    ci { lastStatus } } } }"""


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every statement of this process, whichever thread and connection it is asked on."""
    asked: list[str] = []
    lock = threading.Lock()
    execute = CursorWrapper.execute

    def counting(self: Any, sql: Any, params: Any = None) -> Any:
        with lock:
            asked.append(str(sql))
        return execute(self, sql, params)

    monkeypatch.setattr(CursorWrapper, "execute", counting)
    monkeypatch.setattr(decided, "FRESH_SECONDS", 3600.0)
    return asked


@pytest.mark.django_db(transaction=True)
def test_five_plugins_in_a_list_of_fifty(
    statements: list[str], graphql: Callable[..., Any], member: Any, tmp_path: Path
) -> None:
    guard.shut_down()
    file = tmp_path / "components.yaml"
    file.write_text(CLUSTER + "".join(COMPONENT % {"i": i} for i in range(50)), encoding="utf-8")
    register_location(f"file:{file}", actor=SYSTEM, trusted=True)
    with ExitStack() as stack:
        stack.enter_context(with_settings("monitoring", servers=(Server("north", "demo:"),)))
        stack.enter_context(with_settings("costs", sources=(CostSource("demo", "focus", "demo:"),)))
        stack.enter_context(with_settings("ci", githubs=(GitHub("github.com", "https://api.example", "x"),)))
        client = graphql(member)
        client("{ __typename }")
        del statements[:]
        client("{ __typename }")
        base = len(statements)
        counts = []
        for first in (1, 50):
            for _ in range(2):  # threads and their connections are there at the second time
                del statements[:]
                assert len(client(QUERY, first=first)["entities"]["nodes"]) == first
            counts.append(len(statements) - base)
    assert counts[0] == counts[1]
    assert counts[1] <= MOST, "\n".join(statements)
