"""GitHub Actions: asked with etags within the budget, kept, shown for many components at once."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from plugins.ci.demo import NOTICE, RUNS
from plugins.ci.facts import CI_FACTS
from plugins.ci.models import Run
from plugins.ci.repositories import read_repository
from plugins.ci.services import forget_old_runs
from plugins.ci.settings import GitHub
from portal.accounts.principal import SYSTEM
from portal.plugin_api import fitting
from portal.plugin_api.catalog import get_entity
from portal.plugin_api.testing import with_settings
from portal.snapshots.models import Snapshot
from tests.plugins.ci.conftest import RECORDED, run

WEB = "component:default/web"
COMPONENTS = """query ($n: Int) {
    entities(first: $n, filter: {kind: ["Component"]}) { nodes { ci { lastStatus } } } }"""
PANELS = """query ($ref: String!) { entity(ref: $ref) { panels { id failed asOf blocks { __typename
    ... on StatusBlock { label level detail } ... on SeriesBlock { lines { label points { value } } }
    ... on BarsBlock { title bars { label value level } } ... on EmptyBlock { title message } } } } }"""


@pytest.fixture
def web(company, actions):
    company.component("web", **{"github.com/project-slug": "acme/web"})
    company.register()
    actions.set("acme/web", *RECORDED["workflow_runs"])
    return actions


def test_runs_are_read_as_github_describes_them(web, fetch, ci_of):
    fetch()
    found = ci_of(WEB)
    assert (found["lastStatus"], found["level"], found["repository"]) == (
        "success",
        "ok",
        "github.com/acme/web",
    )
    assert found["pipelines"] == [
        {"name": "Build", "status": "success", "successRate": 1.0, "medianSeconds": 252.0,
         "lastRun": {"key": "30433642", "status": "success"}},
        {"name": "dynamic/pages/pages-build-deployment", "status": "queued", "successRate": None,
         "medianSeconds": None, "lastRun": {"key": "30433643", "status": "queued"}},
    ]  # fmt: skip
    assert found["runs"][1] == {
        "key": "30433642", "pipeline": "Build", "status": "success", "branch": "main", "seconds": 252.0,
        "commit": "acb5820ced9479c074f688cc328bf03f341a511d", "title": "Update README.md",
        "url": "https://github.com/acme/web/actions/runs/30433642", "reporter": "github",
        "startedAt": "2026-01-22T19:33:08.000Z", "finishedAt": "2026-01-22T19:37:20.000Z",
    }  # fmt: skip
    [asked] = web.seen
    assert asked.headers["authorization"] == "Bearer canary"
    assert "canary" not in json.dumps(list(Snapshot.objects.values()), default=str)


def test_what_did_not_change_is_not_sent_again_and_what_did_is_kept(web, fetch, ci_of):
    fetch()
    fetch()
    assert [each.headers.get("if-none-match") is not None for each in web.seen] == [False, True]
    assert Run.objects.count() == 2
    web.set("acme/web", run(30433643, "failure", name="Pages"), run(30433642))
    fetch()
    assert {each["key"]: each["status"] for each in ci_of(WEB)["runs"]} == {
        "30433643": "failure", "30433642": "success"
    }  # fmt: skip


def test_the_last_word_of_each_pipeline_on_the_main_branch_counts(web, fetch, ci_of):
    at = "2026-02-0{}T00:00:00Z"
    web.set(
        "acme/web",
        run(1, "failure", run_started_at=at.format(1), updated_at=at.format(1)),
        run(2, "success", run_started_at=at.format(2), updated_at=at.format(2)),
        run(3, "cancelled", run_started_at=at.format(3), updated_at=at.format(3)),
        run(4, "failure", head_branch="pull", run_started_at=at.format(4), updated_at=at.format(4)),
        run(5, None, run_started_at=at.format(5), updated_at=at.format(5)),
    )
    fetch()
    found = ci_of(WEB)
    assert (found["lastStatus"], found["pipelines"][0]["successRate"]) == ("success", 0.5)
    assert found["pipelines"][0]["lastRun"] == {"key": "5", "status": "running"}
    assert [each["key"] for each in found["runs"]] == ["5", "4", "3", "2", "1"]
    web.set(
        "acme/web", run(6, "timed_out", name="Deploy", run_started_at=at.format(6), updated_at=at.format(6))
    )
    fetch()
    assert ci_of(WEB)["lastStatus"] == "failure", "one pipeline that fails is enough"
    [known] = CI_FACTS.load([get_entity(WEB, viewer=SYSTEM)]).values()
    assert known.values == {
        "lastStatus": "failure", "failing": 1, "pipelines": 2, "successRate": 0.0,
        "lastRunAt": datetime(2026, 2, 6, tzinfo=UTC),
    }  # fmt: skip
    assert all(fitting(fact, known.values[fact.name]) is not None for fact in CI_FACTS.facts)


def test_of_what_never_ran_no_fact_is_known(company, actions, fetch):
    company.component("new", **{"github.com/project-slug": "acme/new"})
    company.register()
    actions.set("acme/new")
    fetch()
    assert CI_FACTS.load([get_entity("component:default/new", viewer=SYSTEM)]) == {}


@pytest.mark.parametrize(
    ("answer", "problem"),
    [((404, {}, b"{}"), "is not on GitHub"), ((401, {}, b"{}"), "does not let us in"),
     ((500, {}, b""), "answered 500"), ((200, {}, b"<html>"), "cannot be read"),
     ((200, {}, b'{"workflow_runs": [{"id": "x"}]}'), "cannot be read"),
     ((429, {"Retry-After": "600"}, b""), "asks us to wait")],
)  # fmt: skip
def test_whatever_github_answers_the_last_good_runs_stay(web, fetch, ci_of, answer, problem):
    fetch()
    web.routes["/repos/acme/web/actions/runs"] = answer
    fetch()
    found = ci_of(WEB)
    assert problem in found["problem"]
    assert len(found["runs"]) == 2
    if answer[0] == 429:
        wait = (Snapshot.objects.get(source="ci.runs").due_at - timezone.now()).total_seconds()
        assert wait > 500
        asked = len(web.seen)
        fetch()
        assert len(web.seen) == asked, "the host is left alone until the time it named"


def test_the_page_shows_state_duration_and_success_and_asks_nobody(web, fetch, graphql, member):
    fetch()
    asked = len(web.seen)
    panels = graphql(member)(PANELS, ref=WEB)["entity"]["panels"]
    shown = {panel["id"]: panel for panel in panels if panel["id"].partition("-")[0] == "ci"}
    assert set(shown) == {"ci-builds", "ci"}
    assert not any(panel["failed"] for panel in shown.values())
    assert shown["ci-builds"]["asOf"]
    assert shown["ci-builds"]["blocks"][0] == {
        "__typename": "StatusBlock", "label": "Passing", "level": "ok", "detail": None
    }  # fmt: skip
    took, went_well = [block for block in shown["ci"]["blocks"] if block["__typename"] == "SeriesBlock"]
    assert took["lines"] == [{"label": "Build", "points": [{"value": 252.0}]}]
    assert went_well["lines"] == [{"label": "Build", "points": [{"value": 100.0}]}]
    assert len(web.seen) == asked


def test_a_list_of_fifty_costs_as_many_statements_as_one(company, actions, fetch, graphql, member):
    for number in range(50):
        company.component(f"c-{number:02}", **{"github.com/project-slug": f"acme/c-{number:02}"})
        actions.set(f"acme/c-{number:02}", run(number))
    company.register()
    fetch()
    counts = []
    graphql(member)(COMPONENTS, n=1)  # what is asked once in a while is asked now
    for first in (1, 50):
        with CaptureQueriesContext(connection) as statements:
            answer = graphql(member)(COMPONENTS, n=first)
        assert [node["ci"]["lastStatus"] for node in answer["entities"]["nodes"]] == ["success"] * first
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_what_fails_in_what_one_owns_is_on_the_home_page(web, fetch, graphql, member, outsider):
    home = "{ homePanels { id failed blocks { __typename ... on TableBlock { rows { text url } } } } }"
    web.set("acme/web", run(1, "failure"))
    fetch()
    for account, expected in ((member, ["TableBlock"]), (outsider, [])):
        panels = {panel["id"]: panel for panel in graphql(account)(home)["homePanels"]}
        blocks = panels["ci-failing"]["blocks"] if "ci-failing" in panels else []
        assert [block["__typename"] for block in blocks] == expected


def test_success_is_of_the_last_ten_runs_and_since_is_when_the_first_one_failed(web, fetch, graphql, member):
    statuses = ["failure", *["success"] * 9, "failure", "failure"]
    newest = timezone.now() - timedelta(hours=1, minutes=1)
    web.set(
        "acme/web",
        *(
            run(number, status, run_started_at=f"{newest - timedelta(hours=11 - number):%Y-%m-%dT%H:%M:%SZ}")
            for number, status in enumerate(statuses)
        ),
    )
    fetch()
    panels = {each["id"]: each for each in graphql(member)(PANELS, ref=WEB)["entity"]["panels"]}
    _, went_well = [block for block in panels["ci"]["blocks"] if block["__typename"] == "SeriesBlock"]
    values = [point["value"] for point in went_well["lines"][0]["points"]]
    assert (values[0], values[1], values[9:]) == (0.0, 50.0, [90.0, 90.0, 80.0])
    home = "{ homePanels { id blocks { ... on TableBlock { rows { text } } } } }"
    panels = {panel["id"]: panel for panel in graphql(member)(home)["homePanels"]}
    [row] = panels["ci-failing"]["blocks"][0]["rows"]
    assert [cell["text"] for cell in row] == ["web", "Build", "2 hours ago"]


def test_old_runs_are_forgotten(web, fetch):
    fetch()
    Run.objects.filter(key="30433642").update(started_at=timezone.now() - timedelta(days=91))
    Run.objects.filter(key="30433643").update(started_at=timezone.now() - timedelta(days=89))
    forget_old_runs()
    assert [each.key for each in Run.objects.all()] == ["30433643"]


@pytest.mark.parametrize(
    ("text", "repository"),
    [("url:https://github.com/Acme/Web/tree/main/", "github.com/acme/web"),
     ("url:https://gitlab.com/group/sub/web/-/blob/main/catalog-info.yaml", "gitlab.com/group/sub/web"),
     ("git:https://git.example.org:8443/acme/web.git@main/x", "git.example.org:8443/acme/web"),
     ("git:acme/web/catalog-info.yaml", "git:acme/web"), ("git:acme/web", "git:acme/web"),
     ("https://git.example.org/acme/web.git", "git.example.org/acme/web"),
     ("https://user:pw@git.example.org/acme/web", ""), ("file:/srv/catalog", ""), ("", ""),
     ("url:https://example.org/catalog/all.yaml", ""), ("javascript:alert(1)//a/b", ""),
     ("http://[::1/a/b", "")],
)  # fmt: skip
def test_a_repository_is_known_by_however_it_is_written(text, repository):
    assert read_repository(text) == repository


def test_the_demo_s_runs_are_invented_and_say_so(company, actions, fetch, graphql, member):
    company.component("payment-gateway", **{"github.com/project-slug": "skerry-lines/payment-gateway"})
    company.register()
    with with_settings("ci", githubs=(GitHub("github.com", "demo:"),)):
        for _ in range(2):
            fetch()
        panels = graphql(member)(PANELS, ref="component:default/payment-gateway")["entity"]["panels"]
    [panel] = [each for each in panels if each["id"] == "ci-builds"]
    [status] = [block for block in panel["blocks"] if block["__typename"] == "StatusBlock"]
    assert (status["label"], status["level"]) == ("Failing", "error")
    assert status["detail"] == f"build. {NOTICE}"
    assert Run.objects.count() == 2 * RUNS
    # A GitHub that is connected later takes the place of what was invented.
    actions.set("skerry-lines/payment-gateway", run(1))
    fetch()
    assert list(Run.objects.values_list("key", flat=True)) == ["1"]
