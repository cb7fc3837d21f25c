"""Checks and levels: what passes, what fails, what is not known, and since when."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db.models import Max

from catalog.kinds import all_kinds
from plugins.scorecards.definitions import library
from plugins.scorecards.judging import judge_everything
from plugins.scorecards.language import Mistake, compiled
from plugins.scorecards.models import FactChange, Standing, Tally, Verdict, VerdictChange
from portal.extension.schedules import run_schedule
from portal.extension_points import schedules

OWNED = {"use": "owner-exists"}


def check(name: str, expression: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "title": f"Check {name}", "expression": expression, **more}


def test_a_level_is_had_when_everything_up_to_it_is_passed(company, facts, scorecards_of):
    company.scorecard([OWNED], [check("high", "lab.score > 5")], [check("higher", "lab.score > 8")])
    for name, score in (("low", 1), ("middle", 6), ("top", 9)):
        company.component(name)
        facts[name] = {"score": score}
    company.component("lost", owner="nobody")
    facts["lost"] = {"score": 9}
    company.judge()
    levels = {}
    for name in ("low", "middle", "top", "lost"):
        [track] = scorecards_of(f"component:default/{name}")["tracks"]
        levels[name] = (track["level"], track["nextLevel"], track["passed"], track["counted"])
    assert levels == {
        "low": ("Bronze", "Silver", 1, 3),
        "middle": ("Silver", "Gold", 2, 3),
        "top": ("Gold", None, 3, 3),
        "lost": ("no level", "Bronze", 2, 3),
    }


@pytest.mark.parametrize(
    ("expression", "known", "state", "reason"),
    [
        ("lab.score > 1", {"score": 2}, "passed", ""),
        ("lab.score > 1", {"score": 1}, "failed", ""),
        ("lab.score > 1", {}, "unknown", "lab.score is not known"),
        ("lab.score > 1", {"score": "2"}, "unknown", "lab.score is not known"),
        ("lab.score > 1 || catalog.ownerExists", {}, "passed", ""),
        ("lab.score > 1 && !catalog.ownerExists", {}, "failed", ""),
        ("lab.ratio <= 1.0", {"ratio": 1}, "passed", ""),
        ("'b' in lab.words", {"words": ["a", "b"]}, "passed", ""),
        ("now - lab.seen < duration('24h')", {"seen": datetime(2020, 1, 1, tzinfo=UTC)}, "failed", ""),
        ("entity.spec.nothing == 1", {}, "unknown", 'Key not found in map : "nothing"'),
        ("entity.metadata.labels.all(name, name != 'x')", {}, "passed", ""),
        ("size(related.dependsOn) == 1 && related.dependsOn.all(one, !one.found)", {}, "passed", ""),
        ("1 / (lab.score - 2) == 1", {"score": 2}, "unknown", "divide by zero"),
    ],
)
def test_what_an_expression_says(company, facts, scorecards_of, expression, known, state, reason):
    company.scorecard([check("it", expression)])
    company.component("engine", dependsOn=["resource:default/gone"])
    facts["engine"] = known
    company.judge()
    [track] = scorecards_of("component:default/engine")["tracks"]
    assert [(one["state"], one["reason"]) for one in track["checks"]] == [(state, reason)]


@pytest.mark.parametrize(
    ("expression", "mistake"),
    [
        ("lab.scroe > 1", "There is no fact lab.scroe: there are .*lab.score"),
        ("kubernetes9.pods > 1", "Nothing offers kubernetes9.pods: enable a plugin"),
        ("lab.score", "something else than true or false"),
        ("lab.score == 'a'", "no matching overload"),
        ("1 +", "Syntax error"),
    ],
)
def test_a_mistake_in_an_expression_is_told_before_anything_is_judged(facts, expression, mistake):
    with pytest.raises(Mistake, match=mistake):
        compiled(expression)


def test_a_check_with_a_mistake_costs_itself_and_is_shown(company, facts, states_of, panels_of):
    company.scorecard([OWNED, check("bad", "lab.nothing"), {"use": "no-such"}])
    company.component("engine")
    company.judge()
    assert states_of("engine") == {"owner-exists": "passed"}
    shown = panels_of("scorecard:default/readiness")["scorecards-scorecard"]
    told = [block["message"] for block in shown if block["__typename"] == "ErrorBlock"]
    assert told[0].startswith("No check no-such ships: there are alerts-quiet,")
    assert told[1].startswith("bad: There is no fact lab.nothing")


def test_an_expression_that_would_never_end_is_stopped(company, facts, states_of):
    ten = "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]"
    nested = "true"
    for name in "abcdefg":
        nested = f"{ten}.all({name}, {nested})"
    company.scorecard([check("endless", nested), OWNED])
    company.component("engine")
    company.judge()
    assert states_of("engine") == {"endless": "unknown", "owner-exists": "passed"}


def test_only_what_is_meant_is_judged(company, facts, scorecards_of, states_of):
    company.scorecard(
        [OWNED, check("libraries", "false", when="entity.spec.type == 'library'")],
        appliesTo={"lifecycles": ["production"], "where": "!('internal' in entity.metadata.tags)"},
    )
    company.component("engine")
    company.component("sketch", lifecycle="experimental")
    company.component("hidden", metadata={"tags": ["internal"]})
    company.judge()
    assert states_of("engine") == {"owner-exists": "passed"}
    assert scorecards_of("component:default/sketch") is None
    assert scorecards_of("component:default/hidden") is None


def test_a_plugin_whose_facts_break_costs_its_own_facts(company, facts, states_of):
    company.scorecard([OWNED, check("high", "lab.score > 1")])
    company.component("engine")
    facts["broken"] = {}
    company.judge()
    assert states_of("engine") == {"owner-exists": "passed", "high": "unknown"}


def test_results_are_kept_as_they_change(company, facts, scorecards_of):
    company.scorecard([check("high", "lab.score > 5")])
    company.component("engine")
    for score in (1, 2, 7, 7, 3):
        facts["engine"] = {"score": score}
        company.judge()
    assert list(VerdictChange.objects.order_by("pk").values_list("state", flat=True)) == [
        "failed",
        "passed",
        "failed",
    ]
    values = FactChange.objects.filter(fact="lab.score").order_by("pk").values_list("value", flat=True)
    assert list(values) == [1, 2, 7, 3]
    [track] = scorecards_of("component:default/engine")["tracks"]
    assert track["checks"][0]["since"] == track["since"]
    assert Tally.objects.get().ranks == {"0": 1}


@pytest.fixture
def look(monkeypatch: pytest.MonkeyPatch) -> Callable[[], bool]:
    """Do what the schedule that looks for news does; whether it judged."""
    monkeypatch.setattr("plugins.scorecards.tasks.REST", 0)

    def run() -> bool:
        before = Standing.objects.aggregate(at=Max("judged_at"))
        [news] = [item for item in schedules.read() if item.name == "judge-news"]
        assert run_schedule(news)
        return Standing.objects.aggregate(at=Max("judged_at")) != before

    return run


def test_a_new_or_changed_scorecard_is_judged_without_waiting_for_the_clock(company, facts, states_of, look):
    company.component("engine")
    facts["engine"] = {"score": 5}
    company.register()
    assert not look()
    company.scorecard([{"id": "score", "title": "Score", "expression": "lab.score > 1"}])
    company.register()
    assert look()
    assert states_of("engine") == {"score": "passed"}
    assert not look()
    company.scorecard([{"id": "score", "title": "Score", "expression": "lab.score > 9"}])
    company.register()
    assert look(), "it asks something else than it did"
    assert states_of("engine") == {"score": "failed"}
    assert not look()


def test_facts_that_come_in_are_judged_without_waiting_for_the_clock(company, facts, states_of, look):
    company.component("engine")
    company.component("pump")
    company.scorecard(
        [
            {"id": "score", "title": "Score", "expression": "lab.score > 1"},
            {"id": "few", "title": "Few", "expression": "size(related.dependsOn) > size(lab.words)"},
        ]
    )
    company.judge()
    assert states_of("engine") == {"score": "unknown", "few": "unknown"}
    assert not look()
    facts["engine"] = {"score": 5}
    assert look()
    assert states_of("engine") == {"score": "passed", "few": "unknown"}
    assert states_of("pump") == {"score": "unknown", "few": "unknown"}
    facts["engine"] = {"score": 0}
    assert not look()
    assert states_of("engine") == {"score": "passed", "few": "unknown"}


def test_what_is_gone_stands_nowhere(company, facts, states_of):
    company.scorecard([OWNED, check("high", "lab.score > 5")])
    company.component("engine")
    company.component("other")
    company.judge()
    assert (Standing.objects.count(), Verdict.objects.count()) == (2, 4)
    del company.documents["other"]
    company.scorecard([OWNED])
    company.judge()
    assert (Standing.objects.count(), Verdict.objects.count()) == (1, 1)
    del company.documents["readiness"]
    company.judge()
    assert (Standing.objects.count(), Verdict.objects.count()) == (0, 0)


def test_a_draft_is_not_counted_and_knows_who_would_fail_since_when(company, facts, scorecards_of, panels_of):
    company.scorecard([OWNED])
    company.component("engine")
    for score in (9, 2, 1):
        facts["engine"] = {"score": score}
        company.judge()
    days = {9: 30, 2: 20, 1: 10}
    now = datetime.now(UTC)
    for row in FactChange.objects.filter(fact="lab.score"):
        row.at = now - timedelta(days=days[row.value])
        row.save()
    company.scorecard([OWNED, check("high", "lab.score > 5", draft=True)])
    company.judge()
    [track] = scorecards_of("component:default/engine")["tracks"]
    [_, draft] = track["checks"]
    assert (track["level"], track["counted"]) == ("Bronze", 1)
    assert (draft["state"], draft["draft"]) == ("failed", True)
    assert datetime.fromisoformat(draft["since"]).date() == (now - timedelta(days=20)).date()
    shown = panels_of("scorecard:default/readiness")["scorecards-shortfall"]
    [text] = [block["html"] for block in shown if block["__typename"] == "TextBlock"]
    assert "Draft: Check high" in text and "1 would fail" in text


def test_a_check_that_asks_something_else_is_tried_on_history_anew(company, facts, scorecards_of):
    company.scorecard([OWNED, check("high", "lab.score > 0", draft=True)])
    company.component("engine")
    company.component("pump")
    now = datetime.now(UTC)
    for days, scores in ((30, (9, 1)), (20, (4, 1))):
        for name, score in zip(("engine", "pump"), scores, strict=True):
            facts[name] = {"score": score}
        company.judge()
        FactChange.objects.filter(at__gt=now).update(at=now - timedelta(days=days))

    def found(expression: str) -> list[tuple[str, int]]:
        company.scorecard([OWNED, check("high", expression, draft=True)])
        company.judge()
        every = [scorecards_of(f"component:default/{name}")["tracks"][0] for name in ("engine", "pump")]
        drafts = [each for track in every for each in track["checks"] if each["draft"]]
        return [(each["state"], (now - datetime.fromisoformat(each["since"])).days) for each in drafts]

    assert found("lab.score > 5") == [("failed", 20), ("failed", 30)]
    assert found("lab.score > 2") == [("passed", 30), ("failed", 30)]
    assert found("lab.score > 2") == [("passed", 30), ("failed", 30)]
    assert found("lab.score > 20") == [("failed", 30), ("failed", 30)]


def test_every_check_that_ships_is_understood_once_its_facts_are_offered(facts):
    assert len(library()) == 10
    for shipped in library().values():
        try:
            compiled(shipped["expression"])
        except Mistake as mistake:
            assert str(mistake).startswith("Nothing offers "), (shipped["id"], mistake)
        assert shipped["title"] and shipped["fix"]


@pytest.mark.parametrize(
    ("check_id", "metadata", "passes"),
    [
        ("runbook", {"links": [{"url": "https://x/y", "title": "The Runbook"}]}, True),
        ("runbook", {"links": [{"url": "https://x/y"}]}, False),
        ("on-call", {"annotations": {"pagerduty.com/service-id": "x"}}, True),
        ("on-call", {}, False),
    ],
)
def test_checks_that_ship_judge_the_descriptor(company, facts, states_of, check_id, metadata, passes):
    company.scorecard([{"use": check_id}])
    company.component("engine", metadata=metadata)
    company.judge()
    assert states_of("engine") == {check_id: "passed" if passes else "failed"}


def test_apis_are_to_be_described(company, facts, states_of):
    company.scorecard([{"use": "api-documented"}])
    for name, description in (("good", "What it is for."), ("bare", " ")):
        company.other(name, {
            "kind": "API", "metadata": {"name": f"{name}-api", "description": description},
            "spec": {"type": "openapi", "lifecycle": "production", "owner": "team-a", "definition": "x"},
        })  # fmt: skip
        company.component(f"{name}-service", providesApis=[f"{name}-api"])
    company.component("lost-service", providesApis=["lost-api"])
    company.component("quiet")
    company.judge()
    assert states_of("good-service") == {"api-documented": "passed"}
    assert states_of("bare-service") == {"api-documented": "failed"}
    assert states_of("lost-service") == {"api-documented": "failed"}
    assert states_of("quiet") == {}


def test_a_hundred_entities_cost_as_many_statements_as_one(
    company, facts, django_assert_max_num_queries: Callable[..., Any]
):
    company.scorecard([OWNED, check("high", "lab.score > 5 && size(related.dependsOn) == 0")])
    for number in range(100):
        company.component(f"c{number}")
        facts[f"c{number}"] = {"score": number}
    company.register()
    all_kinds()
    judge_everything()
    with django_assert_max_num_queries(45):
        assert judge_everything() == 300
