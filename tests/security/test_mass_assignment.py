"""Fields that nobody offered, sent all the same: in mutations, in REST bodies, in descriptors."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from catalog.models import Entity, Location
from catalog.services import register_location
from portal.accounts.models import Account
from portal.accounts.principal import SYSTEM
from portal.schema import schema
from scaffolder.models import Task
from tests.scaffolder.conftest import make_template  # noqa: F401 - fixture

pytestmark = pytest.mark.django_db

OURS = {
    "pk": 1,
    "uid": "00000000-0000-4000-8000-000000000000",
    "account": 1,
    "createdBy": "user:default/boss",
    "registeredBy": "user:default/boss",
    "isStaff": True,
    "isSuperuser": True,
    "trusted": True,
    "status": "completed",
    "relations": [],
    "etag": "x",
}
DESCRIPTOR = """
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: web, uid: 00000000-0000-4000-8000-000000000000, etag: mine, generation: 99}
relations: [{type: ownedBy, targetRef: "user:default/boss"}]
status: {items: [{level: info, type: x, message: all is well}]}
spec: {type: service, lifecycle: production, owner: team-a}
"""


@pytest.mark.parametrize("name", sorted(schema.graphql_schema.mutation_type.fields))
def test_no_mutation_takes_a_field_that_it_does_not_offer(name: str, graphql: Any, member: Account) -> None:
    offered = schema.graphql_schema.mutation_type.fields[name].args["input"].type
    not_offered = {field: OURS[field] for field in OURS.keys() - offered.of_type.fields.keys()}
    query = f"mutation($input: {offered}) {{ {name}(input: $input) {{ problems {{ code }} }} }}"
    answer = graphql(member).post(query, input=not_offered)
    assert answer.status_code == 400
    for field in not_offered:
        assert f"Field '{field}' is not defined by type" in answer.content.decode()


def test_a_location_is_registered_by_who_asks_and_is_not_trusted(
    bearer: Callable[..., Client], member: Account, settings: Any, tmp_path: Path
) -> None:
    settings.CATALOG_ROOTS = [tmp_path]
    target = tmp_path / "catalog-info.yaml"
    target.write_text(DESCRIPTOR)
    client = bearer(member, "read", "catalog:write")
    body = {"type": "file", "target": str(target)}
    for field, value in OURS.items():
        answer = client.post(
            "/api/catalog/locations", {**body, field: value}, content_type="application/json"
        )
        assert (answer.status_code, field in answer.content.decode()) == (400, True)
    assert not Location.objects.exists()
    assert client.post("/api/catalog/locations", body, content_type="application/json").status_code == 201
    location = Location.objects.get()
    assert (location.registered_by, location.trusted) == ("user:default/member", False)


def test_a_descriptor_does_not_say_what_the_catalog_says(
    bearer: Callable[..., Client], member: Account, tmp_path: Path
) -> None:
    (tmp_path / "catalog-info.yaml").write_text(DESCRIPTOR)
    register_location(f"file:{tmp_path}/catalog-info.yaml", actor=SYSTEM)
    entity = bearer(member).get("/api/catalog/entities/by-name/component/default/web").json()
    assert entity["metadata"]["uid"] == str(Entity.objects.get(name="web").uid) != OURS["uid"]
    assert entity["metadata"]["etag"] != "mine"
    assert [relation["targetRef"] for relation in entity["relations"]] == ["group:default/team-a"]
    assert "all is well" not in str(entity)


def test_a_task_is_of_who_submits_it(
    bearer: Callable[..., Client],
    member: Account,
    make_template: Callable[..., Entity],  # noqa: F811 - fixture
) -> None:
    make_template({"id": "log", "action": "debug:log", "input": {"message": "a"}})
    body = {"templateRef": "template:default/service", "values": {"name": "a"}, **OURS}
    client = bearer(member, "read", "scaffolder:run")
    answer = client.post("/api/scaffolder/v2/tasks", body, content_type="application/json")
    assert answer.status_code == 201, answer.content
    task = Task.objects.get()
    assert str(task.uid) == answer.json()["id"] != OURS["uid"]
    assert (task.created_by, task.account, task.status) == ("user:default/member", member, "open")
