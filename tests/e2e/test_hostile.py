"""What authors of descriptors and documentation write never runs in a reader's browser."""

from collections.abc import Callable, Iterator

import pytest
import yaml
from playwright.sync_api import expect

from tests.e2e.browser import Portal, Visitor

pytestmark = pytest.mark.system

Visit = Callable[..., Visitor]
PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    "[click](javascript:alert(3))",
    "[click](&#106;avascript:alert(4))",
    "<iframe srcdoc='<script>alert(5)</script>'></iframe>",
    "<svg onload=alert(6)><circle r=1></svg>",
    '<a href="data:text/html,<script>alert(7)</script>">data</a>',
    "<base href=https://evil.test/>",
    '<meta http-equiv=refresh content="0;url=https://evil.test/">',
    "<form action=https://evil.test/><button autofocus onfocus=alert(8)>go</button></form>",
    "<details open ontoggle=alert(9)>x</details>",
    "![picture](https://evil.test/pixel.png)",
    "<style>body{background:url(https://evil.test/style)}</style>",
    "<input autofocus onfocus=alert(10)>",
    "</div></main><h1 id=escaped>escaped</h1>",
]
LINKS = [
    "javascript:alert(11)",
    " java\tscript:alert(12)",
    "data:text/html,<script>alert(13)</script>",
    "vbscript:x",
]


@pytest.fixture(scope="module")
def hostile(portal: Portal, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A component of which everything is an attack; the path of its page."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "docs").mkdir()
    (folder / "docs" / "index.md").write_text("# Hostile\n\n" + "\n\n".join(PAYLOADS) + "\n\nThe end.\n")
    (folder / "catalog-info.yaml").write_text(yaml.safe_dump(descriptor(), allow_unicode=True))
    portal.command("catalog", "add", str(folder / "catalog-info.yaml"))
    portal.read_docs()
    yield "/catalog/default/component/hostile"


def descriptor() -> dict[str, object]:
    text = " ".join(PAYLOADS)
    return {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "metadata": {
            "name": "hostile",
            "title": PAYLOADS[1],
            "description": text,
            "annotations": {
                "backstage.io/techdocs-ref": "dir:.",
                "backstage.io/view-url": LINKS[0],
                "backstage.io/edit-url": LINKS[0],
            },
            "labels": {"safe": "safe"},
            "links": [
                {"url": url, "title": f"link {place} {PAYLOADS[1]}"} for place, url in enumerate(LINKS)
            ],
        },
        "spec": {"type": PAYLOADS[0], "lifecycle": PAYLOADS[1], "owner": "group:default/reservations"},
    }


def assert_harmless(visitor: Visitor, portal: Portal) -> None:
    assert visitor.page.url.startswith(portal.url + "/catalog")
    assert (visitor.dialogs, visitor.foreign, visitor.violations) == ([], [], [])
    assert visitor.page.locator("#escaped").count() == 0
    assert visitor.page.locator("base, meta[http-equiv=refresh], iframe[srcdoc]").count() == 0
    hrefs = visitor.page.eval_on_selector_all("a[href]", "links => links.map(link => link.protocol)")
    assert set(hrefs) <= {"http:", "https:", "mailto:"}


@pytest.mark.parametrize("tab", ["", "/docs", "/relations", "/source", "/problems"])
def test_a_hostile_component_does_nothing(tab: str, hostile: str, portal: Portal, visit: Visit) -> None:
    visitor = visit("amina")
    visitor.open(hostile + tab)
    visitor.settle()
    assert_harmless(visitor, portal)


def test_hostile_documentation_shows_its_words(hostile: str, portal: Portal, visit: Visit) -> None:
    visitor = visit("amina")
    visitor.open(hostile + "/docs")
    expect(visitor.page.get_by_text("The end.")).to_be_visible()
    assert_harmless(visitor, portal)


def test_a_hostile_name_in_lists_and_search_does_nothing(hostile: str, portal: Portal, visit: Visit) -> None:
    visitor = visit("amina")
    visitor.open("/catalog?kind=Component&search=hostile")
    expect(visitor.page.get_by_text(PAYLOADS[1], exact=True).first).to_be_visible()
    visitor.page.keyboard.press("Control+k")
    visitor.page.get_by_role("dialog").get_by_role("textbox").fill("hostile")
    visitor.settle()
    assert_harmless(visitor, portal)
