"""`scorecards { … }` at the root: what is counted, who falls short and how to mend it, for each viewer."""

from datetime import UTC, date, datetime, timedelta

import pytest

from plugins.scorecards.models import Tally
from portal.accounts.models import NamespaceGrant
from tests.plugins.scorecards.test_judging import OWNED, check
from tests.plugins.scorecards.test_showing import act, ask

ALL = """{ scorecards { all { ref title ownerRef kinds judged passed counted openExemptions
    levels { name rank entities } campaign { level by reason there } trend { day share } } } }"""
REPORT = """query ($ref: String!) { scorecards { report(ref: $ref) { mistakes
    checks { id level draft passed failed unknown exempt fixHtml }
    teams { ref title passed counted levels { name entities } } } } }"""
SHORT = """query ($ref: String!, $check: String, $owner: String, $first: Int, $offset: Int) { scorecards {
    short(ref: $ref, check: $check, owner: $owner, first: $first, offset: $offset) { total
        rows { ref ownerRef level nextLevel late lacking { id level state fix } } } } }"""
EXEMPTIONS = """query ($ref: String, $state: String) { scorecards { exemptions(ref: $ref, state: $state) {
    id scorecard check ref reason until state askedBy decidedBy } } }"""
REF = "scorecard:default/readiness"


@pytest.fixture
def judged(company, facts):
    """Four components of two teams: one has Silver, one is nobody's, one is in a namespace of its own."""
    company.scorecard(
        [OWNED, check("odd", "lab.nothing > 1")], [check("high", "lab.score > 5", fix="Score **more**.")],
        campaign={"level": "Silver", "by": "2030-01-31", "reason": "Audit"},
    )  # fmt: skip
    company.component("best")
    company.component("low", owner="platform")
    company.component("lost", owner="nobody")
    company.component("secret", metadata={"namespace": "vault"}, owner="default/team-a")
    for name, score in (("best", 9), ("low", 1), ("lost", 1), ("secret", 1)):
        facts[name] = {"score": score}
    NamespaceGrant.objects.create(namespace="vault", subject="group:default/platform", role="reader")
    company.judge()
    return company


def test_every_scorecard_is_told_as_a_whole(judged, graphql, member):
    Tally.objects.create(
        scorecard_uid=Tally.objects.get().scorecard_uid, day=date(2026, 1, 1), ranks={"0": 2}, passed=1,
        counted=4,
    )  # fmt: skip
    [told] = graphql(member)(ALL)["scorecards"]["all"]
    [old, _] = told.pop("trend")
    assert old == {"day": "2026-01-01", "share": 25.0}
    assert told == {
        "ref": REF, "title": "Readiness", "ownerRef": "group:default/platform", "kinds": ["component"],
        "judged": 3, "passed": 3, "counted": 6, "openExemptions": 0,
        "levels": [
            {"name": "no level", "rank": 0, "entities": 1},
            {"name": "Bronze", "rank": 1, "entities": 1},
            {"name": "Silver", "rank": 2, "entities": 1},
        ],
        "campaign": {"level": "Silver", "by": "2030-01-31", "reason": "Audit", "there": 1},
    }  # fmt: skip


def test_a_scorecard_is_told_by_check_and_by_team(judged, graphql, member):
    report = graphql(member)(REPORT, ref=REF)["scorecards"]["report"]
    assert report["mistakes"] == [f"odd: There is no fact lab.nothing: there are {known_facts_of(report)}."]
    assert [(one["id"], one["passed"], one["failed"]) for one in report["checks"]] == [
        ("owner-exists", 2, 1),
        ("odd", 0, 0),
        ("high", 1, 2),
    ]
    assert "<strong>more</strong>" in report["checks"][2]["fixHtml"]
    assert [(team["ref"], team["title"], team["passed"], team["counted"]) for team in report["teams"]] == [
        ("group:default/nobody", "nobody", 0, 2),
        ("group:default/platform", "platform", 1, 2),
        ("group:default/team-a", "team-a", 2, 2),
    ]
    assert graphql(member)(REPORT, ref="scorecard:default/none")["scorecards"]["report"] is None


def known_facts_of(report):
    return report["mistakes"][0].partition("there are ")[2].removesuffix(".")


def test_who_falls_short_is_listed_with_what_to_mend(judged, graphql, member):
    short = graphql(member)(SHORT, ref=REF)["scorecards"]["short"]
    assert short["total"] == 2
    assert [(row["ref"], row["level"], row["nextLevel"], row["late"]) for row in short["rows"]] == [
        ("component:default/lost", "no level", "Bronze", True),
        ("component:default/low", "Bronze", "Silver", True),
    ]
    assert short["rows"][1]["lacking"] == [
        {"id": "high", "level": "Silver", "state": "failed", "fix": "Score **more**."}
    ]
    for given, refs in (
        ({"first": 1, "offset": 1}, ["low"]),
        ({"owner": "group:default/platform"}, ["low"]),
        ({"check": "owner-exists"}, ["lost"]),
        ({"check": "nothing"}, []),
        ({"first": -5, "offset": -5}, []),
    ):
        rows = graphql(member)(SHORT, ref=REF, **given)["scorecards"]["short"]["rows"]
        assert [row["ref"] for row in rows] == [f"component:default/{name}" for name in refs], given


def test_what_the_viewer_may_not_see_is_not_counted(judged, graphql, member, outsider):
    for account, judged_ones, total in ((member, 3, 2), (outsider, 4, 3)):
        [told] = graphql(account)(ALL)["scorecards"]["all"]
        short = graphql(account)(SHORT, ref=REF)["scorecards"]["short"]
        assert (told["judged"], short["total"]) == (judged_ones, total), account
        assert ("component:vault/secret" in str(short)) is (account is outsider)


def test_exemptions_are_listed_until_and_after_they_are_decided(judged, graphql, member, outsider):
    soon = (datetime.now(UTC) + timedelta(days=20)).date().isoformat()
    judged.component("engine")
    judged.judge()
    assert ask(graphql, member, until=soon)["problems"] == []
    [asked] = graphql(outsider)(EXEMPTIONS, ref=REF, state="asked")["scorecards"]["exemptions"]
    assert (asked["check"], asked["ref"], asked["until"], asked["askedBy"], asked["decidedBy"]) == (
        "high", "component:default/engine", soon, member.user_ref, "",
    )  # fmt: skip
    assert graphql(member)(ALL)["scorecards"]["all"][0]["openExemptions"] == 1
    act(graphql, outsider, REF, "decide-exemption", exemption=asked["id"], decision="grant")
    assert graphql(member)(EXEMPTIONS, state="asked")["scorecards"]["exemptions"] == []
    [granted] = graphql(member)(EXEMPTIONS)["scorecards"]["exemptions"]
    assert (granted["state"], granted["decidedBy"]) == ("granted", outsider.user_ref)
