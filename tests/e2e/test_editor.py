"""The editor of templates: a text, its form, its mistakes at their lines, its files, and its dry run."""

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.browser import Visitor

pytestmark = pytest.mark.system

Visit = Callable[..., Visitor]


def test_a_draft_is_written_filled_in_and_gone_through(visit: Visit) -> None:
    visitor = visit("amina")
    page = visitor.page
    visitor.open("/create")
    page.get_by_role("link", name="Editor").click()
    text = page.get_by_role("textbox", name="template.yaml")
    expect(text).to_contain_text("kind: Template")
    form = page.get_by_role("tabpanel", name="Form")
    expect(form.get_by_label("Name")).to_be_visible()
    visitor.assert_accessible()

    page.get_by_role("button", name="Dry run").click()
    expect(form.get_by_text("name: a value is needed")).to_be_visible()
    form.get_by_label("Name").fill("tide-tables")
    page.keyboard.press("Control+Enter")
    result = page.get_by_role("tabpanel", name="Dry run")
    expect(result.get_by_text("# tide-tables")).to_be_visible()
    result.get_by_role("button", name="catalog-info.yaml").click()
    expect(result.get_by_text("name: tide-tables")).to_be_visible()
    result.get_by_role("tab", name="Log").click()
    expect(result.get_by_text("Made tide-tables")).to_be_visible()
    visitor.assert_accessible()
    visitor.assert_clean()


def test_a_mistake_is_told_with_its_line_and_the_draft_outlives_a_reload(visit: Visit) -> None:
    visitor = visit("amina")
    page = visitor.page
    visitor.open("/create/editor")
    text = page.get_by_role("textbox", name="template.yaml")
    text.press("Control+End")
    page.keyboard.insert_text("    - id: last\n      action: no:such\n")
    page.get_by_role("tab", name="Mistakes 1").click()
    finding = page.get_by_role("tabpanel", name="Mistakes").get_by_role("button")
    expect(finding).to_contain_text("Step last calls the action no:such, which is not installed")
    expect(finding).to_contain_text("template.yaml:37")
    expect(page.locator(".cm-lint-marker-error")).to_have_count(1)
    visitor.assert_accessible()
    page.reload()
    expect(text).to_contain_text("no:such")
    page.get_by_role("button", name="Start over").click()
    expect(text).not_to_contain_text("no:such")
    visitor.assert_clean()


def test_the_keyboard_goes_into_the_text_and_out_of_it(visit: Visit) -> None:
    visitor = visit("amina")
    page = visitor.page
    visitor.open("/create/editor")
    text = page.get_by_role("textbox", name="template.yaml")
    page.get_by_role("button", name="Add a file").focus()
    page.keyboard.press("Tab")
    expect(text).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("tab", name="Form")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Mistakes")).to_be_focused()
    visitor.assert_clean()


def test_a_template_of_the_catalog_is_opened_with_its_files_and_saved_as_a_zip(
    visit: Visit, tmp_path: Path
) -> None:
    visitor = visit("amina")
    page = visitor.page
    visitor.open("/create/default/python-library")
    page.get_by_role("link", name="Open in the editor").click()
    files = page.get_by_role("region", name="Files of the template")
    expect(files.get_by_role("button", name="pyproject.toml", exact=True)).to_be_visible()
    expect(page.get_by_role("tab", name="Mistakes")).to_have_text("Mistakes")
    files.get_by_role("button", name="Remove skeleton/.gitignore").click()
    files.get_by_role("button", name="Add a file").click()
    path = files.get_by_role("textbox", name="Path of the new file")
    path.fill("../out.txt")
    path.press("Enter")
    expect(files.get_by_text("A path below the template")).to_be_visible()
    path.fill("skeleton/notes.txt")
    path.press("Enter")
    page.get_by_role("textbox", name="skeleton/notes.txt").fill("${{ values.nothing }}")
    page.get_by_role("tab", name="Mistakes 1").click()
    expect(page.get_by_text("skeleton/notes.txt:1")).to_be_visible()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download").click()
    waiting.value.save_as(tmp_path / "draft.zip")
    with zipfile.ZipFile(io.BytesIO((tmp_path / "draft.zip").read_bytes())) as saved:
        assert saved.testzip() is None
        names = set(saved.namelist())
        assert {"template.yaml", "skeleton/pyproject.toml", "skeleton/notes.txt"} <= names
        assert "skeleton/.gitignore" not in names
        assert saved.read("skeleton/notes.txt") == b"${{ values.nothing }}"
        assert b"name: python-library" in saved.read("template.yaml")
    visitor.assert_clean()


def test_on_a_phone_the_parts_are_one_behind_the_other(visit: Visit) -> None:
    visitor = visit("amina", viewport={"width": 390, "height": 844})
    page = visitor.page
    visitor.open("/create/editor")
    expect(page.get_by_role("tabpanel", name="Form").get_by_label("Name")).to_be_visible()
    page.get_by_role("tab", name="Template").click()
    expect(page.get_by_role("textbox", name="template.yaml")).to_be_visible()
    visitor.assert_fits()
    visitor.assert_accessible()
    visitor.assert_clean()


def test_a_template_that_is_not_there_is_told(visit: Visit) -> None:
    visitor = visit("amina")
    visitor.open("/create/editor?template=default/no-such")
    heading = visitor.page.get_by_role("heading", name=re.compile("There is no such template"))
    expect(heading).to_be_visible()
    visitor.assert_clean()
