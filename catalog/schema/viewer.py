"""Who is asking: the account, its User entity, its groups, what it owns and what it marked."""

import uuid
from dataclasses import dataclass
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from catalog.entities.values import display_name
from catalog.models import Entity as EntityRow
from catalog.permissions import subjects_of
from catalog.schema.entity import Entity
from catalog.schema.filters import EntityFilter, to_query
from catalog.schema.lists import entities_page
from catalog.selectors import EntityQuery, find_entities, get_entities_by_refs
from portal.accounts.principal import Principal
from portal.extension.batching import introduce
from portal.graphql.nodes import Node
from portal.graphql.pagination import Page, connection_field

MAX_FAVOURITES = 100


@dataclass
class ViewerRow:
    """The principal as the object behind `viewer`; what several fields need is read once."""

    principal: Principal
    uid: uuid.UUID
    _subjects: frozenset[str] | None = None
    _entities: dict[str, EntityRow] | None = None

    @property
    def subjects(self) -> frozenset[str]:
        if self._subjects is None:
            self._subjects = subjects_of(self.principal)
        return self._subjects

    @property
    def entities(self) -> dict[str, EntityRow]:
        """The User entity and the groups that exist, by ref."""
        if self._entities is None:
            self._entities = get_entities_by_refs(self.subjects, self.principal)
            introduce(self._entities.values())
        return self._entities

    @property
    def user(self) -> EntityRow | None:
        return self.entities.get(self.principal.user_ref or "")


class Viewer(graphene.ObjectType):
    """The account that asks."""

    class Meta:
        interfaces = (Node,)

    username = graphene.String(required=True)
    display_name = graphene.String(required=True)
    email = graphene.String(required=True)
    is_admin = graphene.Boolean(required=True)
    user_ref = graphene.String()
    user = graphene.Field(Entity, description="The linked User entity; null if not linked or not there.")
    groups = graphene.List(graphene.NonNull(Entity), required=True, description="Transitively.")
    ownership_refs = graphene.List(
        graphene.NonNull(graphene.String), required=True, description="The user's ref and all its groups'."
    )
    owned = connection_field(Entity, filter=EntityFilter(), description="What the viewer or a group owns.")
    favourites = graphene.List(graphene.NonNull(Entity), required=True, description="By name, the first 100.")
    scopes = graphene.List(graphene.NonNull(graphene.String), description="Null for a session.")

    @classmethod
    def get_node(cls, info: GraphQLResolveInfo, uid: uuid.UUID) -> ViewerRow | None:
        row = viewer_row(info.context.principal)
        return row if row.uid == uid else None

    def resolve_username(root: Any, info: GraphQLResolveInfo) -> str:
        return str(root.principal.account.get_username())

    def resolve_display_name(root: Any, info: GraphQLResolveInfo) -> str:
        account = root.principal.account
        return account.get_full_name() or (display_name(root.user) if root.user else account.get_username())

    def resolve_email(root: Any, info: GraphQLResolveInfo) -> str:
        return str(root.principal.account.email)

    def resolve_is_admin(root: Any, info: GraphQLResolveInfo) -> bool:
        return bool(root.principal.is_admin)

    def resolve_user_ref(root: Any, info: GraphQLResolveInfo) -> str | None:
        ref: str | None = root.principal.user_ref
        return ref

    def resolve_groups(root: Any, info: GraphQLResolveInfo) -> list[EntityRow]:
        groups = [entity for entity in root.entities.values() if entity.kind == "Group"]
        return sorted(groups, key=lambda group: group.sort_name)

    def resolve_ownership_refs(root: Any, info: GraphQLResolveInfo) -> list[str]:
        return sorted(root.subjects, key=lambda ref: (ref != root.principal.user_ref, ref))

    def resolve_owned(
        root: Any,
        info: GraphQLResolveInfo,
        first: int | None = None,
        after: str | None = None,
        filter: Any = None,
    ) -> Page:
        query = to_query(filter).among(owned=True)
        return entities_page(query, info, first=first, after=after, filter=filter)

    def resolve_favourites(root: Any, info: GraphQLResolveInfo) -> list[EntityRow]:
        rows = find_entities(EntityQuery(favourite=True), viewer=root.principal)
        return introduce(rows[:MAX_FAVOURITES])

    def resolve_scopes(root: Any, info: GraphQLResolveInfo) -> list[str] | None:
        scopes = root.principal.scopes
        return None if scopes is None else sorted(scopes)


def viewer_row(principal: Principal) -> ViewerRow:
    assert principal.account is not None  # the portal itself does not ask through the API
    return ViewerRow(principal, principal.account.uid)


class ViewerQueries:
    """Who am I."""

    viewer = graphene.Field(Viewer, required=True)

    def resolve_viewer(root: Any, info: GraphQLResolveInfo) -> ViewerRow:
        return viewer_row(info.context.principal)
