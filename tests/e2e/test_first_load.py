"""Between an address and what it shows: the first query waits for nothing, and its code is compressed."""

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Request, Route, expect

from tests.e2e.browser import Visitor

pytestmark = pytest.mark.system

Visit = Callable[..., Visitor]
MAIN = re.compile(r"/static/assets/main-[\w-]+\.js$")


def operation_of(request: Request) -> str:
    """Its name; nothing where something else than a query is asked for."""
    return (
        str(json.loads(request.post_data or "{}")["operationName"])
        if request.url.endswith("/graphql")
        else ""
    )


@pytest.mark.parametrize(
    ("path", "operation", "shown"),
    [
        ("/", "Home", "Karin"),
        (
            "/catalog?kind=api&search=booking-api&sort=-owner&columns=owner&columns=annotation:x/y",
            "Catalog",
            "Booking API",
        ),
        ("/catalog/default/component/booking-engine", "EntityPage", "Booking"),
        ("/catalog/default/api/booking-api/definition", "EntityPage", "Booking API"),
        ("/pages/costs", "PluginPage", "Costs"),
    ],
)
def test_the_first_query_leaves_before_the_page_is_loaded_and_its_answer_is_used(
    path: str, operation: str, shown: str, visit: Visit
) -> None:
    visitor = visit("admin")
    page = visitor.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(operation_of(request)))
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(MAIN, hold)
    with (
        page.expect_request(MAIN),
        page.expect_response(lambda answer: operation_of(answer.request) == operation) as first,
    ):
        page.goto(visitor.base + path, wait_until="commit")
    assert first.value.ok
    for route in held:
        route.continue_()
    page.unroute(MAIN)
    expect(page.locator("main")).to_contain_text(shown)
    visitor.settle()
    assert (asked.count(operation), asked.count("Shell")) == (1, 1)
    visitor.assert_clean()


def test_the_code_of_the_page_is_sent_compressed(visit: Visit) -> None:
    visitor = visit("admin")
    with visitor.page.expect_response(MAIN) as main:
        visitor.open("/catalog")
    assert main.value.all_headers()["content-encoding"] == "gzip"


def test_a_page_whose_code_does_not_come_says_so_and_can_be_loaded_again(visit: Visit) -> None:
    visitor = visit("admin")
    page = visitor.page
    page.route(MAIN, lambda route: route.abort())
    page.goto(visitor.base + "/catalog")
    expect(page.get_by_role("alert")).to_contain_text("The page could not be loaded")
    page.unroute(MAIN)
    page.get_by_role("link", name="Load it again").click()
    expect(page.get_by_role("heading", name="Catalog")).to_be_visible()
