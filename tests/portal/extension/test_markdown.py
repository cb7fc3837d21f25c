"""What others wrote becomes markup that can do no harm."""

import pytest

from portal.extension.markdown import clean_html, is_safe_url, to_safe_html, to_text
from tests.portal.extension.harmful import FORBIDDEN_TAGS, HARMFUL, Seen


@pytest.mark.parametrize("source", HARMFUL)
def test_nothing_harmful_is_left(source):
    for markup in (to_safe_html(f"Before\n\n{source}\n\nAfter"), clean_html(source)):
        seen = Seen(markup)
        assert not [tag for tag in FORBIDDEN_TAGS if tag in markup.lower()]
        assert not [name for name, _ in seen.attributes if name.startswith("on") or name == "style"]
        for name, value in seen.attributes:
            if name in {"href", "src"}:
                assert is_safe_url(value)
            if name == "class":
                assert value == "" or value.startswith(("language-", "admonition"))


@pytest.mark.parametrize(
    "url",
    ["https://x.example/a?b#c", "HTTP://x.example", "mailto:a@b.example", "/catalog/x", "guide.md#a",
     "?page=a", "#top", "a/b:c"],
)  # fmt: skip
def test_web_mail_and_relative_addresses_become_links(url):
    assert is_safe_url(url)


@pytest.mark.parametrize(
    "url",
    ["", "javascript:alert(1)", "JAVASCRIPT:alert(1)", " javascript:alert(1)", "java\tscript:alert(1)",
     "java\nscript:alert(1)", "\x01javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd",
     "ftp://x.example", "https://x.example/\\", "http://[", "a b"],
)  # fmt: skip
def test_every_other_address_stays_text(url):
    assert not is_safe_url(url)


def test_prose_keeps_its_form():
    source = "# Title\n\n*a* **b** ~~c~~ `d`\n\n- [ ] open\n- [x] done\n\n```python\nx = 1 < 2\n```\n"
    assert to_safe_html(source) == (
        '<h1 id="doc-title">Title</h1>\n<p><em>a</em> <strong>b</strong> <s>c</s> <code>d</code></p>\n'
        '<ul>\n<li>☐ open</li>\n<li>☑ done</li>\n</ul>\n<pre><code class="language-python">x = 1 &lt; 2\n'
        "</code></pre>\n"
    )


def test_table_cells_keep_their_alignment_without_a_style():
    markup = to_safe_html("| a | b |\n|:-:|---:|\n| 1 | 2 |\n")
    assert '<th align="center">a</th>\n<th align="right">b</th>' in markup
    assert "style" not in markup


def test_names_inside_prose_cannot_stand_for_something_of_the_page():
    assert to_safe_html('<a id="root">x</a>\n\n[y](#root)') == (
        '<p><a id="doc-root" rel="noopener noreferrer nofollow">x</a></p>\n'
        '<p><a href="#doc-root" rel="noopener noreferrer nofollow">y</a></p>\n'
    )


def test_an_image_from_elsewhere_is_a_link_and_one_of_the_portal_an_image():
    assert to_safe_html("![Cat](https://x.example/cat.png)") == (
        '<p><a href="https://x.example/cat.png" rel="noopener noreferrer nofollow">Cat</a></p>\n'
    )
    assert to_safe_html("![Cat](/api/plugins/docs/cat.png)") == (
        '<p><img src="/api/plugins/docs/cat.png" alt="Cat"></p>\n'
    )
    assert to_safe_html("![Cat](/api/plugins/../../_allauth/x)") == "<p>Cat</p>\n"
    assert to_safe_html("![Cat](img/cat.png)") == "<p>Cat</p>\n"


def test_addresses_are_rewritten_and_checked_after_that():
    assert to_safe_html("[a](b.md)", link=lambda url: f"/docs/{url}") == (
        '<p><a href="/docs/b.md" rel="noopener noreferrer nofollow">a</a></p>\n'
    )
    for bad in ("", "javascript:alert(1)"):
        markup = to_safe_html("[a](b.md)", link=lambda url, bad=bad: bad)
        assert markup == '<p><a rel="noopener noreferrer nofollow">a</a></p>\n'


def test_cleaning_what_is_clean_changes_nothing():
    markup = to_safe_html("# A b\n\n[x](#a-b) <a id='q'>y</a>\n\n!!! note\n    z\n")
    assert clean_html(markup) == markup


def test_the_words_of_a_page_are_found_without_its_markup():
    assert to_text(to_safe_html("# A\n\nb & *c*\n\n| d | e |\n|---|---|\n| f | <g> |")) == "A b & c d e f"
