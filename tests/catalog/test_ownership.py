"""What teams own, through the groups below them, in two statements for any number of teams."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.extension_points import entity_panels
from catalog.query.ownership import owned_by_team, owned_by_viewer
from catalog.selectors import get_entities_by_refs
from portal.accounts.models import NamespaceGrant
from portal.accounts.principal import SYSTEM, Principal
from tests.dummy_plugin.contributions import CrewPanel

pytestmark = pytest.mark.django_db(transaction=True)
COMPANY = """
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: fleet}
spec: {type: department, children: [deck]}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: deck}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: bridge}
spec: {type: team, parent: fleet, children: [], members: [member]}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: member}
spec: {memberOf: []}
"""
COMPONENT = """---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {{name: {name}, namespace: {namespace}}}
spec: {{type: service, lifecycle: production, owner: group:default/{owner}}}
"""


@pytest.fixture
def company(folder):
    made = [("mast", "deck", "default"), ("helm", "bridge", "default"), ("log", "fleet", "default"),
            ("safe", "bridge", "closed"), ("crane", "harbour", "default")]  # fmt: skip
    parts = [COMPONENT.format(name=name, owner=owner, namespace=where) for name, owner, where in made]
    folder.write("all.yaml", COMPANY + "".join(parts))
    assert folder.add().exit_code == 0


def names(entities):
    return [entity.name for entity in entities]


def test_a_team_owns_what_the_groups_below_it_own(company):
    refs = ["group:default/fleet", "group:default/deck", "group:default/bridge"]
    teams = get_entities_by_refs(refs, SYSTEM)
    with CaptureQueriesContext(
        connection,
    ) as statements:
        owned = owned_by_team(list(teams.values()), SYSTEM)
    assert {ref: names(owned[team.pk]) for ref, team in teams.items()} == {
        "group:default/fleet": ["helm", "log", "mast", "safe"], "group:default/deck": ["mast"],
        "group:default/bridge": ["helm", "safe"],
    }  # fmt: skip
    assert len(statements) == 2


def test_what_is_hidden_from_the_viewer_is_not_owned(company, member, outsider):
    NamespaceGrant.objects.create(namespace="closed", subject="user:default/member", role="reader")
    [team] = get_entities_by_refs(["group:default/bridge"], SYSTEM).values()
    assert names(owned_by_team([team], Principal(outsider))[team.pk]) == ["helm"]
    assert names(owned_by_viewer(Principal(member))) == ["helm", "log", "safe"]
    assert owned_by_viewer(SYSTEM) == []


def test_a_team_panel_is_shown_of_groups_in_its_own_slot(company, graphql, member):
    query = """query($ref: String!) { entity(ref: $ref) { panels(slot: TEAM) {
        title slot blocks { ... on StatBlock { value } } } } }"""
    with entity_panels.temporarily(CrewPanel, plugin="dummy"):
        group = graphql(member)(query, ref="group:default/deck")["entity"]["panels"]
        component = graphql(member)(query, ref="component:default/helm")["entity"]["panels"]
    crew = {"title": "Crew", "slot": "TEAM", "blocks": [{"value": "mast"}]}
    assert [each for each in group if each["title"] == "Crew"] == [crew]
    assert component == []
