"""Every page opens cleanly: no policy violation, no error in the console, nothing from another origin."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import expect

from tests.e2e.browser import Portal, Visitor

pytestmark = pytest.mark.system

Visit = Callable[..., Visitor]
PAGES = [
    "/",
    "/catalog",
    "/catalog?kind=Component&type=service",
    "/catalog/default/component/booking-engine",
    "/catalog/default/api/booking-api",
    "/catalog/default/api/booking-api/definition",
    "/catalog/default/api/booking-api/docs-api",
    "/catalog/default/component/portal/docs",
    "/catalog/default/resource/prod-north",
    "/catalog/default/system/reservations",
    "/catalog/default/domain/booking",
    "/catalog/default/group/reservations",
    "/catalog/default/user/amina.diallo",
    "/catalog/default/template/python-web-service",
    "/graph",
    "/graph?root=component:default/booking-engine&depth=3",
    "/create",
    "/create/default/python-web-service",
    "/create/actions",
    "/create/editor",
    "/tasks",
    "/notifications",
    "/search?query=booking",
    "/sources",
    "/register",
    "/problems",
    "/settings/tokens",
    "/settings/webhooks",
    "/plugins",
    "/plugins/blocks",
    "/pages/costs",
    "/pages/docs",
    "/pages/scorecards",
    "/team",
    "/graphiql",
]
GRAPHIQL = "/graphiql"
"""GraphiQL's own editor is not ours to mend."""
PARTS = (
    "monitoring", "ci", "kubernetes", "costs", "scorecards-checks", "docs", "docs-decisions",
    "graph", "history", "access", "source",
)  # fmt: skip
NO_TAB = "/catalog/default/component/booking-engine/no-such-tab"
TABS = [f"/catalog/default/component/booking-engine/{part}" for part in PARTS]


SMALL_PHONE, PHONE, DESKTOP = ({"width": width, "height": 800} for width in (360, 390, 1280))


@pytest.fixture(scope="module")
def window(window_of: Visit) -> Iterator[Visitor]:
    """One window of the administrator, in which nothing moves; its browser keeps the scripts of the pages."""
    visitor = window_of("admin", reduced_motion="reduce")
    yield visitor
    visitor.page.context.close()


@pytest.mark.parametrize("path", [*PAGES, *TABS, NO_TAB, "/nothing"])
def test_a_page_opens_fits_and_is_accessible(path: str, window: Visitor) -> None:
    """Opened on a small phone at night, in a window that grows while the day comes."""
    window.look("dark", SMALL_PHONE)
    window.forget()
    window.open(path)
    window.settle()
    none = window.page.get_by_role("heading", name="This entity has no such tab")
    expect(none).to_have_count(int(path == NO_TAB))
    assert urlsplit(window.page.url).path == path.partition("?")[0]
    window.assert_fits()
    window.assert_tables_fit()
    for scheme, size in (("dark", PHONE), ("light", DESKTOP)):
        window.look(scheme, size)
        window.settle()
        if path != GRAPHIQL:
            window.assert_accessible()
        window.assert_fits()
    if path != "/nothing":  # the browser itself notes its 404
        window.assert_clean()


def test_the_sign_in_page_fits_and_is_accessible(visit: Visit) -> None:
    visitor = visit(reduced_motion="reduce")
    for scheme, size in (("dark", PHONE), ("light", DESKTOP)):
        visitor.look(scheme, size)
        visitor.open("/sign-in")
        visitor.settle()
        visitor.assert_accessible()
        visitor.assert_fits()


def test_every_tab_of_a_component_opens(visit: Visit) -> None:
    visitor = visit("amina")
    visitor.open("/catalog/default/component/booking-engine")
    tabs = visitor.page.get_by_role("navigation", name="Parts of this page").get_by_role("link")
    expect(tabs.first).to_be_visible()
    names = tabs.all_inner_texts()
    assert names[0] == "Overview"
    assert {"Docs", "Graph", "History", "Access", "Source"} <= set(names)
    for place in range(len(names)):
        tabs.nth(place).click()
        expect(tabs.nth(place)).to_have_attribute("aria-current", "page")
        visitor.settle()
    visitor.assert_clean()


def test_the_policy_allows_no_foreign_and_no_inline_code(portal: Portal, visit: Visit) -> None:
    visitor = visit("amina")
    answer = visitor.page.goto(portal.url + "/catalog")
    assert answer is not None
    header = answer.header_value("content-security-policy") or ""
    policy = {part.split()[0]: part.split()[1:] for part in header.split(";") if part.strip()}
    assert policy["script-src"] == ["'self'"]
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == ["'none'"]
    assert "'unsafe-inline'" not in header
    assert "'unsafe-eval'" not in header


def test_who_is_not_signed_in_is_sent_to_sign_in_and_back(portal: Portal, visit: Visit) -> None:
    visitor = visit()
    visitor.open("/catalog/default/component/booking-engine")
    visitor.page.wait_for_url(lambda url: urlsplit(url).path == "/sign-in")
    visitor.fill_sign_in("amina")
    visitor.page.wait_for_url(portal.url + "/catalog/default/component/booking-engine")
    expect(visitor.page.get_by_role("heading", name="Booking engine", level=1)).to_be_visible()


@pytest.mark.parametrize(
    "target",
    [
        "//evil.test",
        "https:evil.test",
        "/\\evil.test",
        "/%2f%2fevil.test",
        "javascript:alert(1)",
        "\t//evil.test",
    ],
)
def test_sign_in_never_leads_to_another_origin(target: str, portal: Portal, visit: Visit) -> None:
    visitor = visit()
    visitor.open("/sign-in?next=" + quote(target, safe=""))
    visitor.fill_sign_in("amina")
    visitor.page.wait_for_url(lambda url: urlsplit(url).path != "/sign-in")
    assert visitor.page.url.startswith(portal.url + "/")
    assert (visitor.dialogs, visitor.foreign) == ([], [])


def test_a_wrong_password_is_said_beside_the_form(visit: Visit) -> None:
    visitor = visit()
    visitor.open("/sign-in")
    visitor.page.get_by_label("Username").fill("nobody")
    visitor.page.get_by_role("textbox", name="Password").fill("not-the-password")
    visitor.page.get_by_role("button", name="Sign in").click()
    expect(visitor.page.get_by_text(re.compile("password", re.IGNORECASE)).last).to_be_visible()
    assert urlsplit(visitor.page.url).path == "/sign-in"


def test_an_unknown_address_says_so(portal: Portal, visit: Visit) -> None:
    visitor = visit("amina")
    answer = visitor.page.goto(portal.url + "/no/such/page")
    assert answer is not None
    assert answer.status == 404
    main = visitor.page.get_by_role("main")
    expect(main.get_by_role("heading", name="There is no such page")).to_be_visible()
    expect(
        visitor.page.get_by_role("navigation", name="Portal").get_by_role("link", name="Catalog")
    ).to_be_visible()


def test_the_palette_answers_its_shortcut_from_the_first_moment(visit: Visit) -> None:
    visitor = visit("amina")
    visitor.page.route(
        "**/SearchPalette-*.js", lambda route: (visitor.page.wait_for_timeout(500), route.continue_())
    )
    visitor.open("/")
    visitor.page.keyboard.press("Control+k")
    expect(visitor.page.get_by_role("dialog").get_by_role("textbox")).to_be_focused()


def test_a_portal_opened_as_localhost_is_seen_under_its_own_name(portal: Portal, visit: Visit) -> None:
    """Its cookies and its streams belong to that name."""
    visitor = visit()
    visitor.page.goto(portal.url.replace("127.0.0.1", "localhost") + "/catalog")
    visitor.fill_sign_in("amina")
    visitor.page.wait_for_url(portal.url + "/catalog")


def test_an_unknown_entity_says_so(visit: Visit) -> None:
    visitor = visit("amina")
    visitor.open("/catalog/default/component/no-such-thing")
    expect(visitor.page.get_by_role("heading", name="Not in the catalog")).to_be_visible()


def test_signing_out_ends_the_session(visit: Visit) -> None:
    visitor = visit()
    visitor.sign_in("ingrid")
    visitor.page.get_by_role("button", name="Account menu of Ingrid Moe").click()
    visitor.page.get_by_role("menuitem", name="Sign out").click()
    visitor.page.wait_for_url(lambda url: urlsplit(url).path == "/sign-in")
    visitor.open("/catalog")
    visitor.page.wait_for_url(lambda url: urlsplit(url).path == "/sign-in")


def test_dark_mode_is_dark(visit: Visit) -> None:
    visitor = visit("amina", color_scheme="dark")
    visitor.open("/catalog")
    shade = visitor.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert max(int(part) for part in re.findall(r"\d+", shade)[:3]) < 60
    visitor.assert_clean()
