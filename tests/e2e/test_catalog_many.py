"""More of the catalog's list than one request takes: chosen, changed by the hundred, stopped, exported."""

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.e2e.browser import Portal, Visitor

pytestmark = pytest.mark.system

Visit = Callable[..., Visitor]
COUNT = 250
NAMES = [f"float-{number:03}" for number in range(COUNT)]


@dataclass(frozen=True)
class Floats:
    """Components of the platform team in one file, and the address of their list."""

    portal: Portal
    file: Path
    address: str = "/catalog?type=float"

    def write(self, command: str, **descriptions: str) -> None:
        """Has the file read, with descriptions of those that are named."""
        self.file.write_text(
            "---\n".join(
                "apiVersion: backstage.io/v1alpha1\nkind: Component\n"
                f"metadata: {{name: {name}, description: {descriptions.get(name, 'afloat')}}}\n"
                "spec: {type: float, lifecycle: production, owner: platform}\n"
                for name in NAMES
            )
        )
        self.portal.command("catalog", command, str(self.file))


@pytest.fixture(scope="module")
def floats(portal: Portal, tmp_path_factory: pytest.TempPathFactory) -> Floats:
    floats = Floats(portal, tmp_path_factory.mktemp("floats") / "catalog-info.yaml")
    floats.write("add")
    return floats


def choose_all(visitor: Visitor, floats: Floats) -> None:
    page = visitor.page
    visitor.open(floats.address)
    page.get_by_role("checkbox", name="Choose all on this page").click()
    expect(page.get_by_text("All 20 on this page are chosen.")).to_be_visible()
    page.get_by_role("button", name=f"Choose all {COUNT} that match").press("Enter")
    expect(page.get_by_text(f"All {COUNT} that match are chosen.")).to_be_visible()
    expect(page.get_by_role("button").filter(has_text="Choose none")).to_be_focused()
    expect(page.get_by_role("heading", name=f"{COUNT} chosen")).to_be_visible()


def preview(visitor: Visitor, field: str, value: str) -> Locator:
    """The dialog that says what setting a field of what is chosen would do."""
    page = visitor.page
    page.get_by_role("button", name="Set a field…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox", name="Field").click()
    page.get_by_role("option", name=field).click()
    dialog.get_by_role("combobox", name="Value").fill(value)
    page.keyboard.press("Tab")
    dialog.get_by_label("Why").fill("all of them")
    dialog.get_by_role("button", name="Preview").click()
    expect(dialog.get_by_role("heading", name=f"{COUNT} entities change")).to_be_visible()
    expect(dialog.get_by_text("a hundred at a time")).to_be_visible()
    visitor.assert_accessible()
    return dialog


def export(visitor: Visitor, button: str, form: str) -> str:
    page = visitor.page
    page.get_by_role("button", name=button, exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name=f"As {form}").click()
    assert download.value.suggested_filename == f"catalog.{form.lower()}"
    return Path(download.value.path()).read_bytes().decode()


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines(keepends=True)))


def test_all_that_match_are_chosen_set_twice_and_exported(visit: Visit, floats: Floats) -> None:
    visitor = visit("anna", viewport={"width": 1280, "height": 900})
    page = visitor.page
    choose_all(visitor, floats)
    visitor.assert_accessible()
    for field, value in (("Add tags", "moored"), ("Lifecycle", "deprecated")):
        dialog = preview(visitor, field, value)
        dialog.get_by_role("button", name=f"Set for {COUNT} entities").click()
        expect(dialog).to_have_count(0)
    found = json.loads(export(visitor, "Export", "JSON"))
    assert [entity["metadata"]["name"] for entity in found] == NAMES
    assert {entity["spec"]["lifecycle"] for entity in found} == {"deprecated"}
    lines = rows_of(export(visitor, "Export", "CSV"))
    assert [line["name"] for line in lines] == NAMES
    assert {(line["lifecycle"], line["tags"]) for line in lines} == {("deprecated", "moored")}
    visitor.open("/catalog?tag=moored")
    expect(page.get_by_text(f"20 of {COUNT} entities")).to_be_visible()
    visitor.assert_clean()


def test_a_list_of_hundreds_is_exported_whole(visit: Visit, floats: Floats) -> None:
    visitor = visit("anna", viewport={"width": 1280, "height": 900})
    visitor.open(f"{floats.address}&sort=-name")
    expect(visitor.page.get_by_text(f"20 of {COUNT} entities")).to_be_visible()
    lines = rows_of(export(visitor, "Export the list", "CSV"))
    assert list(lines[0]) == [
        "ref", "kind", "namespace", "name", "title", "type", "lifecycle", "owner", "system", "tags",
        "description",
    ]  # fmt: skip
    assert [line["name"] for line in lines] == NAMES[::-1]
    assert {line["ref"] for line in lines} == {f"component:default/{name}" for name in NAMES}
    assert {(line["kind"], line["type"], line["owner"]) for line in lines} == {
        ("Component", "float", "group:default/platform")
    }
    visitor.assert_clean()


def test_what_a_hundred_refuses_is_told_and_the_rest_is_gone_on_with(visit: Visit, floats: Floats) -> None:
    visitor = visit("anna", viewport={"width": 1280, "height": 900})
    page = visitor.page
    choose_all(visitor, floats)
    dialog = preview(visitor, "Lifecycle", "retired")
    floats.write("refresh", **{"float-150": "adrift"})  # somebody else was quicker
    dialog.get_by_role("button", name=f"Set for {COUNT} entities").click()
    told = dialog.get_by_role("alert")
    expect(told).to_contain_text(f"100 of {COUNT} are set, the others stay as they are.")
    expect(told).to_contain_text("component:default/float-150")
    visitor.assert_accessible()

    dialog.get_by_role("button", name="Preview").click()
    expect(dialog.get_by_role("heading", name="150 entities change")).to_be_visible()
    expect(dialog.get_by_text("100 entities have the value already.")).to_be_visible()
    expect(dialog.get_by_role("heading", name="as they are")).to_have_count(0)
    changed = dialog.get_by_role("listitem").filter(has=page.get_by_role("link", name="float-150"))
    expect(changed).to_contain_text("retired")
    dialog.get_by_role("button", name="Set for 150 entities").click()
    expect(page.get_by_text("Set for 150 entities.")).to_be_visible()
    lines = rows_of(export(visitor, "Export", "CSV"))
    assert {line["lifecycle"] for line in lines} == {"retired"}
    assert [line["name"] for line in lines if line["description"] == "adrift"] == ["float-150"]
    visitor.assert_clean()


def test_what_goes_one_by_one_is_stopped_and_says_how_far_it_came(visit: Visit, floats: Floats) -> None:
    visitor = visit("anna", viewport={"width": 1280, "height": 900})
    page = visitor.page
    choose_all(visitor, floats)
    held: list[Route] = []
    sent: list[str] = []

    def hold_the_third(route: Route) -> None:
        if "SetFavourite" in (route.request.post_data or ""):
            sent.append(route.request.post_data or "")
            if len(sent) == 3:
                held.append(route)
                return
        route.continue_()

    page.route("**/graphql*", hold_the_third)
    page.get_by_role("button", name="More for what is chosen").click()
    page.get_by_role("menuitem", name="Add to favourites").click()
    expect(page.get_by_text(f"2 of {COUNT}…")).to_be_visible()
    visitor.eventually(lambda: len(held) == 1, lambda: f"{len(sent)} were sent")
    page.get_by_role("button", name="Stop", exact=True).click()
    held[0].continue_()
    expect(page.get_by_text(f"Stopped: 3 of {COUNT} entities now among your favourites.")).to_be_visible()
    expect(page.get_by_role("button", name="Stop", exact=True)).to_have_count(0)
    expect(page.get_by_role("heading", name=f"{COUNT} chosen")).to_be_visible()
    assert len(sent) == 3
    visitor.open(f"{floats.address}&scope=favourite")
    expect(page.get_by_text("3 entities", exact=True)).to_be_visible()
    visitor.assert_clean()


def test_on_a_phone_the_page_is_chosen_and_then_all_that_match(visit: Visit, floats: Floats) -> None:
    visitor = visit("anna", viewport={"width": 390, "height": 844})
    page = visitor.page
    visitor.open(floats.address)
    page.get_by_role("button", name="Choose several").click()
    page.get_by_role("button", name="Choose all 20 on this page").click()
    page.get_by_role("button", name=f"Choose all {COUNT} that match").click()
    expect(page.get_by_role("heading", name=f"{COUNT} chosen")).to_be_visible()
    visitor.assert_accessible()
    visitor.assert_fits()
    page.get_by_role("checkbox", name=f"Choose {NAMES[0]}", exact=True).click()
    expect(page.get_by_role("heading", name=f"{COUNT - 1} chosen")).to_be_visible()
