"""The main job: sign in, find something, create a service, see it live, clone it and run its tests."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser import Portal, Visitor

pytestmark = pytest.mark.system

Visit = Callable[..., Visitor]


def test_from_sign_in_to_a_cloned_repository_whose_tests_pass(
    portal: Portal, visit: Visit, tmp_path: Path
) -> None:
    visitor = visit()
    visitor.sign_in("amina")
    page = visitor.page
    find_in_catalog(visitor)
    find_with_palette(page, portal)
    create_service(visitor)
    remote = follow_task(page)
    open_created_entity(page, portal)
    secret = create_token(visitor)
    visitor.assert_clean()
    repository = clone(remote, "amina", secret, tmp_path / "tide-tables")
    assert "Ran 9 tests" in run_its_tests(repository)


def find_in_catalog(visitor: Visitor) -> None:
    """The filters narrow the list, and the address remembers them."""
    page = visitor.page
    visitor.open("/catalog")
    page.get_by_placeholder("Search by name or words").fill("booking engine")
    page.wait_for_url(lambda url: "booking" in urlsplit(url).query)
    link = page.get_by_role("link", name="Booking engine", exact=True)
    expect(link).to_be_visible()
    expect(page.get_by_role("link", name="Crew database", exact=True)).to_have_count(0)
    link.click()
    expect(page.get_by_role("heading", name="Booking engine", level=1)).to_be_visible()


def find_with_palette(page: Page, portal: Portal) -> None:
    page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog")
    palette.get_by_placeholder(re.compile("^Search")).fill("timetable serv")
    palette.get_by_text("Timetable service", exact=True).first.click()
    page.wait_for_url(portal.url + "/catalog/default/component/timetable-service")


def create_service(visitor: Visitor) -> None:
    """The wizard refuses a bad name beside its field, then takes three good pages and a review."""
    page = visitor.page
    visitor.open("/create")
    page.get_by_role("main").get_by_role("link", name="Python web service").click()
    name = page.get_by_label(re.compile("^Name"))
    name.fill("Tide Tables")
    page.get_by_label(re.compile("^Description")).fill("High and low water for every harbour.")
    page.get_by_role("button", name="Next", exact=True).click()
    expect(name).to_have_attribute("aria-invalid", "true")
    name.fill("tide-tables")
    page.get_by_role("button", name="Next", exact=True).click()
    choose(page, "Owner", "Reservations")
    choose(page, "System", "Timetable")
    page.get_by_role("button", name="Next", exact=True).click()
    page.get_by_role("button", name="Review", exact=True).click()
    expect(page.get_by_text("tide-tables", exact=True).first).to_be_visible()
    page.get_by_role("button", name="Create the service").click()


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_role("combobox", name=label).fill(option)
    page.get_by_role("option", name=re.compile(f"^{option}")).first.click()


def follow_task(page: Page) -> str:
    """Watches the task to its end; returns the address of the repository."""
    page.wait_for_url(lambda url: urlsplit(url).path.startswith("/tasks/"))
    expect(page.get_by_text("Done", exact=True).first).to_be_visible()
    expect(page.get_by_text("tide-tables is ready to be published").first).to_be_visible()
    remote = page.get_by_role("link", name=re.compile("^Repository")).get_attribute("href")
    assert remote is not None
    return remote


def open_created_entity(page: Page, portal: Portal) -> None:
    page.get_by_role("link", name="Open it in the catalog").click()
    page.wait_for_url(portal.url + "/catalog/default/component/tide-tables")
    expect(page.get_by_role("heading", name="tide-tables", level=1)).to_be_visible()
    expect(page.get_by_role("link", name="Reservations").first).to_be_visible()


def create_token(visitor: Visitor) -> str:
    page = visitor.page
    visitor.open("/settings/tokens")
    page.get_by_label(re.compile("^Name")).fill("clone")
    page.get_by_role("button", name=re.compile("^Create")).click()
    secret = page.get_by_text(re.compile(r"^ptl_\w+$")).first
    expect(secret).to_be_visible()
    return secret.inner_text()


def clone(remote: str, username: str, secret: str, into: Path) -> Path:
    """`git clone` over HTTP; the token goes through git's own question for a password."""
    answer = into.parent / "answer.sh"
    answer.write_text(f"#!/bin/sh\ncase $1 in User*) echo {username};; *) echo {secret};; esac\n")
    answer.chmod(0o700)
    done = subprocess.run(
        ["git", "-c", "credential.helper=", "clone", "--quiet", remote, str(into)],
        env={"PATH": "/usr/bin:/bin", "GIT_ASKPASS": str(answer), "HOME": str(into.parent)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return into


def run_its_tests(repository: Path) -> str:
    command = [sys.executable, "-m", "unittest", "discover", "-s", "tests", "-t", "."]
    done = subprocess.run(command, cwd=repository, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return done.stderr
