"""Documentation that reaches for more than its own: other files, endless settings, harmful markup."""

import pytest

from plugins.docs.exporting import MAX_PAGES
from plugins.docs.models import Page
from tests.portal.extension.harmful import FORBIDDEN_TAGS, HARMFUL, Seen


@pytest.mark.parametrize(
    ("reference", "problem"),
    [
        ("file:/etc", "Write dir:<folder>, relative to the file of the entity"),
        ("url:file:///etc", "is no address of a folder in a repository"),
        ("url:https://a:b@git.example/x", "user name or password"),
        ("dir:../../..", "leaves the location's root folder"),
        ("dir:/etc", "is absolute"),
        ("dir:", "Write dir:<folder>"),
    ],
)
def test_documentation_from_elsewhere_is_refused(folder, docs_of, reference, problem):
    folder.entity(reference=reference)
    folder.write("engine/docs/index.md", "# Engine")
    folder.register()
    docs = docs_of()
    assert problem in docs["problem"]
    assert docs["pages"] == []


def test_docs_dir_cannot_leave_the_source(folder, docs_of):
    folder.entity()
    folder.write("engine/mkdocs.yml", "docs_dir: ../../../etc\n")
    folder.register()
    assert "docs_dir in mkdocs.yml leaves the folder of the source" in docs_of()["problem"]


def test_links_in_the_file_system_are_not_followed(folder, docs_of, tmp_path):
    (tmp_path / "secret.md").write_text("# Secret")
    folder.entity()
    folder.write("engine/docs/index.md", "# Engine")
    (folder.path / "engine/docs/leak.md").symlink_to(tmp_path / "secret.md")
    (folder.path / "engine/docs/folder").symlink_to(tmp_path)
    folder.register()
    assert [page["path"] for page in docs_of()["pages"]] == ["index.md"]


def test_a_configuration_that_is_not_yaml_is_a_problem_with_a_place(folder, docs_of):
    folder.entity()
    folder.write("engine/mkdocs.yml", "nav: [a\nb: c")
    folder.register()
    assert docs_of()["problem"].startswith("mkdocs.yml is not YAML: ")
    assert "line 2" in docs_of()["problem"]


def test_aliases_in_the_navigation_cannot_grow_without_end(folder, docs_of):
    folder.entity()
    lines = ["a: &a [index.md, index.md]"]
    lines += [
        f"{new}: &{new} [*{old}, *{old}, *{old}]" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    ]
    folder.write("engine/mkdocs.yml", "\n".join([*lines, "nav: *i"]))
    folder.write("engine/docs/index.md", "# Engine")
    folder.register()
    assert docs_of()["pages"] == [{"path": "index.md", "title": "Engine"}]


def test_too_many_pages_are_a_problem(folder, docs_of):
    folder.entity()
    for number in range(MAX_PAGES + 1):
        folder.write(f"engine/docs/{number}.md", "x")
    folder.register()
    assert docs_of()["problem"] == "There are 501 pages in engine/docs; at most 500 are read."
    assert Page.objects.count() == 0


def test_nothing_harmful_reaches_the_page(folder, docs_of):
    folder.entity()
    folder.write("engine/docs/index.md", "\n\n".join(HARMFUL))
    for number, source in enumerate(HARMFUL):
        folder.write(f"engine/docs/{number:03}.md", source)
    folder.register()
    for page in docs_of()["pages"]:
        html = docs_of(path=page["path"])["page"]["html"]
        assert not [tag for tag in FORBIDDEN_TAGS if tag in html.lower()]
        seen = Seen(html)
        assert not [name for name, _ in seen.attributes if name.startswith("on") or name == "style"]
        addresses = [value for name, value in seen.attributes if name in {"href", "src"}]
        assert not [value for value in addresses if not value.startswith(("https://", "mailto:", "/", "#"))]
