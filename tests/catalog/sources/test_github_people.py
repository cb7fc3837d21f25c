"""Teams and members of an organisation at GitHub, who become groups and users."""

import pytest

from catalog.models import Entity
from catalog.selectors import get_entity
from portal.accounts.principal import SYSTEM


@pytest.mark.parametrize("page", ["/orgs/acme/members", "/orgs/acme/teams/web/members"])
def test_an_organisation_of_which_a_part_cannot_be_read_keeps_its_people(github, add, poll, page):
    github.teams, github.members = {"core": ["jane"], "web": ["joe"]}, ["jane", "joe", "sam"]
    add(f"github-org:{github.url}/acme", "--trusted")
    people = sorted(Entity.objects.filter(kind__in=("User", "Group")).values_list("ref", "document"))
    assert len(people) == 5
    github.broken = {page}
    github.teams["core"], github.members = [], ["jane"]
    assert poll().failures == 1
    assert sorted(Entity.objects.filter(kind__in=("User", "Group")).values_list("ref", "document")) == people


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
