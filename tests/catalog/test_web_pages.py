"""Where a file can be looked at and edited, from the address of its source."""

import pytest

from catalog.entities.web_pages import EDIT_ANNOTATION, VIEW_ANNOTATION, page_annotations


@pytest.mark.parametrize(
    ("address", "view", "edit"),
    [
        ("git:https://github.com/acme/web.git@main/a b/catalog-info.yaml",
         "https://github.com/acme/web/blob/main/a%20b/catalog-info.yaml",
         "https://github.com/acme/web/edit/main/a%20b/catalog-info.yaml"),
        ("git:https://gitlab.example.com/acme/sub/web@main/all.yaml",
         "https://gitlab.example.com/acme/sub/web/-/blob/main/all.yaml",
         "https://gitlab.example.com/acme/sub/web/-/edit/main/all.yaml"),
        ("git:https://github.com/acme/web@HEAD/all.yaml",
         "https://github.com/acme/web/blob/HEAD/all.yaml", None),
        ("url:https://github.com/acme/web/blob/main/all.yaml",
         "https://github.com/acme/web/blob/main/all.yaml", "https://github.com/acme/web/edit/main/all.yaml"),
        ("url:https://raw.githubusercontent.com/acme/web/main/x/all.yaml",
         "https://github.com/acme/web/blob/main/x/all.yaml", "https://github.com/acme/web/edit/main/x/all.yaml"),
        ("url:https://gitlab.com/acme/web/-/raw/main/all.yaml?inline=false",
         "https://gitlab.com/acme/web/-/blob/main/all.yaml", "https://gitlab.com/acme/web/-/edit/main/all.yaml"),
        ("url:https://example.com/acme/web/blob/main/all.yaml",
         "https://example.com/acme/web/blob/main/all.yaml", None),
        ("url:https://evilgithub.com/acme/web/blob/main/all.yaml",
         "https://evilgithub.com/acme/web/blob/main/all.yaml", None),
        ("git:https://github.com@evil.test/acme/web@main/all.yaml", None, None),
        ("git:acme/web/all.yaml", None, None),
        ("file:/srv/catalog/all.yaml", None, None),
    ],
)  # fmt: skip
def test_pages_of_known_hosts_and_of_others(address: str, view: str | None, edit: str | None) -> None:
    found = page_annotations(address)
    assert (found.get(VIEW_ANNOTATION), found.get(EDIT_ANNOTATION)) == (view, edit)
