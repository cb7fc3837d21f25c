"""The home of the documentation: everything there is, what is looked for, for who may read it."""

from catalog.services import register_location
from portal.accounts.principal import SYSTEM
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


TEAM = """{ entity(ref: "group:default/team-a") { panels { id failed blocks { __typename
    ... on TableBlock { rows { text url level } } ... on StatusBlock { label level detail } } } } }"""


def test_a_team_sees_what_it_has_written_what_wants_mending_and_what_is_missing(folder, graphql, member):
    folder.entity()
    folder.write("engine/docs/index.md", "# Engine\n\n[gone](gone.md)\n")
    folder.entity("bare", reference="")
    folder.write(
        "team.yaml",
        "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: team-a}\n"
        "spec: {type: team, children: []}\n",
    )
    register_location(f"file:{folder.path}/team.yaml", actor=SYSTEM, trusted=True)
    folder.register()
    panels = {each["id"]: each for each in graphql(member)(TEAM)["entity"]["panels"]}
    table, status = panels["docs-team-docs"]["blocks"]
    assert [cell["text"] for cell in table["rows"][0]][:3] == ["engine", "1 broken link", "1"]
    assert table["rows"][0][1]["level"] == "warning"
    assert (status["label"], status["detail"]) == ("1 without documentation", "bare")
