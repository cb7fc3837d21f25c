"""Global ids: every object that can be fetched by itself has an id made of its type and its uid."""

import base64
import binascii
import uuid
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

TYPE = "_portal_node_type"


class Node(graphene.Interface):
    """An object with a global id. An id carries no rights: every fetch is checked."""

    id = graphene.ID(required=True, description="base64url of `<Type>:<uid>`")

    @classmethod
    def resolve_type(cls, root: Any, info: GraphQLResolveInfo) -> Any:
        return root.__dict__[TYPE]

    def resolve_id(root: Any, info: GraphQLResolveInfo) -> str:
        return encode_id(info.parent_type.name, root.uid)


def encode_id(type_name: str, uid: uuid.UUID | str) -> str:
    """The global id of an object: base64url("Type:uid") without padding."""
    return base64.urlsafe_b64encode(f"{type_name}:{uid}".encode()).rstrip(b"=").decode()


def decode_id(text: str) -> tuple[str, uuid.UUID] | None:
    """The type name and uid in a global id; None for anything that is not one."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True).decode()
        type_name, _, uid = raw.partition(":")
        parsed = uuid.UUID(uid)
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    return (type_name, parsed) if type_name and str(parsed) == uid else None


def decode_uid(text: str, type_name: str) -> uuid.UUID | None:
    """The uid in a global id of that type; None for other types and for what is not an id."""
    decoded = decode_id(text)
    return decoded[1] if decoded and decoded[0] == type_name else None


class NodeQueries:
    """`node(id:)`: a type that implements Node answers `get_node(info, uid)` for what its viewer may see."""

    node = graphene.Field(
        Node,
        id=graphene.ID(required=True),
        description="Any object by its global id; null where it does not exist or may not be seen.",
    )

    def resolve_node(root: Any, info: GraphQLResolveInfo, id: str) -> Any:
        decoded = decode_id(id)
        if decoded is None:
            return None
        graphene_type = getattr(info.schema.get_type(decoded[0]), "graphene_type", None)
        get_node = getattr(graphene_type, "get_node", None)
        found = get_node(info, decoded[1]) if get_node else None
        if found is not None:
            found.__dict__[TYPE] = graphene_type
        return found
