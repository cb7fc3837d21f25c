"""The catalog's list: its columns, several entities chosen and changed together, views kept by a name."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.browser import Portal, Visitor

pytestmark = pytest.mark.system

BUOYS = [f"buoy-{colour}" for colour in ("amber", "blue", "coral")]


@pytest.fixture(scope="module")
def buoys(portal: Portal, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a list of three components of the platform team."""
    file = tmp_path_factory.mktemp("buoys") / "catalog-info.yaml"
    file.write_text(
        "---\n".join(
            "apiVersion: backstage.io/v1alpha1\nkind: Component\n"
            f"metadata: {{name: {name}, annotations: {{fleet.test/berth: north}}}}\n"
            "spec: {type: marker, lifecycle: production, owner: platform}\n"
            for name in BUOYS
        )
    )
    portal.command("catalog", "add", str(file))
    return "/catalog?type=marker"


def test_columns_are_put_in_an_order_by_keyboard_and_by_hand(
    visit: Callable[..., Visitor], buoys: str
) -> None:
    visitor = visit("anna", viewport={"width": 1280, "height": 900})
    page, keyboard = visitor.page, visitor.page.keyboard
    visitor.open(buoys)
    headers = page.get_by_role("columnheader")
    page.get_by_role("button", name="Columns").press("Enter")
    up = page.get_by_role("button", name="Move Owner up")
    up.focus()
    keyboard.press("Enter")
    expect(page.get_by_text("Owner is 2 of 5")).to_be_attached()
    expect(up).to_be_focused()
    keyboard.press("Enter")
    expect(headers).to_have_text(["", "Name", "Owner", "Type", "System", "Lifecycle", "Tags", "Favourite"])
    keyboard.press("Enter")  # there is nothing further up
    expect(up).to_be_focused()
    menu = page.get_by_role("dialog", name="Columns")
    menu.get_by_text("Tags").drag_to(menu.get_by_text("Type"))
    expect(headers).to_have_text(["", "Name", "Owner", "Tags", "Type", "System", "Lifecycle", "Favourite"])
    visitor.assert_accessible()
    keyboard.press("Escape")
    visitor.open("/catalog")
    expect(headers).to_have_text(["", "Name", "Owner", "Tags", "Type", "System", "Lifecycle", "Favourite"])


def tick(visitor: Visitor, *names: str) -> None:
    for name in names:
        visitor.page.get_by_role("checkbox", name=f"Choose {name}", exact=True).click()


def test_columns_are_chosen_kept_in_the_address_and_remembered(
    visit: Callable[..., Visitor], buoys: str
) -> None:
    visitor = visit("anna")
    page = visitor.page
    visitor.open(buoys)
    page.get_by_role("button", name="Columns").click()
    menu = page.get_by_role("dialog", name="Columns")
    menu.get_by_role("checkbox", name="Lifecycle").uncheck()
    menu.get_by_role("checkbox", name="Added").check()
    menu.get_by_placeholder("An annotation or a label").click()
    page.get_by_role("option", name="fleet.test/berth").click()
    expect(page.get_by_role("columnheader", name="berth")).to_be_visible()
    expect(page.get_by_role("cell", name="north").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile("columns=annotation%3Afleet.test%2Fberth"))
    visitor.assert_accessible()
    visitor.open(buoys)
    headers = page.get_by_role("columnheader")
    expect(headers.filter(has_text="berth")).to_be_visible()
    expect(headers.filter(has_text="Lifecycle")).to_have_count(0)


def test_a_field_of_several_is_looked_at_and_set_for_those_that_one_may_change(
    visit: Callable[..., Visitor], buoys: str
) -> None:
    visitor = visit("anna", viewport={"width": 1280, "height": 900})
    page = visitor.page
    visitor.open("/catalog?type=marker&type=service&search=b&size=100")
    tick(visitor, *BUOYS, "Booking engine")
    expect(page.get_by_role("heading", name="4 chosen")).to_be_visible()
    visitor.assert_accessible()
    page.get_by_role("button", name="Set a field…").click()
    page.get_by_role("combobox", name="Field").click()
    page.get_by_role("option", name="Add tags").click()
    page.get_by_role("combobox", name="Value").fill("afloat")
    page.keyboard.press("Enter")
    page.get_by_label("Why").fill("they float")
    page.get_by_role("button", name="Preview").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="3 entities change")).to_be_visible()
    changes = dialog.get_by_role("listitem").filter(has=page.get_by_role("link", name=BUOYS[0]))
    expect(changes.get_by_role("listitem")).to_have_text("+ added afloat")
    expect(dialog.get_by_role("heading", name="1 entity stays as it is")).to_be_visible()
    visitor.assert_accessible()
    dialog.get_by_role("button", name="Set for 3 entities").click()
    expect(page.get_by_text("Set for 3 entities.")).to_be_visible()
    visitor.open("/catalog?tag=afloat")
    expect(page.get_by_role("row")).to_have_count(1 + len(BUOYS))
    visitor.open(f"/catalog/default/component/{BUOYS[0]}/history")
    change = page.get_by_role("definition").filter(has_text="afloat")
    expect(change.get_by_role("listitem")).to_have_text("+ added afloat")
    visitor.assert_accessible()


def test_what_is_chosen_is_exported_copied_and_marked(
    visit: Callable[..., Visitor], buoys: str, tmp_path: Path
) -> None:
    visitor = visit("anna", viewport={"width": 390, "height": 844})
    page = visitor.page
    visitor.open(buoys)
    page.get_by_role("button", name="Choose several").click()
    tick(visitor, *BUOYS[:2])
    visitor.assert_accessible()
    page.get_by_role("button", name="Export", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="As JSON").click()
    download.value.save_as(tmp_path / "chosen.json")
    exported = json.loads((tmp_path / "chosen.json").read_text())
    assert [entity["metadata"]["name"] for entity in exported] == BUOYS[:2]
    page.get_by_role("button", name="More for what is chosen").click()
    page.get_by_role("menuitem", name="Add to favourites").click()
    expect(page.get_by_text("2 entities now among your favourites.")).to_be_visible()
    page.get_by_role("button", name="Choose none").click()
    expect(page.get_by_role("button", name="Remove buoy-blue from favourites")).to_be_visible()


def test_a_view_is_saved_for_the_team_opened_by_another_and_deleted(
    visit: Callable[..., Visitor], buoys: str
) -> None:
    anna = visit("anna")
    page = anna.page
    anna.open(buoys)
    page.get_by_role("button", name="Views").click()
    page.get_by_role("menuitem", name="Save as a new view…").click()
    page.get_by_role("textbox", name="Name", exact=True).fill("Markers")
    page.get_by_role("combobox", name="For").click()
    page.get_by_role("option", name="Platform", exact=True).click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("button", name="Markers", exact=True)).to_be_visible()
    page.get_by_role("button", name="Lifecycle").click()
    page.get_by_role("button", name="Markers, changed").click()
    page.get_by_role("menuitem", name="Save what is shown in “Markers”").click()
    expect(page.get_by_role("button", name="Markers", exact=True)).to_be_visible()

    anna.open("/catalog")
    page.get_by_role("button", name="Views").click()
    anna.assert_accessible()
    page.get_by_role("menuitem", name="Markers").click()
    expect(page.get_by_role("link", name=BUOYS[0])).to_be_visible()
    expect(page).to_have_url(re.compile("sort=lifecycle"))

    stranger = visit("amina")
    stranger.open("/catalog")
    stranger.page.get_by_role("button", name="Views").click()
    expect(stranger.page.get_by_role("menuitem", name="Save as a new view…")).to_be_visible()
    expect(stranger.page.get_by_role("menuitem", name="Markers")).to_have_count(0)

    page.get_by_role("button", name="Markers", exact=True).click()
    expect(page.get_by_role("menuitem", name="Delete “Markers”…")).to_be_visible()
    anna.assert_accessible()
    page.get_by_role("menuitem", name="Delete “Markers”…").click()
    page.get_by_role("button", name="Delete the view").click()
    expect(page.get_by_role("button", name="Views")).to_be_visible()
