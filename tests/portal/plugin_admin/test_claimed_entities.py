"""Claims inside of the catalog's selectors: questions in questions, ownership, kinds of a setting, facts."""

import json
from collections.abc import Callable

import pytest

from catalog.models import Relation
from catalog.query.entity_query import EntityOrder, RelatedTo
from portal.accounts.models import Account, NamespaceGrant
from portal.accounts.principal import SYSTEM, Principal
from portal.extension import uses
from portal.extension.acceptance import acting
from portal.extension.points import Contribution
from portal.plugin_admin.models import ClaimUse
from portal.plugin_api import ClaimRefused, Claims, Facts, load_facts
from portal.plugin_api.catalog import (
    Condition,
    Entity,
    EntityQuery,
    edges_to,
    entities_of,
    find_entities,
    owned_by_team,
    owned_uids_by_team,
    related_by_entity,
)
from portal.plugin_api.testing import with_settings
from tests.dummy_plugin.apps import DummyPlugin
from tests.portal.plugin_admin.conftest import make
from tests.portal.plugin_admin.test_claims import panel

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    "query",
    [
        EntityQuery(any_of=(EntityQuery(where=(Condition("spec.owner", prefix="s"),)),)),
        EntityQuery(none_of=(EntityQuery(all_of=(EntityQuery(owner=("group:default/x",)),)),)),
        EntityQuery(related=(RelatedTo("ownedBy", EntityQuery()),)),
        EntityQuery(order=EntityOrder(key="spec.owner")),
        EntityQuery(tags=("secret-tag",)),
    ],
)
def test_a_question_inside_of_a_question_is_refused_too(dummy, engine, decide, query):
    decide(kinds=["Component"], fields=["spec.type"])
    with acting("dummy"), pytest.raises(ClaimRefused):
        find_entities(query, viewer=SYSTEM)
    uses.flush()
    assert ClaimUse.objects.filter(plugin="dummy", claim="fields", refused=1).count() == 1


def test_ownership_and_relations_are_claims_of_their_own(dummy, engine, decide, monkeypatch):
    monkeypatch.setattr(DummyPlugin, "claims", Claims(kinds=("*",), fields=("spec", "relations")))
    crew = make("Group", "secret-owner")
    system = make("System", "fleet")
    Relation.objects.create(
        source=engine, type="partOf", inverse="hasPart", target_ref=system.ref, target_namespace="default"
    )
    decide(kinds=["*"], fields=["spec.owner"])
    with acting("dummy"):
        assert [each.ref for each in owned_by_team([crew], SYSTEM)[crew.pk]] == [
            engine.ref,
            system.ref,
            crew.ref,
        ]
        assert owned_uids_by_team([crew], SYSTEM) == {crew.pk: {engine.uid, system.uid, crew.uid}}
        assert related_by_entity([engine], viewer=SYSTEM) == {engine.pk: []}
        assert list(edges_to("System", "partOf", viewer=SYSTEM)) == []
    decide(kinds=["*"], fields=["relations"])
    with acting("dummy"):
        [related] = related_by_entity([engine], viewer=SYSTEM)[engine.pk]
        assert related.target_ref == system.ref
        assert list(edges_to("System", "partOf", viewer=SYSTEM)) == [(engine.ref, system.ref)]
        with pytest.raises(ClaimRefused, match=r"reading spec\.owner"):
            owned_uids_by_team([crew], SYSTEM)
        with pytest.raises(ClaimRefused, match=r"reading spec\.owner"):
            owned_by_team([crew], SYSTEM)
    decide(kinds=["Component"], fields=["relations", "spec.owner"])
    with acting("dummy"):
        assert owned_uids_by_team([crew], SYSTEM) == {crew.pk: {engine.uid}}
        assert list(edges_to("System", "partOf", viewer=SYSTEM)) == []


def test_entities_of_a_kind_are_those_that_are_seen_and_accepted(dummy, engine, decide, monkeypatch):
    monkeypatch.setattr(DummyPlugin, "claims", Claims(kinds=("*",), fields=("*",)))
    spec = {"type": "sketch", "owner": "secret-owner"}
    for kind, name in (("Component", "sketch"), ("Component", "hidden"), ("Resource", "store")):
        make(kind, name, {"kind": kind, "metadata": {"name": name}, "spec": spec})
    Entity.objects.exclude(pk=engine.pk).update(terms=["spec.type=sketch"])
    Entity.objects.filter(name="hidden").update(namespace="closed")
    NamespaceGrant.objects.create(namespace="closed", subject="group:default/crew", role="reader")
    sketches, components = entities_of("Component", "sketch"), entities_of("Component")
    somebody = Principal(Account(user_ref="user:default/somebody"))

    def refs(find: Callable[[Principal], list[Entity]], viewer: Principal) -> list[str]:
        with acting("dummy"):
            return [entity.name for entity in find(viewer)]

    decide(kinds=["Component"], fields=["spec.type"])
    for _ in range(2):
        assert refs(sketches, SYSTEM) == ["hidden", "sketch"]
        assert refs(sketches, somebody) == ["sketch"]
        assert refs(components, somebody) == ["engine", "sketch"]
    with acting("dummy"):
        [sketch] = sketches(somebody)
    assert sketch.content["spec"] == {"type": "sketch"}
    decide(kinds=["Resource"], fields=["*"])
    assert refs(sketches, SYSTEM) == []


def test_kinds_may_be_those_of_a_setting_which_an_administrator_narrows(
    dummy, engine, graphql, member, decide, monkeypatch
):
    monkeypatch.setattr(DummyPlugin, "claims", Claims(kinds=("setting:greeting",), fields=("*",)))
    system = make("System", "fleet")

    def seen() -> list[str]:
        with acting("dummy"):
            return sorted(find_entities(EntityQuery(), viewer=SYSTEM).values_list("ref", flat=True))

    decide(kinds=["setting:greeting"])
    with with_settings("dummy", greeting="System"):
        assert seen() == [system.ref]
        assert panel(graphql, member, system.ref)["failed"] is None
        assert decide(kinds=["System"])["problems"] == []
        assert seen() == [system.ref]
    with with_settings("dummy", greeting="Component"):
        assert seen() == [], "what was accepted is no longer what it claims"
        assert decide(kinds=["System"])["problems"] != []


def test_facts_are_of_what_their_own_plugin_was_accepted_for(dummy, engine, decide):
    """Who asks for facts may have been accepted for less: the document is not narrowed twice."""
    seen: list[str] = []
    facts = Facts((), lambda entities: seen.extend(each.document for each in entities) or {})
    decide(kinds=["Component"])
    with acting("dummy"):
        [narrow] = find_entities(EntityQuery(), viewer=SYSTEM)
        assert narrow.content["metadata"]["annotations"] == {}
        load_facts(Contribution("ci", "facts", facts, 100), [narrow])
    assert json.loads(seen[0])["spec"]["owner"] == "secret-owner"
    assert "dummy.example/berth" not in seen[0], "and of ci's own claims it is narrowed"
