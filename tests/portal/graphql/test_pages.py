"""Pages of plugins in the API: where they are, what they are asked for, each panel by itself."""

from collections.abc import Iterator

import pytest

from portal.extension import guard
from portal.extension.pages import Page, PagePanel, Parameter
from portal.extension.points import ExtensionError
from portal.extension_points import pages
from tests.dummy_plugin import misbehaving
from tests.dummy_plugin.contributions import AviaryPage, BirdsPanel, EggsPanel

pytestmark = pytest.mark.django_db
PAGE = """query ($id: String!, $given: JSON, $ids: [String!]) { pluginPage(id: $id, given: $given) {
    id plugin title description failed parameters { name title value choices { value label } }
    panelPlaces { plugin id title slot wide }
    panels(ids: $ids) { id failed asOf blocks { ... on KeyValueBlock { items { key value } }
        ... on TableBlock { file } ... on StatBlock { value } } } } }"""


@pytest.fixture(autouse=True)
def aviary(until_released: None) -> Iterator[None]:
    with pages.temporarily(AviaryPage, plugin="dummy"):
        yield


def test_a_page_is_in_the_navigation_with_its_panels_and_what_it_is_asked_for(graphql, member):
    links = graphql(member)("{ pluginPages { id plugin title icon } }")["pluginPages"]
    assert {"id": "dummy-aviary", "plugin": "dummy", "title": "Aviary", "icon": "activity"} in links
    page = graphql(member)(PAGE, id="dummy-aviary")["pluginPage"]
    assert (page["title"], page["description"], page["failed"]) == ("Aviary", "All the birds.", None)
    assert [(each["name"], each["value"]) for each in page["parameters"]] == [
        ("colour", "green"), ("keeper", ""), ("words", ""),
    ]  # fmt: skip
    assert [choice["label"] for choice in page["parameters"][1]["choices"]] == ["Anybody", "Me"]
    assert page["parameters"][2]["choices"] is None
    place = {"plugin": "dummy", "slot": None}
    assert page["panelPlaces"] == [
        {"id": "dummy-birds", "title": "Birds", "wide": True, **place},
        {"id": "dummy-eggs", "title": "Eggs", "wide": False, **place},
    ]
    assert graphql(member)(PAGE, id="dummy-nothing")["pluginPage"] is None


def test_a_panel_is_given_what_may_be_chosen_and_breaks_alone(graphql, member):
    given = {"colour": "blue", "keeper": "somebody else", "words": "polly", "more": "x"}
    birds, eggs = graphql(member)(PAGE, id="dummy-aviary", given=given)["pluginPage"]["panels"]
    items = {item["key"]: item["value"] for item in birds["blocks"][0]["items"]}
    assert items == {"colour": "blue", "keeper": "", "words": "polly"}
    assert (birds["blocks"][1], birds["asOf"]) == ({"file": "birds"}, "2026-01-31T08:15:00.000Z")
    assert eggs["failed"].startswith("The plugin dummy failed while loading the panel Eggs.")
    only = graphql(member)(PAGE, id="dummy-aviary", given={"colour": ["x"]}, ids=["dummy-eggs"])
    assert [(panel["id"], panel["blocks"]) for panel in only["pluginPage"]["panels"]] == [
        ("dummy-eggs", [{"value": "3"}])
    ]


def test_choices_that_break_or_hang_cost_their_page_only(graphql, member, short):
    def hanging(viewer):
        misbehaving.released.wait(60)
        return []

    for choices, said in ((lambda viewer: [1], "cannot be shown"), (hanging, "did not answer within 3 s")):
        guard.shut_down()

        class OddPage(Page):
            title = "Odd"
            parameters = (Parameter("x", "X", choices),)
            panels = (EggsPanel,)

        with pages.temporarily(OddPage, plugin="odd"):
            page = graphql(member)(PAGE, id="odd", ids=[])["pluginPage"]
        assert said in page["failed"]
        assert page["parameters"] == []


def test_who_has_not_its_permission_has_no_such_page(graphql, member, admin):
    class WhisperedPage(AviaryPage):
        permission = "dummy.listen"

    with pages.temporarily(WhisperedPage, plugin="dummy2"):
        assert graphql(member)(PAGE, id="dummy2-whispered")["pluginPage"] is None
        assert graphql(admin)(PAGE, id="dummy2-whispered", ids=[])["pluginPage"]["title"] == "Aviary"


def test_a_page_that_could_not_be_shown_is_refused_when_it_is_added():
    class EmptyPage(Page):
        title = "Empty"

    class TwicePage(Page):
        title = "Twice"
        panels = (BirdsPanel, BirdsPanel)

    class NamelessPanel(PagePanel):
        pass

    class BadPage(Page):
        title = "Bad"
        panels = (NamelessPanel,)

    class WrongPage(Page):
        title = "Wrong"
        parameters = (Parameter("No Name", "X"),)
        panels = (BirdsPanel,)

    for page in (EmptyPage, TwicePage, BadPage, WrongPage):
        with pytest.raises(ExtensionError), pages.temporarily(page, plugin="dummy"):
            pass
