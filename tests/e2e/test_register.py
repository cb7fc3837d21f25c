"""Registering an address: what it would do is seen before it is done."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser import Portal, Visitor

pytestmark = pytest.mark.system

Visit = Callable[..., Visitor]
COMPONENT = """
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: %s}
spec: {type: %s, lifecycle: production, owner: group:platform}
---
"""


def preview(visitor: Visitor, target: str) -> Page:
    visitor.open("/register")
    visitor.page.get_by_label("Address").fill(target)
    visitor.page.get_by_label("Address").press("Enter")
    return visitor.page


def test_an_address_is_looked_at_then_let_in_then_looked_at_again(portal: Portal, visit: Visit) -> None:
    file = Path(portal.environment["PORTAL_CATALOG_ROOTS"]) / "harbour.yaml"
    file.write_text(COMPONENT % ("pier-one", "service") + COMPONENT % ("pier one", "service"))
    visitor = visit("admin")
    page = preview(visitor, f"file:{file}")
    row = page.get_by_role("main").get_by_role("listitem")
    expect(row).to_have_count(2)
    expect(row.first).to_contain_text("Refused")
    expect(row.first).to_contain_text("INVALID_NAME: metadata.name is 'pier one'")
    expect(row.first).to_contain_text("harbour.yaml:10")
    expect(row.nth(1)).to_contain_text("component:default/pier-one")
    page.get_by_role("button", name="Register 1 entity").click()
    expect(page.get_by_role("link", name="pier-one")).to_be_visible()
    expect(page.get_by_role("link", name="1 problem")).to_be_visible()

    file.write_text(COMPONENT % ("pier-one", "library") + COMPONENT % ("pier-two", "service"))
    preview(visitor, f"file:{file}")
    expect(page.get_by_text("This address is registered already.")).to_be_visible()
    changed = row.filter(has_text="component:default/pier-one")
    expect(changed).to_contain_text("/spec/type")
    expect(changed).to_contain_text("service")
    expect(changed).to_contain_text("library")
    page.get_by_text("Added 1", exact=True).click()
    expect(row).to_have_count(1)
    page.get_by_role("button", name="Read it now").click()
    expect(page.get_by_text("It will be read in a moment.")).to_be_visible()
    visitor.assert_clean()


def test_a_preview_changes_nothing_and_an_empty_address_gets_a_descriptor_to_begin_with(
    portal: Portal, visit: Visit
) -> None:
    file = Path(portal.environment["PORTAL_CATALOG_ROOTS"]) / "quay.yaml"
    file.write_text(COMPONENT % ("quay-one", "service"))
    visitor = visit("admin")
    page = preview(visitor, f"file:{file}")
    expect(page.get_by_role("button", name="Register 1 entity")).to_be_visible()
    visitor.open("/catalog?search=quay-one")
    expect(page.get_by_text("No entity fits all of the chosen filters")).to_be_visible()

    preview(visitor, "git:reservations/no-such-repository")
    expect(page.get_by_role("alert")).to_contain_text("is not there")
    expect(page.get_by_text("name: no-such-repository")).to_be_visible()
    visitor.assert_clean()
