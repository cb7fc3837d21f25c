"""A panel is fetched again: of an entity's page, of a plugin's page as it is asked for, of the home page."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from catalog.extension_points import entity_panels
from catalog.models import Entity
from portal.audit.models import Record
from portal.extension import guard
from portal.extension_points import home_panels, pages
from portal.snapshots.models import Snapshot
from tests.dummy_plugin.contributions import AviaryPage, EveryBlockPanel, GreetingPanel

pytestmark = pytest.mark.django_db
REF = "component:default/engine"
REFRESH = """mutation ($input: RefreshPanelInput!) {
    refreshPanel(input: $input) { requested problems { code } } }"""
HOME = "{ homePanels { id canRefresh } }"
PAGE = """query ($given: JSON) {
    pluginPage(id: "dummy-aviary", given: $given) { panels(ids: ["dummy-birds"]) { canRefresh } } }"""
OF_ENTITY = {"ref": REF, "panel": "dummy-every-block"}
OF_PAGE = {"page": "dummy-aviary", "given": {"words": "north"}, "panel": "dummy-birds"}
OF_HOME = {"panel": "dummy-greeting"}


class ClosedGreetingPanel(GreetingPanel):
    name = "closed"
    permission = "dummy.look"


@pytest.fixture(autouse=True)
def north() -> Iterator[None]:
    """A snapshot that is due in an hour, and what shows it."""
    Entity.objects.create(
        ref=REF, kind="Component", namespace="default", name="engine", sort_name="engine", hash="",
        generation=1, owner_ref="user:default/member", updated_at=timezone.now(),
        document='{"kind": "Component", "metadata": {"name": "engine"}, "spec": {}}',
    )  # fmt: skip
    past, future = timezone.now() - timedelta(minutes=1), timezone.now() + timedelta(hours=1)
    Snapshot.objects.create(source="dummy.weather", target="north", taken_at=past, due_at=future)
    with (
        entity_panels.temporarily(EveryBlockPanel, plugin="dummy"),
        home_panels.temporarily(GreetingPanel, ClosedGreetingPanel, plugin="dummy"),
        pages.temporarily(AviaryPage, plugin="dummy"),
    ):
        yield
    guard.shut_down()


def is_due() -> bool:
    return Snapshot.objects.get().due_at <= timezone.now()


@pytest.mark.parametrize(
    ("panel", "target"), [(OF_ENTITY, REF), (OF_PAGE, "dummy-aviary"), (OF_HOME, "home")]
)
def test_a_panel_is_fetched_again_and_that_is_written_down(graphql, outsider, panel, target):
    assert graphql(outsider)(REFRESH, input=panel)["refreshPanel"] == {"requested": 1, "problems": []}
    assert is_due()
    assert graphql(outsider)(REFRESH, input=panel)["refreshPanel"]["requested"] == 0
    record = Record.objects.filter(action="panel.refresh").first()
    assert (record.target, record.detail) == (target, {"panel": panel["panel"]})


@pytest.mark.parametrize("place", [{"ref": REF}, {"page": "dummy-aviary"}, {"page": "other"}, {}])
def test_a_panel_that_is_not_there_is_not_found(graphql, outsider, place):
    [problem] = graphql(outsider)(REFRESH, input={**place, "panel": "other"})["refreshPanel"]["problems"]
    assert problem["code"] == "PANEL_NOT_FOUND"
    assert not is_due()


def test_a_panel_is_on_one_page(graphql, outsider):
    [problem] = graphql(outsider)(REFRESH, input={**OF_ENTITY, **OF_PAGE})["refreshPanel"]["problems"]
    assert problem["code"] == "INVALID"
    assert not is_due()


def test_a_panel_that_one_may_not_see_is_not_fetched(graphql, outsider):
    graphql(outsider)(REFRESH, input={"panel": "dummy-closed"})
    assert not is_due()


def test_pages_say_which_panels_can_be_fetched_again(graphql, outsider):
    ask = graphql(outsider)
    assert {"id": "dummy-greeting", "canRefresh": True} in ask(HOME)["homePanels"]
    given = [{"words": "north"}, {}]
    asked = [ask(PAGE, given=each)["pluginPage"]["panels"] for each in given]
    assert asked == [[{"canRefresh": True}], [{"canRefresh": False}]]
