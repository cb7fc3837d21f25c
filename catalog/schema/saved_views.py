"""GraphQL: what the catalog's list shows, kept by a name."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from catalog.models import Entity as EntityRow
from catalog.models import SavedView
from catalog.saved import services
from catalog.saved.selectors import find_saved_views
from catalog.schema.entity import Entity
from catalog.selectors import get_entities_by_refs
from portal.accounts.principal import Principal
from portal.extension.batching import introduce, load_one
from portal.graphql.nodes import Node, decode_uid
from portal.graphql.problems import WithProblems, mutation
from portal.graphql.scalars import DateTime


class PortalSavedView(graphene.ObjectType):
    """Filters, order and columns of the catalog's list by a name: the viewer's own, or a group's."""

    class Meta:
        interfaces = (Node,)
        possible_types = (SavedView,)

    name = graphene.String(required=True)
    search = graphene.String(required=True, description="The address of the list after its question mark.")
    group_ref = graphene.String(description="For all of its members; null: the viewer's own.")
    group = graphene.Field(Entity, description="Null where it is the viewer's own, or the group has gone.")
    author = graphene.String(required=True, description="Who changed it last.")
    updated_at = DateTime(required=True)

    @classmethod
    def get_node(cls, info: GraphQLResolveInfo, uid: uuid.UUID) -> SavedView | None:
        return find_saved_views(viewer=info.context.principal).filter(uid=uid).first()

    def resolve_group_ref(root: Any, info: GraphQLResolveInfo) -> str | None:
        return root.group_ref or None

    def resolve_group(root: Any, info: GraphQLResolveInfo) -> EntityRow | None:
        return load_one(_groups, root, info.context.principal)


def _groups(views: Sequence[SavedView], viewer: Principal) -> Mapping[int, EntityRow]:
    found = get_entities_by_refs({view.group_ref for view in views if view.group_ref}, viewer)
    introduce(found.values())
    return {view.pk: found[view.group_ref] for view in views if view.group_ref in found}


class SaveViewInput(graphene.InputObjectType):
    id = graphene.ID(description="Change this one; without it, a new one is kept.")
    name = graphene.String(required=True)
    search = graphene.String(required=True, description="The address of the list after its question mark.")
    group_ref = graphene.String(description="A group that you are in, to share it with; null: for yourself.")


class SaveViewPayload(WithProblems, graphene.ObjectType):
    view = graphene.Field(PortalSavedView)


class DeleteViewInput(graphene.InputObjectType):
    id = graphene.ID(required=True)


class DeleteViewPayload(WithProblems, graphene.ObjectType):
    id = graphene.ID()


def _save_view(info: GraphQLResolveInfo, input: Any) -> SaveViewPayload:
    """Keep what the catalog's list shows under a name, for oneself or for a group."""
    given = input.get("id")
    view = services.save_view(
        _known(given) if given else None,
        name=input.name,
        search=input.search,
        group_ref=input.get("group_ref"),
        actor=info.context.principal,
    )
    return SaveViewPayload(view=view)


def _known(given: str) -> uuid.UUID:
    """The uid in an id; for what is none, one that no view has."""
    return decode_uid(given, "PortalSavedView") or uuid.UUID(int=0)


def _delete_view(info: GraphQLResolveInfo, input: Any) -> DeleteViewPayload:
    """Forget a view, one's own or a group's that one is in."""
    services.delete_view(decode_uid(input.id, "PortalSavedView"), actor=info.context.principal)
    return DeleteViewPayload(id=input.id)


class SavedViewQueries:
    """Views of the list."""

    saved_views = graphene.List(
        graphene.NonNull(PortalSavedView),
        required=True,
        description="The viewer's own and those of the viewer's groups, by name.",
    )

    def resolve_saved_views(root: Any, info: GraphQLResolveInfo) -> Any:
        return introduce(find_saved_views(viewer=info.context.principal))


class SavedViewMutations:
    """Keeping views of the list."""

    save_view = mutation(SaveViewInput, SaveViewPayload, _save_view)
    delete_view = mutation(DeleteViewInput, DeleteViewPayload, _delete_view)
