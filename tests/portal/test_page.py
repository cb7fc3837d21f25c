"""The page's HTML: at every path that the page knows, under the names that a machine has for itself."""

import re

import pytest
from django.conf import settings
from django.test import Client, override_settings

BASE = override_settings(BASE_URL="http://127.0.0.1:8000")
SOURCES = [settings.BASE_DIR / "frontend" / "src" / name for name in ("router.tsx", "first.ts")]
ROUTES = [
    path for file in SOURCES for path in re.findall(r"path: '(/[^'$]*)", file.read_text(encoding="utf-8"))
]


@pytest.fixture
def built(settings, tmp_path):
    """What is served is tested here, not what the page is made of."""
    settings.FRONTEND_DIST = tmp_path
    (tmp_path / "index.html").write_text("<!doctype html><title>Portal</title>")


@pytest.mark.parametrize("path", sorted(set(ROUTES) - {"/sign-in"}))
def test_every_path_of_the_page_is_there(path, client, member, built):
    client.force_login(member)
    assert client.get(path).status_code == 200


def test_a_path_that_the_page_does_not_know_is_not_found(client, member, built):
    client.force_login(member)
    assert client.get("/not-a-page").status_code == 404


@BASE
@pytest.mark.parametrize("path", ["/sign-in", "/catalog?kind=api&tag=a%20b"])
def test_a_page_asked_for_as_localhost_leads_to_the_portals_own_name(path, db, member):
    client = Client(headers={"Host": "localhost:8000"})
    if path != "/sign-in":
        client.force_login(member)
    answer = client.get(path)
    assert (answer.status_code, answer["Location"]) == (302, f"http://127.0.0.1:8000{path}")


@BASE
@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:9000", "[::1]:8001"])
def test_the_own_name_and_somebodys_tunnel_stay_where_they_are(host, db):
    assert "Location" not in Client(headers={"Host": host}).get("/sign-in").headers


@override_settings(BASE_URL="https://portal.example", ALLOWED_HOSTS=["localhost", "portal.example"])
@pytest.mark.parametrize("host", ["localhost", "portal.example"])
def test_a_portal_with_a_real_name_leads_nowhere_else(host, db):
    assert "Location" not in Client(headers={"Host": host}).get("/sign-in").headers


@BASE
def test_an_api_call_is_not_led_elsewhere(db):
    assert Client(headers={"Host": "localhost:8000"}).get("/api/none").status_code == 401
