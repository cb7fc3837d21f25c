"""Diagrams that documentation describes in Mermaid are drawn, and hostile ones harm nobody."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from tests.e2e.browser import Portal, Visitor

pytestmark = pytest.mark.system

Visit = Callable[..., Visitor]
DRAWN = """
sequenceDiagram
  accTitle: How seats are held
  Shop->>Engine: hold seats
"""
HOSTILE = """
%%{init: {"securityLevel": "loose", "htmlLabels": true, "themeCSS": "@import url(https://evil.test/a);"}}%%
flowchart LR
  A["<img src=https://evil.test/x onerror=alert(1)><script>alert(2)</script>"] --> B
  click A "javascript:alert(3)"
  click B call alert()
"""
REFUSED = "script-src-attr blocked inline"
NOT_ONE = "this is no diagram"
DESCRIPTOR = """
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: diagrams, annotations: {backstage.io/techdocs-ref: "dir:."}}
spec: {type: service, lifecycle: production, owner: reservations}
"""


@pytest.fixture(scope="module")
def page_of_diagrams(portal: Portal, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("diagrams")
    (folder / "docs").mkdir()
    blocks = [f"```mermaid\n{text.strip()}\n```" for text in (DRAWN, HOSTILE, NOT_ONE)]
    (folder / "docs" / "index.md").write_text("# Diagrams\n\n" + "\n\n".join(blocks) + "\n")
    (folder / "catalog-info.yaml").write_text(DESCRIPTOR)
    portal.command("catalog", "add", str(folder / "catalog-info.yaml"))
    portal.read_docs()
    yield "/catalog/default/component/diagrams/docs"


def test_diagrams_are_drawn_and_hostile_ones_are_harmless(page_of_diagrams: str, visit: Visit) -> None:
    visitor = visit("amina")
    visitor.open(page_of_diagrams)
    page = visitor.page
    expect(page.get_by_role("img", name="How seats are held")).to_be_visible()
    expect(page.locator("figure.diagram > img")).to_have_count(2)
    expect(page.get_by_text(NOT_ONE)).to_be_visible()
    by_day = page.get_by_role("img", name="How seats are held").get_attribute("src")
    page.emulate_media(color_scheme="dark")
    expect(page.get_by_role("img", name="How seats are held")).not_to_have_attribute("src", by_day or "")
    page.locator("figure.diagram > img").nth(1).click()
    assert page.url.endswith(page_of_diagrams)
    assert page.locator("figure.diagram :is(a, script, svg, iframe)").count() == 0
    assert (visitor.dialogs, visitor.foreign) == ([], [])
    # Beside the hostile label's handler, which the policy refuses, nothing is even tried.
    assert {violation.partition(" at ")[0] for violation in visitor.violations} <= {REFUSED}
