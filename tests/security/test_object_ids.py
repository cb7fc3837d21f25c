"""Global ids carry no rights: rewritten, foreign and senseless ones find nothing."""

import base64
import uuid

import pytest

from portal.accounts.models import ApiToken
from portal.accounts.principal import SYSTEM, Principal
from portal.audit.models import Record
from portal.audit.services import record
from portal.schema import schema

NODE = "query ($id: ID!) { node(id: $id) { __typename id } }"

pytestmark = pytest.mark.django_db


def encoded(text):
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def node(client, text):
    answer = client.post(NODE, id=text)
    assert answer.status_code == 200, answer.content
    return answer.json()["data"]["node"]


def test_ones_own_token_is_found_by_its_id(member, token_of, graphql):
    token_of(member)
    own = encoded(f"PortalApiToken:{ApiToken.objects.get().uid}")
    assert node(graphql(member), own) == {"__typename": "PortalApiToken", "id": own}


def test_every_type_answers_null_for_what_is_not_the_viewers(member, outsider, admin, token_of, graphql):
    token_of(member)
    row = record("x.y", actor=Principal(account=member), target="x")
    uids = [ApiToken.objects.get().uid, member.uid, admin.uid, row.uid, uuid.uuid4()]
    types = [*schema.graphql_schema.type_map, "Account", "ApiToken", "AuditEvent", "Record", "Task"]
    client = graphql(outsider)

    found = [
        (name, uid) for name in types for uid in uids if node(client, encoded(f"{name}:{uid}")) is not None
    ]

    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "User:1",
        "ApiToken:1",
        "AuditEvent:1",
        "Task:1",
        "PortalApiToken:1",
        "PortalApiToken:-1",
        "PortalApiToken:0",
        "PortalApiToken:99999999999999999999999",
        "PortalApiToken:",
        ":",
        "PortalApiToken",
        "Viewer:1",
        "Query:1",
        "PortalApiToken:' OR 1=1 --",
        "PortalApiToken:\x00",
    ],
)
def test_a_senseless_id_finds_nothing(text, member, token_of, graphql):
    token_of(member)
    assert node(graphql(member), encoded(text)) is None
    assert node(graphql(member), text.replace("\x00", "")) is None


def test_a_token_sees_no_tokens_by_id(member, bearer):
    client = bearer(member)
    own = encoded(f"PortalApiToken:{ApiToken.objects.get().uid}")
    body = {"query": NODE, "variables": {"id": own}}

    answer = client.post("/graphql", body, content_type="application/json")

    assert answer.json()["data"]["node"] is None
    assert not Record.objects.filter(actor=SYSTEM.label).exists()
