"""Global ids carry no rights, whatever is written into them."""

import base64
import uuid
from typing import Any

import pytest

from catalog.models import Entity
from portal.accounts.models import ApiToken
from portal.graphql.nodes import decode_id, encode_id

pytestmark = pytest.mark.usefixtures("company")

NODE = "query($id: ID!) { node(id: $id) { __typename id } }"


def packed(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def test_every_object_is_fetched_by_its_id(graphql: Any, member: Any, company: Any, token_of: Any) -> None:
    token_of(member)
    client = graphql(member)
    found = client(
        """{ entity(ref: "component:web") { id } viewer { id }
            locations { nodes { id } } apiTokens { id } }"""
    )
    ids = {
        "Component": found["entity"]["id"],
        "Viewer": found["viewer"]["id"],
        "PortalLocation": found["locations"]["nodes"][0]["id"],
        "PortalApiToken": found["apiTokens"][0]["id"],
    }
    for type_name, id in ids.items():
        assert client(NODE, id=id)["node"] == {"__typename": type_name, "id": id}


def test_ids_of_other_types_numbers_and_nonsense_are_nothing(
    graphql: Any, member: Any, outsider: Any, token_of: Any
) -> None:
    token_of(outsider)
    web = Entity.objects.get(ref="component:default/web")
    row = web.pk
    forged = [
        packed(f"{name}:{key}")
        for name in (
            "User",
            "Component",
            "Account",
            "ApiToken",
            "PortalApiToken",
            "AuditEvent",
            "Record",
            "Task",
        )
        for key in (1, -1, row, 10**30, "", "1 OR 1=1", "../1")
    ]
    forged += [
        encode_id("User", web.uid),
        encode_id("API", web.uid),
        encode_id("Entity", web.uid),
        encode_id("PortalEntity", web.uid),
        encode_id("component", web.uid),
        encode_id("Query", web.uid),
        encode_id("String", web.uid),
        encode_id("Component", uuid.uuid4()),
        encode_id("Viewer", outsider.uid),
        encode_id("PortalApiToken", ApiToken.objects.get(account=outsider).uid),
        packed(f"Component:{web.uid.hex}"),
        packed(f"Component:{{{web.uid}}}"),
        packed(f"Component:{str(web.uid).upper()}"),
        packed(f"Component: {web.uid}"),
        "", "x", "é", "====", packed("\0"), "A" * 10_000,
    ]  # fmt: skip
    client = graphql(member)

    assert [client(NODE, id=id)["node"] for id in forged] == [None] * len(forged)


def test_an_id_has_one_spelling() -> None:
    uid = uuid.uuid4()
    assert decode_id(encode_id("Component", uid)) == ("Component", uid)
    assert decode_id(packed(f":{uid}")) is None
