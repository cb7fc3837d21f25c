"""Pages that plugins add: from the navigation, with what is shown in their address."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.browser import Portal, Visitor

pytestmark = pytest.mark.system

Visit = Callable[..., Visitor]


@pytest.fixture(scope="module")
def costs(window_of: Callable[..., Visitor]) -> None:
    """The costs of the demo company, which a worker begins to read when the portal has started."""
    visitor = window_of("amina")
    ends = time.monotonic() + 240
    visitor.open("/pages/costs")
    while not visitor.page.locator("tbody tr").count() and time.monotonic() < ends:
        visitor.page.wait_for_timeout(500)
        visitor.page.reload()
        visitor.settle()
    visitor.page.context.close()


@pytest.mark.usefixtures("costs")
def test_costs_are_divided_sorted_and_saved(visit: Visit) -> None:
    visitor = visit("amina")
    page = visitor.page
    visitor.open("/")
    page.get_by_role("navigation", name="Portal").get_by_role("link", name="Costs").click()
    expect(page.get_by_role("heading", name="Costs", level=1)).to_be_visible()
    divided = page.get_by_role("region", name="Divided")
    expect(divided.get_by_role("columnheader", name="Team")).to_be_visible()
    page.get_by_role("combobox", name="Divided by").click()
    page.get_by_role("option", name="Component", exact=True).click()
    expect(divided.get_by_role("columnheader", name="Component")).to_be_visible()
    expect(page).to_have_url(re.compile("by=component"))

    cost = divided.get_by_role("button", name="Cost")
    cost.click()
    expect(divided.get_by_role("columnheader", name="Cost")).to_have_attribute("aria-sort", "ascending")
    cells = divided.locator("tbody tr td:nth-child(2)").all_inner_texts()
    amounts = [float(cell.split()[0].replace(",", "")) for cell in cells]
    assert amounts == sorted(amounts)
    with page.expect_download() as download:
        divided.get_by_role("button", name="CSV").click()
    lines = Path(download.value.path()).read_text(encoding="utf-8").splitlines()
    assert download.value.suggested_filename.endswith("-by-component.csv")
    assert lines[0] == '"Component","Cost","Share","Month before","Change"'

    address = page.url
    page.reload()
    expect(divided.get_by_role("columnheader", name="Component")).to_be_visible()
    assert page.url == address
    visitor.settle()
    visitor.assert_accessible()
    visitor.assert_clean()


@pytest.mark.usefixtures("costs")
def test_a_day_of_costs_is_the_same_day_everywhere(visit: Visit) -> None:
    visitor = visit("amina", timezone_id="America/Los_Angeles")
    visitor.open("/pages/costs")
    moment = visitor.page.locator(".u-legend .u-series").first
    expect(moment).to_contain_text(re.compile(r"\w+ \d+, 20\d\d$"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", ["costs", "docs", "scorecards"])
def test_a_page_can_be_read_by_everyone_on_every_screen(
    name: str, width: int, scheme: str, visit: Visit
) -> None:
    visitor = visit("amina", viewport={"width": width, "height": 900}, color_scheme=scheme)
    visitor.open(f"/pages/{name}")
    visitor.settle()
    expect(visitor.page.locator("[data-panel][aria-busy=false]").first).to_be_visible()
    visitor.assert_accessible()
    visitor.assert_fits()
    if width == 390:
        visitor.assert_tables_fit()
    visitor.assert_clean()


def test_on_a_phone_the_rows_of_a_table_stand_by_themselves_and_are_sorted_by_keyboard(visit: Visit) -> None:
    visitor = visit("amina", viewport={"width": 390, "height": 900})
    page = visitor.page
    visitor.open("/plugins/blocks")
    table = page.get_by_role("region", name="Table").get_by_role("table")
    expect(table.get_by_role("columnheader")).to_have_text(
        ["Environment", "Version", "State", "Since", "Released by"]
    )
    row = table.get_by_role("row").filter(has_text="production")
    cells = row.get_by_role("cell")
    expect(cells).to_have_text(["production", "4.2.1", "running", "12 days", "deploy bot"])
    tops = "(row) => [...row.cells].slice(0, 2).map((cell) => cell.getBoundingClientRect().top)"
    first, second = row.evaluate(tops)
    assert first < second
    visitor.assert_tables_fit()
    visitor.assert_accessible()
    sort = table.get_by_role("button", name="Version")
    for direction, name in (("ascending", "production"), ("descending", "staging")):
        sort.press("Enter")
        expect(sort.locator("..")).to_have_attribute("aria-sort", direction)
        expect(table.get_by_role("row").nth(1)).to_contain_text(name)
    page.set_viewport_size({"width": 1280, "height": 900})
    visitor.eventually(lambda: len(set(row.evaluate(tops))) == 1, lambda: "the cells are not side by side")
    visitor.assert_clean()


def test_a_page_that_nobody_adds_says_so(visit: Visit) -> None:
    visitor = visit("amina")
    visitor.open("/pages/nothing")
    expect(visitor.page.get_by_role("heading", name="There is no such page")).to_be_visible()


def test_documentation_is_looked_for_in_its_address(visit: Visit) -> None:
    visitor = visit("amina")
    page = visitor.page
    visitor.open("/pages/docs")
    expect(page.get_by_role("region", name="All documentation").get_by_role("link").first).to_be_visible()
    page.get_by_role("searchbox", name="Words").fill("booking")
    expect(page.get_by_role("region", name="Found").get_by_role("link").first).to_be_visible()
    expect(page).to_have_url(re.compile("words=booking"))
    visitor.assert_clean()


def test_a_scorecard_is_chosen_and_says_who_falls_short_and_how_to_mend_it(visit: Visit) -> None:
    visitor = visit("amina")
    page = visitor.page
    visitor.open("/pages/scorecards")
    tracks = page.get_by_role("region", name="Tracks")
    tracks.get_by_role("link").first.click()
    expect(page.get_by_role("region", name="Levels")).to_be_visible()
    expect(page).to_have_url(re.compile("scorecard=scorecard"))
    page.get_by_role("combobox", name="Falls short in").click()
    page.get_by_role("option", name="A runbook is linked").click()
    short = page.get_by_role("region", name="Who falls short")
    expect(short.get_by_role("columnheader", name="How")).to_be_visible()
    expect(short.get_by_role("link").first).to_be_visible()
    visitor.settle()
    visitor.assert_clean()


def test_a_form_on_a_page_says_beside_its_field_what_is_wrong_and_then_what_was_done(
    visit: Visit, portal: Portal
) -> None:
    portal.command("plugins", "accept", "modest")
    visitor = visit("amina")
    page = visitor.page
    visitor.open("/pages/modest-greetings")
    form = page.get_by_role("region", name="Greet")
    form.get_by_label("Word").fill("Hush")
    form.get_by_role("button", name="Say it").click()
    expect(form).to_contain_text("That is no greeting.")
    form.get_by_label("Word").fill("Hello")
    form.get_by_role("button", name="Say it").click()
    expect(page.get_by_role("alert")).to_contain_text("Hello, booking-engine!")
    expect(form).not_to_contain_text("That is no greeting.")
    visitor.assert_accessible()
    visitor.assert_clean()
