"""The page of scorecards: every track, and of one who falls short and how to mend it."""

from tests.plugins.scorecards.test_report import REF, judged

__all__ = ["judged"]
PAGE = """query ($given: JSON) { pluginPage(id: "scorecards", given: $given) { failed
    parameters { name value } panels { id failed blocks {
    ... on TableBlock { rows { text url level } } ... on GaugeBlock { label amount maximum level detail }
    ... on BarsBlock { bars { label amount: value } } ... on EmptyBlock { title } } } } }"""


def asked(graphql, account, **given):
    page = graphql(account)(PAGE, given=given)["pluginPage"]
    assert [panel["failed"] for panel in page["panels"] if panel["failed"]] == []
    return {panel["id"]: panel["blocks"] for panel in page["panels"]}


def texts(table):
    return [[cell["text"] for cell in row] for row in table["rows"]]


def test_the_page_says_who_falls_short_and_how_to_mend_it(judged, graphql, member):
    panels = asked(graphql, member, scorecard=REF)
    [track] = texts(panels["scorecards-tracks"][0])
    assert track == ["Readiness", "Silver", "1 of 3", "50 %", "0", "by 2030-01-31"]
    assert panels["scorecards-levels"][0] == {
        "label": "Silver by 2030-01-31", "amount": 1.0, "maximum": 3.0, "level": "warning", "detail": "Audit",
    }  # fmt: skip
    short = {row[0]: row for row in texts(panels["scorecards-short"][0])}
    assert set(short) == {"low", "lost"}
    assert short["low"][2] == "Bronze"
    assert "Score **more**." in short["low"][5]

    high = texts(asked(graphql, member, check="high")["scorecards-short"][0])
    assert {row[0] for row in high} == {"low", "lost"}
    [row] = texts(asked(graphql, member, team="group:default/platform")["scorecards-short"][0])
    assert row[0] == "low"
