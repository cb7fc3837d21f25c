"""The sources page: what a source brought, what is wrong with it, and a removal that waits for a yes."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.browser import Portal, Visitor

pytestmark = pytest.mark.system

Visit = Callable[..., Visitor]
COMPONENT = """
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {{name: {name}}}
spec: {{type: service, lifecycle: production, owner: group:platform}}
---
"""


def descriptors(*names: str) -> str:
    return "".join(COMPONENT.format(name=name) for name in names)


def test_a_large_removal_waits_until_somebody_has_looked_at_it(
    portal: Portal, visit: Visit, tmp_path: Path
) -> None:
    file = tmp_path / "catalog-info.yaml"
    file.write_text(descriptors(*(f"buoy-{number:02}" for number in range(13))))
    portal.command("catalog", "add", str(file))
    file.write_text(descriptors("buoy-00"))

    visitor = visit("admin")
    page = visitor.page
    visitor.open("/sources")
    source = page.get_by_role("listitem").filter(has_text=str(file))
    source.get_by_role("button", name="Read it now").click()
    held = source.get_by_role("alert")
    expect(held.get_by_text("12 of 14 entities would leave the catalog")).to_be_visible()
    held.get_by_text("Which ones").click()
    expect(held.get_by_role("link", name="buoy-01")).to_be_visible()
    visitor.assert_accessible()
    held.get_by_role("button", name="Remove 12 entities").click()
    expect(held).to_have_count(0)
    visitor.open("/catalog?search=buoy")
    expect(page.get_by_role("link", name="buoy-00")).to_be_visible()
    expect(page.get_by_role("link", name="buoy-01")).to_have_count(0)
    visitor.assert_clean()


def test_an_administrator_trusts_a_source(portal: Portal, visit: Visit, tmp_path: Path) -> None:
    file = tmp_path / "catalog-info.yaml"
    team = "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: lighthouse}\n"
    file.write_text(team + "spec: {type: team, children: []}\n")
    portal.command("catalog", "add", str(file))

    visitor = visit("admin")
    page = visitor.page
    visitor.open("/sources")
    source = page.get_by_role("listitem").filter(has_text=str(file))
    expect(source.get_by_role("link", name="1 problem")).to_be_visible()
    source.get_by_role("button", name="More of").click()
    page.get_by_role("menuitem", name="Trust it…").click()
    visitor.assert_accessible()
    page.get_by_role("button", name="Trust", exact=True).click()
    expect(source.get_by_text("trusted", exact=True)).to_be_visible()
    expect(source.get_by_role("link", name="1 problem")).to_have_count(0)
    visitor.open("/catalog/default/group/lighthouse")
    expect(page.get_by_role("heading", name="lighthouse")).to_be_visible()
    visitor.assert_clean()


def test_the_problems_of_one_source_say_what_and_where(portal: Portal, visit: Visit, tmp_path: Path) -> None:
    file = tmp_path / "catalog-info.yaml"
    file.write_text(descriptors("beacon-one", "not a name"))
    portal.command("catalog", "add", str(file))

    visitor = visit("admin")
    page = visitor.page
    visitor.open("/sources")
    source = page.get_by_role("listitem").filter(has_text=str(file))
    source.get_by_role("button", name="Runs").click()
    expect(source.get_by_text("+2", exact=True)).to_be_visible()
    source.get_by_role("link", name="1 problem").click()
    page.wait_for_url(lambda url: "/problems?location=" in url)
    finding = page.get_by_role("main").get_by_role("listitem")
    expect(finding).to_have_count(1)
    expect(finding).to_contain_text("catalog-info.yaml:10")
    expect(finding).to_contain_text("'not a name'")

    page.get_by_role("combobox", name="Level").click()
    page.get_by_role("option", name="Warnings").click()
    expect(page.get_by_text("No finding fits all of the chosen filters.")).to_be_visible()
    page.get_by_role("button", name="Clear filters").click()
    page.wait_for_url(portal.url + "/problems")
    expect(finding.filter(has_text="group:default/merchandise")).to_be_visible()
    visitor.assert_clean()


def test_the_list_is_a_file_under_the_filters_that_are_shown(visit: Visit, tmp_path: Path) -> None:
    visitor = visit("amina")
    page = visitor.page
    visitor.open("/catalog?kind=Component&type=mobile-app")
    shown = page.get_by_role("table").locator("tbody tr")
    expect(shown).to_have_count(3)
    page.get_by_role("button", name="Export the list").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="As CSV").click()
    saved = tmp_path / "catalog.csv"
    download.value.save_as(saved)
    rows = list(csv.DictReader(saved.read_text().splitlines()))
    assert len(rows) == 3
    assert {row["type"] for row in rows} == {"mobile-app"}
    visitor.assert_clean()
