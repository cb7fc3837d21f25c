"""A GitHub organisation: descriptors in its repositories, its teams and members, through PyGithub."""

import hashlib
import hmac
import json
import subprocess
import sys

import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import Entity, Location, PendingRemoval
from catalog.refresh.polling import poll_due
from catalog.selectors import get_entity
from portal.accounts.principal import SYSTEM
from tests.catalog.sources.conftest import components


def asked(github):
    """The files that were read, then forgotten."""
    paths = [each.path.partition("?")[0] for each in github.seen]
    github.seen.clear()
    return [path.split("/")[5] for path in paths if "/contents/" in path]


def test_the_descriptor_of_every_repository_is_read(github, add, names):
    output = add(f"github-discovery:{github.url}/acme")
    assert output.endswith(": 3 entities, 0 problems.\n")
    assert names() == ["api", "docs", "web"]
    web = get_entity("component:web", viewer=SYSTEM).content
    where = web["metadata"]["annotations"]["backstage.io/managed-by-location"]
    assert where == f"url:{github.url}/acme/web/blob/main/catalog-info.yaml"
    assert {each.headers["authorization"] for each in github.seen} == {"token canary"}
    assert "canary" not in str(list(Location.objects.values()))


def test_only_repositories_that_were_pushed_to_are_read_again(github, add, poll, names):
    add(f"github-discovery:{github.url}/acme")
    asked(github)
    poll()
    assert asked(github) == []
    github.push("web", components("web", "more"))
    github.push("new", components("new"))
    poll()
    assert sorted(asked(github)) == ["new", "web"]
    assert names() == ["api", "docs", "more", "new", "web"]
    github.push("web", None)
    poll()
    assert names() == ["api", "docs", "new"]


def test_a_look_without_news_costs_nothing_of_the_limit(github, add, poll, names):
    add(f"github-discovery:{github.url}/acme")
    github.push("fifth", None)
    poll_again(poll)
    github.counted.clear()
    asked_before = len(github.seen)
    poll_again(poll)
    assert len(github.seen) - asked_before == 3, "the pages of the list"
    assert github.counted == []
    github.push("sixth", None)
    poll_again(poll)
    github.counted.clear()
    github.push("new", components("new"))
    poll_again(poll)
    lists = [path for path in github.counted if path == "/orgs/acme/repos"]
    assert len(lists) == 2, "the last page was full, so it is asked whether there is another"
    assert "new" in names()


def poll_again(poll):
    """As `poll`, but what was remembered of GitHub's answers stays."""
    Location.objects.update(next_attempt_at=timezone.now())
    poll_due()


@pytest.mark.parametrize(
    ("place", "expected"),
    [("/web", ["web"]), ("/*-service", ["a-service"]), ("/a*/blob/-/catalog-info.yaml", ["a-service", "api"]),
     ("?topic=backstage", ["a-service"]), ("?topic=backstage&topic=y", ["a-service", "forked"]),
     ("?topic=y&without-topic=z", []), ("?visibility=public", ["api"]),
     ("/*o*?archived=yes&forks=no", ["docs", "old"]),
     ("/many/blob/-/services/*/catalog-info.yaml", ["many-a", "many-b"])],
)  # fmt: skip
def test_repositories_and_files_are_chosen_by_what_the_target_says(github, add, names, place, expected):
    github.push("a-service", components("a-service"), topics=["x", "backstage"])
    github.push("old-service", components("old"), archived=True)
    github.push("forked", components("forked"), fork=True, topics=["y", "z"])
    github.push("api", components("api"), visibility="public", private=False)
    for name in ("a", "b"):
        github.push("many", components(f"many-{name}"), f"services/{name}/catalog-info.yaml")
    github.push("many", components("many-c"), "services/c/deeper/catalog-info.yaml")
    add(f"github-discovery:{github.url}/acme{place}")
    assert names() == expected


def test_a_large_organisation_is_read_a_part_at_a_time(github, add, names, monkeypatch):
    monkeypatch.setattr("catalog.sources.github.AT_ONCE", 2)
    assert add(f"github-discovery:{github.url}/acme").endswith(": 2 entities, 0 problems.\n")
    assert (names(), asked(github)) == (["api", "docs"], ["api", "docs"])
    poll_due()
    assert (names(), asked(github)) == (["api", "docs", "web"], ["web", "empty"])


def test_gone_renamed_and_moved_repositories_are_told_apart_and_lose_nothing_at_once(
    github, add, poll, names, problems
):
    for name in ("kept", "left"):
        github.push(name, components(name))
    add(f"github-discovery:{github.url}/acme")
    uids = dict(Entity.objects.values_list("name", "uid"))
    del github.repositories["api"]
    github.rename("docs", "handbook")
    github.rename("web", "web", owner="other")
    github.push("left", components("left"), archived=True)
    for _ in range(2):
        poll()
    assert names() == ["api", "docs", "kept", "web"], "only what is not meant any more went"
    assert sorted(zip(problems("path"), problems(), strict=True)) == [
        ("api", "REPOSITORY_GONE"), ("web", "REPOSITORY_MOVED"),
    ]  # fmt: skip
    assert "other/web" in problems("message")[1]
    orphans = Entity.objects.filter(orphan=True).order_by("name")
    assert [each.name for each in orphans] == ["api", "web"]
    docs = Entity.objects.get(name="docs", kind="Component")
    assert docs.uid == uids["docs"]
    assert "/acme/handbook/blob/" in docs.document
    github.push("api", components("api"))
    poll()
    assert [each.name for each in orphans.all()] == ["web"], "it is back"
    assert problems("path") == ["web"]


@pytest.mark.parametrize(
    ("answer", "code"),
    [((401, {}, b"{}"), "UPSTREAM_UNAUTHORIZED"), ((404, {}, b"{}"), "UPSTREAM_NOT_FOUND"),
     ((200, {}, b"<html>Sign in</html>"), "INTEGRATION_FAILED"),
     ((200, {}, b'[{"name": 7}, 3]'), "INTEGRATION_FAILED"),
     ((200, {}, b"[{]"), "INTEGRATION_FAILED"), ((202, {}, b"[]"), "INTEGRATION_FAILED"),
     ((200, {}, b"[" + b" " * 21_000_000 + b"]"), "REFUSED"),
     ((301, {"Location": "http://127.0.0.1:9/x"}, b""), "REFUSED")],
)  # fmt: skip
def test_an_answer_that_is_none_loses_nothing_and_says_why(github, add, poll, names, problems, answer, code):
    add(f"github-discovery:{github.url}/acme")
    github.answers["/orgs/acme/repos"] = answer
    location = poll()
    assert (names(), location.failures, problems()) == (["api", "docs", "web"], 1, [code])
    github.answers.clear()
    poll()
    assert (names(), problems()) == (["api", "docs", "web"], [])


def test_a_repository_that_cannot_be_read_keeps_what_it_had_and_is_tried_again(
    github, add, poll, names, problems
):
    add(f"github-discovery:{github.url}/acme")
    github.push("web", components("web", "more"))
    github.push("api", components("api", "second"))
    github.broken = {"/repos/acme/web/contents/catalog-info.yaml"}
    poll()
    assert names() == ["api", "docs", "second", "web"]
    assert problems("path") == ["web"]
    github.broken = set()
    asked(github)
    poll()
    assert asked(github) == ["web"]
    assert names() == ["api", "docs", "more", "second", "web"]
    assert problems() == []


def test_where_github_asks_to_wait_the_rest_is_read_the_next_time(github, add, poll, names, problems):
    for number in range(10):
        github.push(f"r{number}", components(f"r{number}"))
    github.limit = 12
    add(f"github-discovery:{github.url}/acme")
    first = len(names())
    assert 0 < first < 13
    github.seen.clear()
    Location.objects.update(next_attempt_at=timezone.now())
    poll_due()
    assert github.seen == [], "it is left alone until the time it named"
    assert (Location.objects.get().next_attempt_at - timezone.now()).total_seconds() > 500
    github.limit = None
    poll()
    assert len(names()) == 13
    assert problems() == []


def test_an_organisation_that_cannot_be_listed_loses_nothing(github, add, poll, names):
    add(f"github-discovery:{github.url}/acme")
    github.broken = {"/orgs/acme/repos"}
    location = poll()
    assert (names(), location.failures) == (["api", "docs", "web"], 1)


def test_an_organisation_without_repositories_waits_for_approval(github, add, poll, names):
    add(f"github-discovery:{github.url}/acme")
    github.repositories.clear()
    poll()
    assert names() == ["api", "docs", "web"]
    assert len(PendingRemoval.objects.get().refs) == 3


@pytest.mark.parametrize(
    "target",
    ["github-discovery:http://127.0.0.1:1/acme", "github-org:http://169.254.169.254/acme", "github-org:acme",
     "github-discovery:https://github.com", "github-discovery:file:///etc", "github-org:https://u:p@github.com/x",
     "github-discovery:https://github.com/a?archived=maybe", "github-discovery:https://github.com/a?visibility=x",
     "github-discovery:https://github.com/a?language=go", "github-discovery:https://github.com/a/../b"],
)  # fmt: skip
def test_addresses_that_are_no_organisation_are_refused(db, add, target):
    assert add(target).startswith("Error: ")
    assert not Location.objects.exists()


def test_a_web_process_loads_no_client_of_github():
    code = "import portal.wsgi, sys; print(sorted({'github', 'kubernetes'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("event", "body", "concerned"),
    [("push", {"repository": {"html_url": "{url}/acme/web"}}, "github-discovery"),
     ("repository", {"action": "renamed", "repository": {"html_url": "{url}/acme/new"}}, "github-discovery"),
     ("membership", {"organization": {"login": "acme"}, "team": {"slug": "web"}}, "github-org"),
     ("organization", {"action": "member_removed", "organization": {"login": "acme"}}, "github-org"),
     ("team", {"organization": {"login": "other"}}, None),
     ("push", {"repository": {"html_url": "{url}/other/web"}}, None)],
)  # fmt: skip
def test_a_webhook_lets_what_it_concerns_be_looked_at_once(github, add, event, body, concerned):
    github.teams, github.members = {"core": ["jane"]}, ["jane"]
    add(f"github-discovery:{github.url}/acme")
    add(f"github-org:{github.url}/acme", "--trusted")
    text = json.dumps(body).replace("{url}", github.url).encode()
    signature = hmac.new(b"s", text, hashlib.sha256).hexdigest()
    headers = {
        "X-GitHub-Event": event,
        "X-GitHub-Delivery": "1",
        "X-Hub-Signature-256": f"sha256={signature}",
    }
    for expected in (int(concerned is not None), 0):
        answer = Client(headers=headers).post("/api/hooks/github", text, content_type="application/json")
        assert (answer.status_code, answer.json()) == (202, {"locations": expected})
    due = Location.objects.filter(next_attempt_at__lte=timezone.now()).values_list("type", flat=True)
    assert list(due) == ([concerned] if concerned else [])
