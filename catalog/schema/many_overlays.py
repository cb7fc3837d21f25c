"""GraphQL: one field of many entities is overlaid, looked at before it is done."""

from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from catalog.provenance.many_overlays import Planned, Wanted, preview_overlays, set_overlays
from catalog.provenance.overlay_services import UNSAID
from portal.graphql.problems import Problem, WithProblems, mutation, problems_of
from portal.graphql.scalars import JSON


class OverlayValueInput(graphene.InputObjectType):
    """What one entity is to have at the path."""

    ref = graphene.String(required=True)
    value = JSON(description="Null takes the field out; it must be said.")
    expected_etag = graphene.String(description="Refuse where the entity has another one by now.")


class SetOverlaysInput(graphene.InputObjectType):
    path = graphene.String(required=True, description="JSON pointer: /spec/owner")
    values = graphene.List(graphene.NonNull(OverlayValueInput), required=True, description="At most 100.")
    reason = graphene.String(required=True, description="Why the descriptors do not have the say.")
    dry_run = graphene.Boolean(
        default_value=False, description="Only say what would happen; needs no reason yet."
    )


class OverlayOutcome(graphene.ObjectType):
    """What becomes of one entity's field."""

    ref = graphene.String(required=True)
    before = JSON()
    after = JSON()
    refused = graphene.Field(Problem, description="Why nothing would become of it; only of a dry run.")

    def resolve_refused(root: Any, info: GraphQLResolveInfo) -> Problem | None:
        return problems_of(root.refused)[0] if root.refused else None


class SetOverlaysPayload(WithProblems, graphene.ObjectType):
    outcomes = graphene.List(graphene.NonNull(OverlayOutcome), required=True, default_value=())


def _set_overlays(info: GraphQLResolveInfo, input: Any) -> SetOverlaysPayload:
    """Let values stand at one path of many entities; of all of them or, where one is refused, of none."""
    actor = info.context.principal
    given = input["values"]
    wanted = [Wanted(each.ref, each.get("value", UNSAID), each.get("expected_etag")) for each in given]
    done: list[Planned]
    if input.dry_run:
        done = preview_overlays(wanted, path=input.path, viewer=actor)
    else:
        done = set_overlays(wanted, path=input.path, reason=input.reason, actor=actor)
    return SetOverlaysPayload(outcomes=done)


class ManyOverlaysMutations:
    """Overlaying many entities at once."""

    set_overlays = mutation(SetOverlaysInput, SetOverlaysPayload, _set_overlays)
