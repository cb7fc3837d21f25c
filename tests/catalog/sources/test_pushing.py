"""Scripts deliver what they know: whole or as a difference, in parts, again after an interruption."""

import json

import pytest

from catalog.models import Entity, Location, PushDelivery, PushedDocument, SourceRun
from catalog.refresh.pushing import take_deliveries
from portal.audit.models import Record


def component(name, **spec):
    return {
        "apiVersion": "backstage.io/v1alpha1", "kind": "Component", "metadata": {"name": name},
        "spec": {"type": "service", "lifecycle": "production", "owner": "team-a", **spec},
    }  # fmt: skip


@pytest.fixture
def source(member, graphql):
    query = 'mutation { registerLocation(input: {target: "push:inventory"}) { problems { code } } }'
    assert graphql(member)(query)["registerLocation"]["problems"] == []
    return Location.objects.get()


@pytest.fixture
def deliver(source, bearer, member):
    client = bearer(member, "read", "catalog:write")

    def send(key, *entities, **body):
        path = f"/api/catalog/sources/{source.uid}/deliveries/{key}"
        return client.put(path, json.dumps({"entities": entities, **body}), content_type="application/json")

    return send


def test_a_full_delivery_is_what_the_source_declares(deliver, names, source):
    answer = deliver("1", component("a"), component("b"))
    assert (answer.status_code, answer.json()["state"]) == (202, "finished")
    assert answer.json()["result"]["added"] == 2
    assert names() == ["a", "b"]
    deliver("2", component("b"), component("c"))
    assert names() == ["b", "c"]
    entity = Entity.objects.get(ref="component:default/b")
    where = entity.content["metadata"]["annotations"]["backstage.io/managed-by-location"]
    assert where == "push:inventory/component/default/b.json"


def test_a_delta_changes_what_it_names_and_nothing_else(deliver, names):
    deliver("1", *[component(f"c{n:02}") for n in range(30)])
    before = dict(Entity.objects.values_list("ref", "generation"))
    answer = deliver("2", component("c01", lifecycle="retired"), component("new"),
                     mode="delta", remove=["component:default/c02"])  # fmt: skip
    result = answer.json()["result"]
    assert (result["added"], result["changed"], result["removed"]) == (1, 1, 1)
    assert len(names()) == 30 and "c02" not in names()
    after = dict(Entity.objects.values_list("ref", "generation"))
    untouched = {ref for ref in before if after.get(ref) == before[ref]}
    assert len(untouched) == 29, "28 components and the location itself"
    assert PushedDocument.objects.count() == 30


def test_a_broken_document_spoils_itself_only(deliver, names, source):
    deliver("1", component("a"), component("b"))
    answer = deliver("2", component("a", owner=7), component("b", lifecycle="retired"), {"kind": 3})
    assert answer.json()["result"]["changed"] == 1
    assert names() == ["a", "b"]
    found = source.problems.exclude(code="UNRESOLVED_REFERENCE")
    assert set(found.values_list("path", flat=True)) == {
        "component/default/a.json", "document-2.json",
    }  # fmt: skip
    deliver("3", component("c"), mode="delta")
    assert found.count() == answer.json()["result"]["problems"], "a delta leaves other problems"


def test_parts_come_in_any_order_and_again_after_an_interruption(deliver, names, bearer, member, source):
    deliver("big", component("b"), part=1, last=False)
    assert names() == []
    early = deliver("big", component("d"), part=3, last=True)
    assert (early.status_code, early.json()["error"]["code"]) == (400, "PARTS_MISSING")
    path = f"/api/catalog/sources/{source.uid}/deliveries/big"
    state = bearer(member, "read", "catalog:write").get(path).json()
    assert (state["state"], state["parts"]) == ("open", [1])
    deliver("big", component("wrong"), part=0, last=False)
    deliver("big", component("a"), part=0, last=False)
    deliver("big", component("c"), part=2, last=False)
    assert names() == []
    assert deliver("big", component("d"), part=3, last=True).json()["result"]["added"] == 4
    assert names() == ["a", "b", "c", "d"]
    again = deliver("big", component("x"), part=0)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "DELIVERY_COMPLETE")
    assert take_deliveries() == 0


def test_an_empty_or_much_smaller_delivery_waits_for_approval(deliver, names, source):
    deliver("1", *[component(f"c{n:02}") for n in range(30)])
    assert deliver("2").json()["result"]["held"] == 30
    assert deliver("3", component("c01")).json()["result"]["held"] == 29
    assert len(names()) == 30
    assert SourceRun.objects.latest("id").outcome == "held"


def test_only_who_manages_the_source_delivers_with_a_scope(source, bearer, outsider, member, names):
    path = f"/api/catalog/sources/{source.uid}/deliveries/1"
    body = json.dumps({"entities": [component("a")]})
    for client in (bearer(outsider, "read", "catalog:write"), bearer(member, "read")):
        assert client.put(path, body, content_type="application/json").status_code == 403
        assert client.get(path).status_code in (403, 404)
    assert (names(), PushDelivery.objects.count()) == ([], 0)
    assert Record.objects.filter(action="location.deliver", outcome="denied").count() == 2


@pytest.mark.parametrize(
    "body",
    [{"mode": "x"}, {"part": -1}, {"part": 1000}, {"entities": "x"}, {"entities": [1]},
     {"remove": ["component:a"]}, {"mode": "delta", "remove": ["no ref"]}, {"part": "x"}],
)  # fmt: skip
def test_a_delivery_of_another_form_is_refused(deliver, body):
    answer = deliver("1", **body) if "entities" not in body else None
    answer = answer or deliver("1", **{**body})
    assert answer.status_code == 400
    assert PushDelivery.objects.count() == 0


def test_deliveries_go_to_push_sources_only(deliver, web, add, bearer, admin):
    from tests.catalog.sources.conftest import components

    web.routes["/a.yaml"] = (200, {}, components("one").encode())
    add(f"{web.url}/a.yaml")
    other = Location.objects.exclude(type="push").get()
    token = bearer(admin, "read", "catalog:write")
    Location.objects.filter(pk=other.pk).update(registered_by="user:default/admin")
    path = f"/api/catalog/sources/{other.uid}/deliveries/1"
    answer = token.put(path, json.dumps({"entities": []}), content_type="application/json")
    assert answer.status_code == 400
    assert "push: locations" in answer.json()["error"]["message"]


@pytest.mark.parametrize("target", ["push:../x", "push:a/b", "push:--x", "push:http://127.0.0.1/x"])
def test_the_name_of_a_push_source_is_a_name(db, add, target):
    assert "Error" in add(target)
    assert not Location.objects.exists()
