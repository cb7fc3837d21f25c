"""Reports of any other CI: signed, each counting once, kept whole or not at all."""

import json
from pathlib import Path

import pytest

from catalog.services import register_location
from plugins.ci.models import Run
from portal.accounts.principal import SYSTEM
from portal.extension import news
from portal.integrations.git import Author, GitHost
from portal.plugin_admin.models import HookDelivery
from portal.plugin_api.testing import with_settings
from tests.plugins.ci.conftest import SECRET, run

WEB = "component:default/web"
REPORT = {
    "repository": "https://git.example.org/acme/web", "pipeline": "build", "run": "17", "status": "success",
    "branch": "main", "commit": "4f2c1ab", "startedAt": "2026-01-31T09:30:00Z",
    "finishedAt": "2026-01-31T09:34:10Z", "url": "https://ci.example.org/17", "title": "Faster start",
}  # fmt: skip


@pytest.fixture
def web(company, actions):
    company.component(
        "web", **{"backstage.io/source-location": "url:https://git.example.org/acme/web/src/main/"}
    )
    company.component("other")
    company.register()
    return company


def test_a_report_names_the_repository_or_the_entity(web, report, ci_of):
    assert report(REPORT) == 202
    named = {**REPORT, "entity": "web", "run": 18, "status": "failure", "finishedAt": "2026-01-31T10:00:00Z"}
    del named["repository"]
    assert report(named) == 202
    found = ci_of(WEB)
    assert found["lastStatus"] == "failure"
    assert [(each["key"], each["status"], each["seconds"], each["reporter"]) for each in found["runs"]] == [
        ("build#18", "failure", 1800.0, "report"), ("build#17", "success", 250.0, "report")
    ]  # fmt: skip
    assert ci_of("component:default/other") is None


def test_a_repository_of_the_portal_s_own_git_host_shows_its_last_report(
    report, ci_of, settings, tmp_path: Path
):
    settings.GIT_ROOT = str(tmp_path / "git")
    folder = tmp_path / "made"
    folder.mkdir()
    (folder / "catalog-info.yaml").write_text(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: made}\n"
        "spec: {type: service, lifecycle: production, owner: team-a}\n"
    )
    host = GitHost(tmp_path / "git")
    host.create_repository("acme", "made")
    host.commit_files("acme", "made", folder, message="Begin", author=Author("Ada", "ada@example.org"))
    register_location("git:acme/made", actor=SYSTEM)
    assert report({**REPORT, "repository": "git:acme/made", "status": "failure"}) == 202
    assert ci_of("component:default/made")["lastStatus"] == "failure"


@pytest.mark.parametrize("secret", ["", "wrong", SECRET[:-1]])
def test_what_is_not_signed_is_not_kept(web, report, secret):
    assert report(REPORT, secret=secret or "x") == 401
    assert report(REPORT, **{"X-Hub-Signature-256": "sha256="}) == 401
    assert report(REPORT, **{"X-Hub-Signature-256": ""}) == 401
    with with_settings("ci", report_secret=""):
        assert report(REPORT, secret=secret or "x") == 401
    assert not Run.objects.exists()
    assert not HookDelivery.objects.exists()


def test_a_report_that_is_sent_again_changes_nothing(web, report):
    running = {**REPORT, "status": "running"}
    del running["finishedAt"]
    first = json.dumps(running).encode()
    assert report(first) == 202
    assert report(REPORT) == 202
    before = list(Run.objects.values())
    for _ in range(3):
        assert report(first) == 202
        assert report(first, **{"X-GitHub-Delivery": "a new one"}) == 202
        assert report({**REPORT, "status": "failure"}) == 202
    assert list(Run.objects.values()) == before
    assert report({**REPORT, "status": "failure", "attempt": 2}) == 202
    assert Run.objects.get().status == "failure", "another attempt is another outcome"


def test_what_a_later_report_of_a_run_does_not_say_stays_as_it_was(web, report, ci_of, monkeypatch):
    told = []
    monkeypatch.setattr(news, "_listeners", [told.append])
    began = {**REPORT, "status": "running", "branch": "feature"}
    ended = {name: REPORT[name] for name in ("repository", "pipeline", "run", "status", "finishedAt")}
    del began["finishedAt"]
    assert report(began) == 202
    assert report(ended) == 202
    [found] = ci_of(WEB)["runs"]
    said = {name: found[name] for name in ("status", "branch", "commit", "title", "url", "seconds")}
    assert said == {
        "status": "success", "branch": "feature", "commit": "4f2c1ab", "title": "Faster start",
        "url": "https://ci.example.org/17", "seconds": 250.0,
    }  # fmt: skip
    assert told == [{REPORT["url"]}] * 2, "who waits for the run goes on when it has ended"


def test_another_attempt_of_a_run_begins_when_it_says_or_else_when_it_is_told_of(web, report, ci_of):
    assert report({**REPORT, "status": "failure"}) == 202
    assert report({**REPORT, "attempt": 2, "startedAt": "2026-01-31T10:00:00Z", "finishedAt": None}) == 202
    [found] = ci_of(WEB)["runs"]
    assert found["startedAt"] == "2026-01-31T10:00:00.000Z"
    third = {name: REPORT[name] for name in ("repository", "pipeline", "run")}
    assert report({**third, "attempt": 3, "status": "success", "finishedAt": "2026-01-31T11:00:00Z"}) == 202
    [found] = ci_of(WEB)["runs"]
    assert (found["startedAt"], found["branch"]) == ("2026-01-31T11:00:00.000Z", "main")


def test_a_run_that_waited_begins_when_it_is_told_to_run(web, report, ci_of):
    named = {name: REPORT[name] for name in ("repository", "pipeline", "run", "branch")}
    assert report({**named, "status": "queued", "startedAt": "2026-01-31T09:00:00Z"}) == 202
    assert report({**named, "status": "running"}) == 202
    [waited] = ci_of(WEB)["runs"]
    assert waited["startedAt"] > "2026-01-31T09:00:00.000Z"
    assert report({**named, "status": "success"}) == 202
    [ended] = ci_of(WEB)["runs"]
    assert (ended["startedAt"], ended["status"]) == (waited["startedAt"], "success")


@pytest.mark.parametrize(
    "change",
    [{"status": "green"}, {"status": None}, {"run": ""}, {"pipeline": ["x"]}, {"repository": "nothing"},
     {"repository": None}, {"entity": "component:default/web"}, {"entity": "nobody", "repository": None},
     {"entity": "a b", "repository": None},
     {"startedAt": "yesterday"}, {"finishedAt": "2999-01-01T00:00:00Z"},
     {"attempt": 0}, {"attempt": "2"}, {"repository": "https://u:p@git.example.org/acme/web"}],
)  # fmt: skip
def test_a_report_that_cannot_be_read_is_refused_with_those_beside_it(web, report, change):
    wrong = {name: value for name, value in {**REPORT, "run": "2", **change}.items() if value is not None}
    assert report({"reports": [REPORT, wrong]}) == 202
    assert not Run.objects.exists()
    [delivery] = HookDelivery.objects.all()
    assert delivery.error
    assert delivery.due_at is None, "it is not tried again"


@pytest.mark.parametrize("body", [b"[]", b"1", b'{"reports": 3}', b'{"workflow_run": 1}'])
def test_what_is_no_report_is_refused(web, report, body):
    assert report(body) == 202
    assert not Run.objects.exists()


def test_odd_texts_do_no_harm(web, report, ci_of):
    odd = {
        "title": "<script>" + "x" * 5000,
        "url": "javascript:alert(1)",
        "branch": "ma\x00in",
        "commit": "'; --",
    }
    assert report({**REPORT, **odd}) == 202
    [found] = ci_of(WEB)["runs"]
    assert (len(found["title"]), found["url"], found["branch"]) == (300, "", "main")


def test_github_s_own_webhook_is_a_report_too(company, report, ci_of, monkeypatch):
    told = []
    monkeypatch.setattr(news, "_listeners", [told.append])
    company.component("web", **{"github.com/project-slug": "acme/web"})
    company.register()
    event = {"action": "completed", "workflow_run": run(7, "failure"),
             "repository": {"html_url": "https://github.com/acme/web"}}  # fmt: skip
    assert report({"zen": "Keep it logically awesome.", "hook_id": 1}) == 202
    assert report(event, **{"X-GitHub-Event": "workflow_run", "X-GitHub-Delivery": "1"}) == 202
    assert ci_of(WEB)["lastStatus"] == "failure"
    assert told == [{event["workflow_run"]["html_url"].lower()}], "who waits for the run goes on"
