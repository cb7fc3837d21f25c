"""Panels and plugins in the API: what works is shown, what fails says so in its place."""

from typing import Any

import pytest

from catalog.extension_points import entity_panels
from catalog.models import Entity
from portal.extension import guard
from portal.extension_points import home_panels
from tests.dummy_plugin import misbehaving
from tests.dummy_plugin.contributions import GREETING_SCHEMA, EveryBlockPanel, GreetingPanel

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("until_released")]

BLOCKS = """blocks { __typename
    ... on StatBlock { label value unit hint }
    ... on StatusBlock { label level detail }
    ... on TextBlock { html source }
    ... on LinksBlock { links { url title icon type safe } }
    ... on TableBlock { columns rows { text url level } }
    ... on KeyValueBlock { items { key value } }
    ... on SeriesBlock { title unit lines { label points { at value } } thresholds { label value level } }
    ... on BarsBlock { title unit bars { label value text level url } }
    ... on GaugeBlock { label amount maximum unit level detail }
    ... on TimelineBlock { moments { at title level detail url } }
    ... on TreeBlock { nodes { depth label level detail url } }
    ... on DocumentBlock { title html pages { depth label url } current editUrl }
    ... on LogBlock { title lines { text at level } }
    ... on FormBlock { title action schema submit values entity }
    ... on EmptyBlock { title message }
    ... on ErrorBlock { title message }
}"""
PANELS = f"""query ($ref: String!, $slot: PanelSlot) {{ entity(ref: $ref) {{ name
    panels(slot: $slot) {{ plugin id title slot failed asOf {BLOCKS} }} }} }}"""


AT = "2026-01-31T08:15:00.000Z"
NEW_BLOCKS = [
    {
        "__typename": "SeriesBlock", "title": "Requests", "unit": "1/s",
        "lines": [{"label": "ok", "points": [
            {"at": AT, "value": 1.5}, {"at": AT, "value": None}, {"at": AT, "value": 3.0},
        ]}],
        "thresholds": [{"label": "limit", "value": 5.0, "level": "error"}],
    },
    {
        "__typename": "BarsBlock", "title": "By team", "unit": None,
        "bars": [
            {"label": "red", "value": 3.0, "text": "three", "level": None, "url": None},
            {"label": "blue", "value": 1.5, "text": None, "level": "ok", "url": "/catalog"},
        ],
    },
    {
        "__typename": "GaugeBlock", "label": "Error budget left", "amount": 62.5, "maximum": 100.0,
        "unit": "%", "level": "warning", "detail": None,
    },
    {
        "__typename": "TimelineBlock",
        "moments": [{"at": AT, "title": "Deployed", "level": "ok", "detail": None, "url": None}],
    },
    {
        "__typename": "TreeBlock",
        "nodes": [
            {"depth": 0, "label": "deployment", "level": "ok", "detail": None, "url": None},
            {"depth": 1, "label": "pod", "level": "error", "detail": "CrashLoopBackOff", "url": None},
        ],
    },
    {
        "__typename": "DocumentBlock", "title": "Guide", "html": "<p>Read on.</p>", "current": "/x",
        "pages": [{"depth": 0, "label": "Guide", "url": "/x"}], "editUrl": None,
    },
    {"__typename": "LogBlock", "title": "Build", "lines": [{"text": "done", "at": AT, "level": "ok"}]},
    {
        "__typename": "FormBlock", "title": "Say hello", "action": "greet", "schema": GREETING_SCHEMA,
        "submit": "Say it", "values": {"word": "hello"}, "entity": "",
    },
]  # fmt: skip


def cell(text: str, *, url: str | None = None, level: str | None = None) -> dict[str, str | None]:
    return {"text": text, "url": url, "level": level}


@pytest.fixture
def entity() -> str:
    Entity.objects.create(
        ref="component:default/engine", kind="Component", namespace="default", name="engine",
        sort_name="engine", hash="", generation=1,
        document='{"kind": "Component", "metadata": {"name": "engine"}, "spec": {}}',
        updated_at="2026-01-31T08:15:00Z",
    )  # fmt: skip
    return "component:default/engine"


def test_every_block_is_shown(graphql, member, entity):
    with entity_panels.temporarily(EveryBlockPanel, plugin="dummy"):
        [panel] = graphql(member)(PANELS, ref=entity)["entity"]["panels"]
    assert {key: panel[key] for key in ("plugin", "id", "title", "slot", "failed", "asOf")} == {
        "plugin": "dummy", "id": "dummy-every-block", "title": "Every block", "slot": "OVERVIEW",
        "failed": None, "asOf": "2026-01-31T08:15:00.000Z",
    }  # fmt: skip
    link = {"icon": None, "type": None}
    assert panel["blocks"] == [
        {
            "__typename": "StatBlock",
            "label": "Lines",
            "value": "1200",
            "unit": "lines",
            "hint": "without tests",
        },
        {"__typename": "StatusBlock", "label": "Build", "level": "ok", "detail": "main"},
        {
            "__typename": "TextBlock",
            "html": "<p>Hello <em>world</em></p>\n",
            "source": "Hello *world*<script>alert(1)</script>",
        },
        {
            "__typename": "LinksBlock",
            "links": [
                {"url": "/catalog", "title": "Catalog", "safe": True, **link},
                {"url": "javascript:alert(1)", "title": "Bad", "safe": False, **link},
            ],
        },
        {
            "__typename": "TableBlock",
            "columns": ["a", "b"],
            "rows": [
                [cell("1"), cell("two", url="/catalog")],
                [cell("red", level="error"), cell("bad")],
            ],
        },
        {"__typename": "KeyValueBlock", "items": [{"key": "Region", "value": "north"}]},
        *NEW_BLOCKS,
        {"__typename": "EmptyBlock", "title": "No alerts", "message": "Nothing is wrong."},
        {"__typename": "ErrorBlock", "title": "No upstream", "message": "Set PORTAL_DUMMY_URL."},
    ]


def test_a_hanging_and_a_raising_plugin_cost_their_own_panels(graphql, member, entity, short):
    with (
        entity_panels.temporarily(misbehaving.HangingPanel, plugin="slow", order=1),
        entity_panels.temporarily(misbehaving.RaisingPanel, plugin="broken", order=2),
        entity_panels.temporarily(EveryBlockPanel, plugin="dummy"),
    ):
        answer = graphql(member).post(PANELS, ref=entity)
    assert not misbehaving.released.is_set()
    assert answer.status_code == 200
    assert "secret detail 8731" not in answer.content.decode()
    slow, broken, good = answer.json()["data"]["entity"]["panels"]
    assert (slow["title"], slow["blocks"], slow["failed"]) == (
        "Hanging", [],
        "The plugin slow did not answer within 3 s while loading the panel Hanging; it rests.",
    )  # fmt: skip
    assert broken["failed"].startswith(
        "The plugin broken failed while loading the panel Raising. The log says"
    )
    assert (good["failed"], len(good["blocks"])) == (None, 16)
    assert "errors" not in answer.json()


def test_a_panel_that_is_not_ready_in_time_is_pending_and_comes_when_it_is_asked_for_alone(
    graphql, member, entity
):
    query = """query ($ref: String!, $ids: [String!]!, $within: Int) { entity(ref: $ref) {
        panels(ids: $ids, within: $within) { id pending failed blocks { __typename } } } }"""
    with (
        entity_panels.temporarily(misbehaving.HangingPanel, plugin="slow", order=1),
        entity_panels.temporarily(misbehaving.RaisingPanel, plugin="broken", order=2),
        entity_panels.temporarily(EveryBlockPanel, plugin="dummy"),
    ):
        ids = ["slow-hanging", "broken-raising", "dummy-every-block"]
        slow, broken, good = graphql(member)(query, ref=entity, ids=ids, within=3000)["entity"]["panels"]
        assert slow == {"id": "slow-hanging", "pending": True, "failed": None, "blocks": []}
        assert not broken["pending"] and broken["failed"].startswith("The plugin broken failed")
        assert (good["pending"], good["failed"], len(good["blocks"])) == (False, None, 16)
        assert guard.health("slow").state == "ready"
        misbehaving.released.set()
        [there] = graphql(member)(query, ref=entity, ids=ids[:1])["entity"]["panels"]
    stat = [{"__typename": "StatBlock"}]
    assert there == {"id": "slow-hanging", "pending": False, "failed": None, "blocks": stat}


@pytest.mark.parametrize(("slot", "shown"), [(None, 1), ("OVERVIEW", 1), ("TAB", 0), ("SIDEBAR", 0)])
def test_a_slot_chooses_panels(graphql, member, entity, slot, shown):
    with entity_panels.temporarily(EveryBlockPanel, plugin="dummy"):
        assert len(graphql(member)(PANELS, ref=entity, slot=slot)["entity"]["panels"]) == shown


def docs_in(answer: dict[str, Any]) -> Any:
    return next(plugin for plugin in answer["plugins"] if plugin["name"] == "docs")


def test_a_plugin_that_rests_says_why_on_the_plugins_page(graphql, member, entity, short):
    query = "{ plugins { name verboseName description enabled state reason } }"
    docs = {
        "name": "docs", "verboseName": "Documentation", "enabled": True,
        "description": "Documentation that lives beside the code: an entity's Markdown pages, in a tab and "
        "in the search.",
    }  # fmt: skip
    assert docs_in(graphql(member)(query)) == docs | {"state": "ready", "reason": None}
    with entity_panels.temporarily(misbehaving.HangingPanel, plugin="docs"):
        graphql(member)(PANELS, ref=entity)
    assert docs_in(graphql(member)(query)) == docs | {
        "state": "resting",
        "reason": "The plugin docs did not answer within 3 s while loading the panel Hanging; it rests.",
    }


def test_the_plugins_page_says_what_each_plugin_adds(graphql, member):
    answer = graphql(member)("{ plugins { name contributions { point name } } }")
    added = [(item["point"], item["name"]) for item in docs_in(answer)["contributions"]]
    for contribution in (
        ("catalog.entity_panels", "docs"),
        ("catalog.entity_fields", "EntityDocs"),
        ("portal.home_panels", "recent-pages"),
        ("portal.search_documents", "docs"),
    ):
        assert contribution in added


def test_a_page_knows_its_panels_first_and_asks_for_each_by_its_id(graphql, member, entity):
    query = """{ entity(ref: "component:default/engine") { panelPlaces { plugin id title slot }
        panels(ids: ["dummy-every-block"]) { id } } homePanelPlaces { id slot }
        homePanels(ids: ["dummy-greeting"]) { id } }"""
    with (
        entity_panels.temporarily(misbehaving.HangingPanel, EveryBlockPanel, plugin="dummy"),
        home_panels.temporarily(misbehaving.RaisingHomePanel, GreetingPanel, plugin="dummy"),
    ):
        data = graphql(member)(query)
    places = [place for place in data["entity"]["panelPlaces"] if place["plugin"] == "dummy"]
    assert places == [
        {"plugin": "dummy", "id": "dummy-hanging", "title": "Hanging", "slot": "OVERVIEW"},
        {"plugin": "dummy", "id": "dummy-every-block", "title": "Every block", "slot": "OVERVIEW"},
    ]
    assert data["entity"]["panels"] == [{"id": "dummy-every-block"}]
    assert {"id": "dummy-raising-home", "slot": None} in data["homePanelPlaces"]
    assert data["homePanels"] == [{"id": "dummy-greeting"}]


def test_the_home_page_has_its_panels(graphql, member):
    query = f"{{ homePanels {{ plugin id title slot failed {BLOCKS} }} }}"
    with home_panels.temporarily(misbehaving.RaisingHomePanel, GreetingPanel, plugin="dummy"):
        bad, good = graphql(member)(query)["homePanels"]
    assert (bad["id"], bad["blocks"]) == ("dummy-raising-home", [])
    assert bad["failed"].startswith("The plugin dummy failed while loading the panel Raising.")
    stat = {"label": "Greeting", "value": "hello"}
    assert good == {
        "plugin": "dummy", "id": "dummy-greeting", "title": "Greeting", "slot": None, "failed": None,
        "blocks": [{"__typename": "StatBlock", "unit": None, "hint": None, **stat}],
    }  # fmt: skip
