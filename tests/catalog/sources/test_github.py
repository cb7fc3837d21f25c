"""A GitHub organisation: descriptors in its repositories, its teams and members, through PyGithub."""

import json
import subprocess
import sys

import pytest
from django.core.cache import cache
from django.utils import timezone

from catalog.models import Entity, Location, PendingRemoval
from catalog.polling import poll_due
from catalog.selectors import get_entity
from portal.accounts.principal import SYSTEM
from tests.catalog.sources.conftest import components
from tests.catalog.sources.fake_github import FakeGitHub


@pytest.fixture
def github(settings, db):
    with FakeGitHub() as fake:
        settings.OUTBOUND_PRIVATE = [*settings.OUTBOUND_PRIVATE, fake.host]
        entry = {"url": f"{fake.url}/acme/", "kind": "github", "token": "canary", "webhookSecret": "s"}
        settings.CREDENTIALS = json.dumps([entry])
        for name in ("api", "docs", "web"):
            fake.push(name, components(name))
        fake.push("empty", None)
        yield fake
    cache.clear()


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
    del github.repositories["api"]
    poll()
    assert names() == ["docs", "new"]


@pytest.mark.parametrize(
    ("place", "expected"),
    [("/web", ["web"]), ("/*-service", ["a-service"]), ("/a*/blob/-/catalog-info.yaml", ["a-service", "api"]),
     ("?topic=backstage", ["a-service"])],
)  # fmt: skip
def test_repositories_are_chosen_by_name_and_topic(github, add, names, place, expected):
    github.push("a-service", components("a-service"), topics=["x", "backstage"])
    github.push("old-service", components("old"), archived=True)
    add(f"github-discovery:{github.url}/acme{place}")
    assert names() == expected


def test_a_repository_that_cannot_be_read_keeps_what_it_had_and_is_tried_again(
    github, add, poll, names, problems
):
    add(f"github-discovery:{github.url}/acme")
    github.push("web", components("web", "more"))
    github.push("api", components("api", "second"))
    github.broken = {"/repos/acme/web/contents/catalog-info.yaml"}
    poll()
    assert names() == ["api", "docs", "second", "web"]
    assert problems("path") == ["web/catalog-info.yaml"]
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


def test_teams_and_members_become_groups_and_users(github, add, poll):
    github.teams = {"core": ["Jane", "joe"], "web": ["joe"], "ops": []}
    github.parents = {"web": "core"}
    github.members = ["Jane", "joe", "sam"]
    output = add(f"github-org:{github.url}/acme", "--trusted")
    assert output.endswith(": 6 entities, 0 problems.\n")
    joe = get_entity("user:joe", viewer=SYSTEM).content
    assert joe["spec"] == {"profile": {"picture": "https://avatars.example/joe"}, "memberOf": ["core", "web"]}
    web = get_entity("group:web", viewer=SYSTEM).content
    assert (web["spec"]["parent"], web["metadata"]["description"]) == ("core", "Team web")
    assert (
        get_entity("user:jane", viewer=SYSTEM).content["metadata"]["annotations"]["github.com/user-login"]
        == "Jane"
    )
    generation = Entity.objects.get(ref="user:default/sam").generation
    github.teams["web"].append("sam")
    poll()
    assert Entity.objects.get(ref="user:default/sam").generation > generation
    assert Entity.objects.get(ref="user:default/jane").generation <= generation


def test_people_come_from_trusted_locations_only(github, add):
    github.teams, github.members = {"core": ["jane"]}, ["jane"]
    output = add(f"github-org:{github.url}/acme")
    assert output.count("KIND_NOT_ALLOWED") == 2
    assert not Entity.objects.filter(kind__in=("User", "Group")).exists()


@pytest.mark.parametrize(
    "target",
    ["github-discovery:http://127.0.0.1:1/acme", "github-org:http://169.254.169.254/acme", "github-org:acme",
     "github-discovery:https://github.com", "github-discovery:file:///etc", "github-org:https://u:p@github.com/x",
     "github-discovery:https://github.com/a/b/blob/-/**/x.yaml"],
)  # fmt: skip
def test_addresses_that_are_no_organisation_are_refused(db, add, target):
    assert add(target).startswith("Error: ")
    assert not Location.objects.exists()


def test_a_web_process_loads_no_client_of_github():
    code = "import portal.wsgi, sys; print(sorted({'github', 'kubernetes'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
