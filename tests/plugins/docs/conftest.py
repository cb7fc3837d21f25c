"""A folder with an entity and its documentation, registered like any other location."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.cache import cache
from django.utils import timezone

from catalog.models import Location
from catalog.refresh.polling import poll_due
from catalog.services import refresh_location, register_location
from plugins.docs import tasks
from portal.accounts.principal import SYSTEM
from portal.extension import guard
from portal.extension.schedules import run_schedule
from portal.extension_points import schedules

DESCRIPTOR = """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: {name}
  namespace: {namespace}
  annotations:
    backstage.io/techdocs-ref: "{reference}"
spec: {{type: service, lifecycle: production, owner: team-a}}
"""


@pytest.fixture(autouse=True)
def nothing_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new database begins with generations that another had."""
    monkeypatch.setattr(tasks, "_finished", tasks.Finished())


class Folder:
    """Descriptors and pages on disk; `read` does what the schedule does."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, name: str, text: str | bytes) -> None:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())

    def entity(self, name: str = "engine", reference: str = "dir:.", namespace: str = "default") -> None:
        text = DESCRIPTOR.format(name=name, reference=reference, namespace=namespace)
        self.write(f"{name}/catalog-info.yaml", text)

    def register(self) -> None:
        self.location = register_location(f"file:{self.path}", actor=SYSTEM)
        self.read()

    def ingest(self) -> None:
        refresh_location(self.location.uid, actor=SYSTEM)

    def poll(self) -> None:
        """Looks at every remote source as if its time had come."""
        Location.objects.exclude(next_attempt_at=None).update(next_attempt_at=timezone.now())
        cache.clear()
        poll_due()

    def read(self) -> None:
        [refresh] = [item for item in schedules.read() if item.plugin == "docs"]
        assert run_schedule(refresh)


@pytest.fixture
def folder(tmp_path, settings, transactional_db: None) -> Folder:
    """Plugins read on a connection of their own, so what they read must really be committed."""
    guard.shut_down()
    settings.HOME = tmp_path / "home"
    return Folder(tmp_path / "company")


@pytest.fixture
def docs_of(graphql, member) -> Callable[..., dict | None]:
    """`docs_of(name, path=…)` as a member sees it."""
    query = """query ($ref: String!, $path: String) { entity(ref: $ref) { docs {
        pages { path title } page(path: $path) { path title html } problem } } }"""

    def ask(name: str = "engine", path: str | None = None) -> dict | None:
        return graphql(member)(query, ref=f"component:default/{name}", path=path)["entity"]["docs"]

    return ask


API = """\
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {{name: {name}}}
spec:
  type: {type}
  lifecycle: production
  owner: team-a
  definition: {definition}
"""


@pytest.fixture
def api(folder, graphql, member):
    """`api(type, text, page=…)`: the blocks of the tab of an API with this definition."""
    tab = """query ($given: JSON) { entity(ref: "api:default/pets") {
        panels(ids: ["docs-api"], given: $given) { failed blocks { __typename
            ... on DocumentBlock { html pages { depth label detail url } headings { title } }
            ... on ErrorBlock { title message } } } } }"""

    def ask(kind, text, **given):
        definition = json.dumps(text)
        folder.write("pets/catalog-info.yaml", API.format(name="pets", type=kind, definition=definition))
        if hasattr(folder, "location"):
            folder.ingest()
            folder.read()
        else:
            folder.register()
        panels = graphql(member)(tab, given=given)["entity"]["panels"]
        assert [panel["failed"] for panel in panels] in ([], [None])
        return panels[0]["blocks"] if panels else []

    return ask
