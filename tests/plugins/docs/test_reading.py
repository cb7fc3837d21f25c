"""The tab reads like a site: a tree of pages, headings, when it changed, where to edit it."""

import pytest

from plugins.docs.models import DocSet

TAB = """query ($ref: String!, $given: JSON) { entity(ref: $ref) { panels(ids: ["docs"], given: $given) {
    failed blocks { __typename
    ... on DocumentBlock { title html pages { depth label url } current headings { id title level }
        updatedAt editUrl search lookedFor }
    ... on EmptyBlock { title } } } } }"""
AT = "/catalog/default/component/engine/docs?page="


@pytest.fixture
def tab(folder, graphql, member):
    folder.entity()
    folder.write(
        "engine/mkdocs.yml",
        "repo_url: https://github.com/o/r\nedit_uri: edit/main/docs\nnav:\n  - index.md\n  - Guides:\n"
        "      - Start: start.md\n      - Deeper:\n          - stop.md\n  - end.md\n",
    )
    folder.write("engine/docs/index.md", "# Engine\n\n## Parts\n\n### Bolts\n\n## More")
    for name in ("start", "stop", "end"):
        folder.write(f"engine/docs/{name}.md", f"# {name.title()}\n\nOf the {name} <b>lever</b>.")
    folder.register()

    def ask(**given):
        [panel] = graphql(member)(TAB, ref="component:default/engine", given=given)["entity"]["panels"]
        assert panel["failed"] is None
        [block] = panel["blocks"]
        return block

    return ask


def test_a_page_stands_in_the_tree_of_all_pages(tab):
    shown = tab(page="start.md")
    assert [(each["depth"], each["label"], each["url"]) for each in shown["pages"]] == [
        (0, "Engine", f"{AT}index.md"),
        (0, "Guides", None),
        (1, "Start", f"{AT}start.md"),
        (1, "Deeper", None),
        (2, "Stop", f"{AT}stop.md"),
        (0, "End", f"{AT}end.md"),
    ]
    assert (shown["title"], shown["current"]) == ("Start", f"{AT}start.md")
    assert shown["html"] == '<h1 id="doc-start">Start</h1>\n<p>Of the start <b>lever</b>.</p>'
    assert shown["editUrl"] == "https://github.com/o/r/edit/main/docs/start.md"
    assert shown["updatedAt"]


def test_the_headings_below_the_first_lead_to_their_places(tab):
    shown = tab()
    assert [(each["id"], each["title"], each["level"]) for each in shown["headings"]] == [
        ("parts", "Parts", 2),
        ("bolts", "Bolts", 3),
        ("more", "More", 2),
    ]
    assert '<h3 id="doc-bolts">' in shown["html"]


def test_words_are_looked_for_in_this_documentation_only(tab, folder):
    folder.entity("other")
    folder.write("other/docs/index.md", "# Other\n\nAnother lever.")
    folder.ingest()
    folder.read()
    shown = tab(words="lever stop")
    assert (shown["search"], shown["lookedFor"], len(shown["pages"])) == ("words", "lever stop", 6)
    assert shown["html"].count("<a ") == 1
    assert f'<a href="{AT}stop.md"' in shown["html"]
    assert "Other" not in tab(words="lever")["html"]
    assert "No page has all of these words." in tab(words="rudder")["html"]


@pytest.mark.parametrize("page", ["nothing.md", "<script>alert(1)</script>"])
def test_a_page_that_is_not_there_says_so_beside_the_others(tab, page):
    shown = tab(page=page)
    assert (shown["title"], shown["current"], len(shown["pages"])) == ("No such page", "", 6)
    assert "<script" not in shown["html"]


def test_what_a_tab_is_asked_for_are_texts(tab):
    assert tab(page=["stop.md"], words={"a": 1})["title"] == "Engine"


def test_documentation_that_was_never_read_says_when_it_will_be(folder, graphql, member):
    folder.entity()
    folder.write("engine/docs/index.md", "# Engine")
    folder.register()
    DocSet.objects.all().delete()
    [panel] = graphql(member)(TAB, ref="component:default/engine", given=None)["entity"]["panels"]
    assert [block["title"] for block in panel["blocks"]] == ["Not read yet"]
