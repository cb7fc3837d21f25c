"""What people see and decide: panels, overview, exemptions, campaigns, and templates that ask for a level."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from plugins.scorecards.gate import REQUIRE_LEVEL
from plugins.scorecards.models import Exemption
from portal.accounts.principal import Principal
from scaffolder.actions.action import ActionError
from tests.plugins.scorecards.test_judging import OWNED, check

RUN = """mutation ($input: RunEntityActionInput!) {
    runEntityAction(input: $input) { message problems { message path } } }"""
REASON = "It is replaced in spring."
SOON = (datetime.now(UTC) + timedelta(days=20)).date().isoformat()


@pytest.fixture
def short(company, facts):
    """The component engine of team-a, which lacks Silver."""
    company.scorecard(
        [OWNED], [check("high", "lab.score > 5", fix="Score **more**.")],
        campaign={"level": "Silver", "by": "2030-01-31", "reason": "Audit"},
    )  # fmt: skip
    company.component("engine")
    facts["engine"] = {"score": 1}
    company.judge()
    return company


def test_an_entity_shows_its_level_and_what_it_lacks(short, panels_of):
    panels = panels_of("component:default/engine")
    [gauge, status] = panels["scorecards"]
    assert (gauge["label"], gauge["amount"], gauge["maximum"]) == ("Readiness: Bronze", 1, 2)
    assert gauge["detail"] == "Silver is asked for by 2030-01-31"
    assert (status["label"], status["level"]) == ("Check high", "error")
    tab = panels["scorecards-checks"]
    assert "<strong>more</strong>" in next(
        block["html"] for block in tab if block["__typename"] == "TextBlock"
    )
    [form] = [block for block in tab if block["__typename"] == "FormBlock"]
    assert form["schema"]["properties"]["check"]["oneOf"] == [
        {"const": "scorecard:default/readiness#high", "title": "Check high (Readiness)"}
    ]


def test_a_scorecard_shows_how_everything_stands(short, panels_of, scorecards_of):
    overview = scorecards_of("scorecard:default/readiness")["overview"]
    assert overview == {
        "judged": 1,
        "levels": [
            {"name": "no level", "entities": 0},
            {"name": "Bronze", "entities": 1},
            {"name": "Silver", "entities": 0},
        ],
        "short": [{"ref": "component:default/engine", "level": "Bronze", "passed": 1, "counted": 2}],
    }  # fmt: skip
    shown = panels_of("scorecard:default/readiness")["scorecards-scorecard"]
    assert {
        "__typename": "StatBlock",
        "label": "Silver by 2030-01-31",
        "value": "0 of 1",
        "hint": "Audit",
    } in shown


def test_an_entity_shows_how_its_results_became_what_they_are(short, facts, panels_of, graphql, member):
    facts["engine"] = {"score": 9}
    short.judge()
    facts.pop("engine")
    short.judge()
    query = """query ($ref: String!, $first: Int) { entity(ref: $ref) { scorecards {
        history(first: $first) { scorecard check title state at } } } }"""
    asked = {"ref": "component:default/engine"}
    [newest, *older] = graphql(member)(query, **asked)["entity"]["scorecards"]["history"]
    assert (newest["scorecard"], newest["title"]) == ("scorecard:default/readiness", "Check high")
    assert [(each["check"], each["state"]) for each in (newest, *older)] == [
        ("high", "unknown"),
        ("high", "passed"),
        ("high", "failed"),
        ("owner-exists", "passed"),
    ]
    assert len(graphql(member)(query, **asked, first=1)["entity"]["scorecards"]["history"]) == 1
    tab = panels_of("component:default/engine")["scorecards-checks"]
    [timeline] = [block for block in tab if block["__typename"] == "TimelineBlock"]
    assert [(each["title"], each["level"]) for each in timeline["moments"]] == [
        ("Check high: unknown", "unknown"),
        ("Check high: passed", "ok"),
        ("Check high: failed", "error"),
        ("The owner is a team that exists: passed", "ok"),
    ]


def test_a_campaign_whose_day_is_over_is_overdue(short, panels_of, graphql, member, scorecards_of):
    campaign = {"level": "Silver", "by": "2020-01-31", "reason": "Audit"}
    short.scorecard([OWNED], [check("high", "lab.score > 5")], campaign=campaign)
    short.judge()
    [gauge, _] = panels_of("component:default/engine")["scorecards"]
    assert (gauge["detail"], gauge["level"]) == ("Silver was asked for by 2020-01-31: overdue", "error")
    shown = panels_of("scorecard:default/readiness")["scorecards-scorecard"]
    assert ("StatBlock", "Silver was due by 2020-01-31", "0 of 1") in [
        (block["__typename"], block.get("label"), block.get("value")) for block in shown
    ]


def test_a_team_and_its_people_see_what_falls_short(short, panels_of, graphql, member, outsider):
    assert panels_of("group:default/team-a")["scorecards-owned-scorecards"][0]["__typename"] == "TableBlock"
    query = "{ homePanels { id blocks { __typename } } }"
    home = {
        account.username: [
            panel["blocks"][0]["__typename"]
            for panel in graphql(account)(query)["homePanels"]
            if panel["id"] == "scorecards-home-scorecards" and panel["blocks"]
        ]
        for account in (member, outsider)
    }
    assert home == {"member": ["TableBlock"], "outsider": []}


def act(graphql: Any, account: Any, ref: str, action: str, **values: Any) -> Any:
    given = {"ref": ref, "plugin": "scorecards", "action": action, "values": values}
    return graphql(account)(RUN, input=given)["runEntityAction"]


def ask(graphql: Any, account: Any, **values: Any) -> Any:
    usual = {
        "check": "scorecard:default/readiness#high",
        "reason": REASON,
        "until": SOON,
    }
    return act(graphql, account, "component:default/engine", "ask-exemption", **{**usual, **values})


def test_an_exemption_is_asked_for_by_one_and_decided_by_another(short, graphql, member, outsider, states_of):
    asked = ask(graphql, member)
    assert asked["problems"] == []
    row = Exemption.objects.get()
    decide = ("scorecard:default/readiness", "decide-exemption")
    refused = act(graphql, member, *decide, exemption=row.pk, decision="grant")
    assert refused["problems"], "team-a does not answer for the scorecard"
    short.judge()
    assert states_of("engine")["high"] == "failed"
    granted = act(graphql, outsider, *decide, exemption=row.pk, decision="grant")
    assert granted["problems"] == []
    short.judge()
    assert states_of("engine")["high"] == "exempt"
    row.refresh_from_db()
    assert (row.state, row.asked_by, row.decided_by) == ("granted", member.user_ref, outsider.user_ref)
    Exemption.objects.update(until=datetime.now(UTC).date() - timedelta(days=1))
    short.judge()
    assert states_of("engine")["high"] == "failed", "it has ended"
    listed = """query ($state: String) { scorecards { exemptions(state: $state) { state } } }"""
    for state, states in (("", ["expired"]), ("granted", []), ("expired", ["expired"])):
        found = graphql(member)(listed, state=state)["scorecards"]["exemptions"]
        assert [each["state"] for each in found] == states


def test_whoever_decides_chooses_by_name(short, graphql, member, panels_of):
    assert ask(graphql, member)["problems"] == []
    row = Exemption.objects.get()
    blocks = [block for panel in panels_of("scorecard:default/readiness").values() for block in panel]
    [form] = [block for block in blocks if block["__typename"] == "FormBlock"]
    choices = form["schema"]["properties"]["exemption"]["oneOf"]
    assert choices == [{"const": row.pk, "title": f"Check high of engine, until {SOON}"}]


def test_who_is_not_answered_in_time_may_ask_again(short, graphql, member, outsider):
    assert ask(graphql, member)["problems"] == []
    Exemption.objects.update(until=datetime.now(UTC).date() - timedelta(days=1))
    late = Exemption.objects.get()
    ref = "scorecard:default/readiness"
    [problem] = act(graphql, outsider, ref, "decide-exemption", exemption=late.pk, decision="grant")[
        "problems"
    ]
    assert problem["message"] == "Its last day is over: whoever still needs it asks again."
    assert ask(graphql, member)["problems"] == []
    query = "{ scorecards { all { openExemptions } exemptions { state } } }"
    told = graphql(outsider)(query)["scorecards"]
    assert told["all"] == [{"openExemptions": 1}]
    assert [each["state"] for each in told["exemptions"]] == ["asked", "expired"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"state": "refused", "decided_by": "user:default/sam"}, f"refused by user:default/sam: {REASON}"),
        ({"state": "granted", "until": date(2026, 1, 31)}, f"expired on 2026-01-31: {REASON}"),
    ],
)
def test_an_exemption_that_counts_no_more_is_told_where_it_was_asked_for(
    short, graphql, member, panels_of, change, told
):
    assert ask(graphql, member)["problems"] == []
    Exemption.objects.update(**change)
    tab = panels_of("component:default/engine")["scorecards-checks"]
    [table] = [block for block in tab if block["__typename"] == "TableBlock"]
    [row] = [row for row in table["rows"] if row[0]["text"] == "Check high"]
    assert row[3]["text"] == told


def test_nobody_decides_about_what_they_asked_for(short, graphql, admin):
    assert ask(graphql, admin)["problems"] == []
    row = Exemption.objects.get()
    ref = "scorecard:default/readiness"
    [problem] = act(graphql, admin, ref, "decide-exemption", exemption=row.pk, decision="grant")["problems"]
    assert problem["message"] == "Somebody else decides about what you asked for."
    row.refresh_from_db()
    assert row.state == "asked"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"until": "2020-01-01"}, "From today to a year from now."),
        ({"until": "soon"}, "Write a day: 2026-12-31."),
        ({"check": "scorecard:default/readiness#none"}, "There is no such check."),
        ({"check": "scorecard:default/gone#high"}, "There is no such check."),
    ],
)
def test_a_wrong_exemption_is_not_asked_for(short, graphql, member, values, message):
    [problem] = ask(graphql, member, **values)["problems"]
    assert message in problem["message"]
    assert not Exemption.objects.exists()


@pytest.mark.parametrize(
    ("ref", "level", "error"),
    [
        ("component:default/engine", "Bronze", ""),
        (
            "component:default/engine",
            "Silver",
            "has Bronze, and Silver is needed. It falls short in Check high: .*more.* "
            "Mend it, or ask for an exemption in the tab Scorecards of its page; then try again.",
        ),
        ("component:default/engine", "Diamond", "has no level Diamond: there are Bronze, Silver."),
        ("component:default/gone", "Bronze", "There is no entity component:default/gone"),
        ("group:default/team-a", "Bronze", "does not judge group:default/team-a"),
    ],
)
def test_a_template_goes_on_only_with_the_level(short, member, ref, level, error):
    class Context:
        actor = Principal(account=member)

        def log(self, message):
            pass

    given = {"entityRef": ref, "scorecard": "readiness", "level": level}
    if error:
        with pytest.raises(ActionError, match=error):
            REQUIRE_LEVEL.run(given, Context())
    else:
        assert REQUIRE_LEVEL.run(given, Context()) == {"level": "Bronze"}


def test_a_template_names_only_what_its_level_asks_for(company, facts, member):
    class Context:
        actor = Principal(account=member)

    company.scorecard([check("low", "lab.score > 1")], [check("high", "lab.score > 5")])
    company.component("engine")
    facts["engine"] = {"score": 0}
    company.judge()
    given = {"entityRef": "component:default/engine", "scorecard": "readiness", "level": "Bronze"}
    with pytest.raises(ActionError) as refusal:
        REQUIRE_LEVEL.run(given, Context())
    assert "It falls short in Check low" in str(refusal.value)
    assert "Check high" not in str(refusal.value)
