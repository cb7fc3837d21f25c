"""A company with a scorecard, facts that tests change, and what a member sees of it."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from catalog.extension_points import entity_facts
from catalog.models import Entity, Location
from catalog.services import refresh_location, register_location
from plugins.scorecards.language import _language
from portal.accounts.principal import SYSTEM
from portal.extension import guard
from portal.extension.facts import Fact, Facts, Known
from portal.extension.schedules import run_schedule
from portal.extension_points import schedules

PEOPLE = [
    {
        "kind": "Group",
        "metadata": {"name": "team-a"},
        "spec": {"type": "team", "children": [], "members": ["member"]},
    },
    {
        "kind": "Group",
        "metadata": {"name": "platform"},
        "spec": {"type": "team", "children": [], "members": ["outsider"]},
    },
    {"kind": "User", "metadata": {"name": "member"}, "spec": {"memberOf": ["team-a"]}},
    {"kind": "User", "metadata": {"name": "outsider"}, "spec": {"memberOf": ["platform"]}},
]
FIELD = """query ($ref: String!) { entity(ref: $ref) { scorecards {
    tracks { scorecard title level rank nextLevel passed counted since
             checks { id level state reason since fix draft exemption } }
    overview { judged levels { name entities } short { ref level passed counted } } } } }"""


class Company:
    """Entities in one file; `judge` does what the schedule does."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.documents: dict[str, dict[str, Any]] = {}
        self.location: Location | None = None

    def component(self, name: str, *, owner: str = "team-a", metadata: Any = None, **spec: Any) -> None:
        usual = {"type": "service", "lifecycle": "production", "owner": owner}
        self.documents[name] = {
            "kind": "Component",
            "metadata": {"name": name, **(metadata or {})},
            "spec": {**usual, **spec},
        }

    def scorecard(self, *levels: Any, name: str = "readiness", **spec: Any) -> None:
        named = [
            {"name": title, "checks": checks}
            for title, checks in zip(("Bronze", "Silver", "Gold"), levels, strict=False)
        ]
        self.documents[name] = {
            "apiVersion": "scorecards.portal/v1",
            "kind": "Scorecard",
            "metadata": {"name": name, "title": "Readiness"},
            "spec": {"owner": "platform", "levels": named, **spec},
        }

    def other(self, name: str, document: dict[str, Any]) -> None:
        self.documents[name] = document

    def register(self) -> None:
        usual = {"apiVersion": "backstage.io/v1alpha1"}
        every = [{**usual, **document} for document in (*PEOPLE, *self.documents.values())]
        self.path.write_text(yaml.safe_dump_all(every, sort_keys=False))
        if self.location is None:
            self.location = register_location(f"file:{self.path}", actor=SYSTEM, trusted=True)
        else:
            refresh_location(self.location.uid, actor=SYSTEM)
        problems = [str(problem) for problem in self.location.problems.all()]
        assert [problem for problem in problems if "UNRESOLVED_REFERENCE" not in problem] == []

    def judge(self) -> None:
        self.register()
        [judge] = [item for item in schedules.read() if (item.plugin, item.name) == ("scorecards", "judge")]
        assert run_schedule(judge)


@pytest.fixture
def company(tmp_path: Path, transactional_db: None) -> Company:
    """Plugins read on a connection of their own, so what they read must really be committed."""
    guard.shut_down()
    return Company(tmp_path / "company.yaml")


@pytest.fixture
def facts() -> Iterator[dict[str, dict[str, Any]]]:
    """The facts of a plugin `lab`, by the name of the entity; a test changes them."""
    known: dict[str, dict[str, Any]] = {}
    declared = (
        Fact("score", int, "A whole number."),
        Fact("ratio", float, "A number."),
        Fact("seen", datetime, "A moment."),
        Fact("words", list, "Texts."),
    )

    def load(entities: Any) -> dict[int, Known]:
        if "broken" in known:
            raise RuntimeError("the lab is closed")
        return {entity.pk: Known(known[entity.name]) for entity in entities if entity.name in known}

    _language.cache_clear()
    with entity_facts.temporarily(Facts(declared, load), plugin="lab"):
        yield known


@pytest.fixture
def scorecards_of(graphql: Callable[..., Any], member: Any) -> Callable[..., Any]:
    """The plugin's field of an entity as a member sees it."""
    return lambda ref, account=None: graphql(account or member)(FIELD, ref=ref)["entity"]["scorecards"]


@pytest.fixture
def states_of(scorecards_of: Callable[..., Any]) -> Callable[[str], dict[str, str]]:
    """The state of each check of the one scorecard that judges a component."""

    def states(name: str) -> dict[str, str]:
        [track] = scorecards_of(f"component:default/{name}")["tracks"]
        return {check["id"]: check["state"] for check in track["checks"]}

    return states


@pytest.fixture
def entity_of() -> Callable[[str], Entity]:
    return lambda ref: Entity.objects.get(ref=ref)


@pytest.fixture
def panels_of(graphql: Callable[..., Any], member: Any) -> Callable[..., dict[str, Any]]:
    """The blocks of the plugin's panels by id, as a member sees them."""
    query = """query ($ref: String!) { entity(ref: $ref) { panels { id failed blocks { __typename
        ... on StatusBlock { label level detail } ... on StatBlock { label value hint }
        ... on TableBlock { rows { text } }
        ... on EmptyBlock { title message } ... on ErrorBlock { title message }
        ... on GaugeBlock { label amount maximum level detail } ... on SeriesBlock { title lines { label } }
        ... on BarsBlock { bars { label value } } ... on TextBlock { html }
        ... on FormBlock { title action schema }
        ... on TimelineBlock { moments { title level } }
        } } } }"""

    def ask(ref: str, account: Any = None) -> dict[str, Any]:
        panels = graphql(account or member)(query, ref=ref)["entity"]["panels"]
        assert [panel["failed"] for panel in panels if panel["failed"]] == []
        return {panel["id"]: panel["blocks"] for panel in panels if panel["id"].startswith("scorecards")}

    return ask
