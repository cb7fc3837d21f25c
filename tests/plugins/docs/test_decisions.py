"""Architecture decisions are listed with their status and date, and each can be read."""

import pytest

from plugins.docs.decisions import Standing, standing_of

from .test_files import PNG

TAB = """query ($given: JSON) { entity(ref: "component:default/engine") {
    panels(ids: ["docs-decisions"], given: $given) { failed blocks {
        ... on DocumentBlock { html pages { label detail url } } ... on ErrorBlock { message } } } } }"""
DAY = "2025-02-03"
AT = "/catalog/default/component/engine/docs-decisions?page="


@pytest.fixture
def tab(folder, graphql, member):
    folder.entity()
    text = (folder.path / "engine/catalog-info.yaml").read_text()
    folder.write(
        "engine/catalog-info.yaml",
        text.replace('backstage.io/techdocs-ref: "dir:.', 'backstage.io/adr-location: "adr'),
    )

    def ask(**given):
        [panel] = graphql(member)(TAB, given=given)["entity"]["panels"]
        assert panel["failed"] is None
        return panel["blocks"]

    return ask


def test_decisions_are_listed_and_read(folder, tab, client, member):
    folder.write(
        "engine/adr/0002-valves.md", "---\nstatus: proposed\n---\n# Valves\n\nSee [steam](0001-steam.md)."
    )
    folder.write(
        "engine/adr/0001-steam.md", "# Steam\n\n* Status: accepted\n* Date: 2026-01-31\n\n![](x.png)"
    )
    folder.write("engine/adr/template.md", "# What\n\nStatus: proposed")
    folder.write("engine/adr/x.png", PNG)
    folder.register()
    [shown] = tab()
    assert shown["pages"] == [
        {"label": "All decisions", "detail": None, "url": f"{AT}overview"},
        {"label": "Steam", "detail": "accepted", "url": f"{AT}0001-steam.md"},
        {"label": "Valves", "detail": "proposed", "url": f"{AT}0002-valves.md"},
    ]
    assert "<td>accepted</td><td>2026-01-31</td>" in shown["html"]
    [valves] = tab(page="0002-valves.md")
    assert f'<a href="{AT}0001-steam.md"' in valves["html"]
    [steam] = tab(page="0001-steam.md")
    picture = steam["html"].partition('src="')[2].partition('"')[0]
    assert picture.startswith("/api/plugins/docs/decision-files/")
    client.force_login(member)
    assert client.get(picture).content == PNG


def test_a_folder_without_decisions_says_so(folder, tab):
    folder.write("engine/adr/README.md", "# Nothing")
    folder.register()
    [error] = tab()
    assert error["message"] == "There is no decision in engine/adr: files are called 0001-what.md."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("status: \"accepted\"\ndate: 2025-02-03", Standing("accepted", "2025-02-03")),
        ("# A\n\n- **Status**: Replaced by [2](2.md)\n- Date: 2025-02-03", Standing("replaced by 2", DAY)),
        ("# A\n\n## Status\n\nAccepted.\n\n## Date\n\n2025-02-03", Standing("accepted", "2025-02-03")),
        ("# A\n\n*Accepted, March 2023*\n\nX", Standing("accepted", "March 2023")),
        ("# A\n\nNothing said.", Standing("", "")),
        ("# status" + "\n " * 100_000, Standing("", "")),
    ],
)  # fmt: skip
def test_status_and_date_are_found_where_people_write_them(text, expected):
    assert standing_of(text) == expected
