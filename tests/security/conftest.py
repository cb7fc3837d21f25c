"""A built page that needs no Node."""

import pytest

INDEX = """<!doctype html>
<html lang="en"><head><meta charset="utf-8" /><meta name="csp-nonce" content="__CSP_NONCE__" />
<script type="module" crossorigin src="/static/assets/index-DiwrgTda.js"></script></head>
<body><div id="root"></div></body></html>
"""


@pytest.fixture
def built_page(settings, tmp_path):
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text(INDEX)
    (tmp_path / "assets" / "index-DiwrgTda.js").write_text("console.log(1)")
    (tmp_path / "plain.txt").write_text("plain")
    settings.FRONTEND_DIST = tmp_path
    settings.STATICFILES_DIRS = [tmp_path]
    return tmp_path
