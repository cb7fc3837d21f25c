"""What is written beside a relation's ref is shown, and where the relation comes from leads to its line."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Request, Route, expect

from tests.e2e.browser import Portal, Visitor

pytestmark = pytest.mark.system

COMPANY = """
apiVersion: portal/v1alpha1
kind: KindDefinition
metadata: {name: till}
spec:
  group: shop.example.com
  names: {kind: Till, singular: Till, plural: Tills}
  versions: [v1]
  schema:
    type: object
    properties:
      prints: {type: array, items: {type: object, required: [ref], properties: {ref: {type: string}}}}
  relations:
    - {path: spec.prints, type: printsOn, inverse: printerOf, defaultKind: Resource, many: true}
---
apiVersion: shop.example.com/v1
kind: Till
metadata: {name: quay-till, title: Till on the quay}
spec:
  prints:
    - {ref: receipt-printer, criticality: high, paper: 80 mm}
---
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: {name: receipt-printer, title: Receipt printer}
spec: {type: printer, owner: reservations}
"""
LINE = COMPANY.splitlines().index("    - {ref: receipt-printer, criticality: high, paper: 80 mm}") + 1


@pytest.fixture
def page_of_printer(portal: Portal, tmp_path: Path) -> str:
    (tmp_path / "tills.yaml").write_text(COMPANY)
    portal.command("catalog", "add", str(tmp_path / "tills.yaml"), "--trusted")
    return "/catalog/default/resource/receipt-printer"


def test_a_relation_shows_its_attributes_and_leads_to_the_line_that_declares_it(
    page_of_printer: str, visit: Callable[..., Visitor]
) -> None:
    visitor = visit("amina", reduced_motion="reduce")
    page = visitor.page
    visitor.open(page_of_printer)
    row = page.get_by_role("listitem").filter(has_text="Till on the quay")
    expect(row.get_by_text("criticality")).to_be_visible()
    expect(row.get_by_text("80 mm")).to_be_visible()
    row.get_by_role("button", name="Where the relation to Till on the quay comes from").press("Enter")
    origin = page.get_by_role("dialog", name="Where the relation to Till on the quay comes from")
    expect(origin.get_by_text("spec.prints")).to_be_visible()
    source = origin.get_by_role("link", name=f"tills.yaml:{LINE}")
    expect(source).to_be_visible()
    visitor.assert_accessible()
    source.click()
    page.wait_for_url(f"**/catalog/default/till/quay-till/source?line={LINE}")
    marked = page.locator("[data-marked]")
    expect(marked).to_be_in_viewport()
    expect(marked).to_have_attribute("data-marked", str(LINE))
    visitor.assert_accessible()
    visitor.assert_clean()


def test_what_is_told_of_a_relation_low_in_the_window_stays_in_it(
    page_of_printer: str, visit: Callable[..., Visitor]
) -> None:
    """It is a little higher with its answer in it, which is held back until it is open."""
    visitor = visit("amina", reduced_motion="reduce")
    page = visitor.page
    name = "Where the relation to Till on the quay comes from"
    ask, origin = page.get_by_role("button", name=name), page.get_by_role("dialog", name=name)
    waiting: list[Route] = []

    def is_asked(request: Request) -> bool:
        return "RelationOrigins" in (request.post_data or "")

    def hold(route: Route) -> None:
        waiting.append(route) if is_asked(route.request) else route.continue_()

    page.route("**/graphql", hold)
    visitor.open(page_of_printer)
    for room in range(116, 152, 5):
        place = ask.bounding_box()
        assert place
        page.set_viewport_size({"width": 1280, "height": round(place["y"] + place["height"] + room)})
        visitor.open(page_of_printer)
        with page.expect_request(is_asked):
            ask.press("Enter")
        expect(origin).to_be_in_viewport(ratio=1)
        waiting.pop().continue_()
        expect(origin.get_by_role("link", name=f"tills.yaml:{LINE}")).to_be_visible()
        expect(origin).to_be_in_viewport(ratio=1)
