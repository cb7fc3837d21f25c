"""The home of the documentation: everything there is, what is looked for, for who may read it."""

from tests.plugins.docs.test_search import documented

__all__ = ["documented"]
PAGE = """query ($given: JSON) { pluginPage(id: "docs", given: $given) { failed panels { id failed blocks {
    ... on TableBlock { rows { text url level } } ... on TimelineBlock { moments { title url } }
    ... on LinksBlock { links { url title } } ... on EmptyBlock { title } } } } }"""


def asked(graphql, account, **given):
    page = graphql(account)(PAGE, given=given)["pluginPage"]
    assert [panel["failed"] for panel in page["panels"] if panel["failed"]] == []
    return {panel["id"]: panel["blocks"] for panel in page["panels"]}


def test_all_documentation_is_listed_and_found_but_what_is_hidden(documented, graphql, member):
    panels = asked(graphql, member)
    [row] = panels["docs-all"][0]["rows"]
    assert [cell["text"] for cell in row][:2] == ["engine", "Component"]
    assert (row[3]["text"], row[5]["text"]) == ("2", "readable")
    assert "docs-found" not in panels
    assert len(panels["docs-newest"][0]["moments"]) == 1

    found = asked(graphql, member, words="flywheel")["docs-found"][0]["rows"]
    assert [row[0]["text"] for row in found] == ["Flywheel repair · engine", "Engine · engine"]
    assert asked(graphql, member, words="nowhere")["docs-found"] == [{"title": "Nothing found"}]
