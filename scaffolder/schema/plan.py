"""GraphQL: what a task is going to change, what it has changed, and who agreed to it."""

from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from portal.graphql.scalars import JSON, DateTime, JSONText
from scaffolder.models import Approval, EffectRecord

PortalEffectState = graphene.Enum(
    "PortalEffectState", [(item.name, item.value) for item in EffectRecord.State]
)
PortalApprovalVerdict = graphene.Enum(
    "PortalApprovalVerdict", [(item.name, item.value) for item in Approval.Verdict]
)


class PortalPlannedEffect(graphene.ObjectType):
    """A change outside of the workspace that a task is going to make."""

    step_id = graphene.String(required=True)
    step_name = graphene.String(required=True)
    action = graphene.String(required=True)
    verb = graphene.String(required=True, description="create, commit to, register, …")
    target = graphene.String(required=True, description="What it is done to: `repository default/cart`.")
    detail = JSON(required=True, description="What will be set.")
    creates = graphene.String(description="Ref of what comes into being.")
    can_undo = graphene.Boolean(required=True)

    def resolve_step_id(root: Any, info: GraphQLResolveInfo) -> str:
        return str(root["stepId"])

    def resolve_step_name(root: Any, info: GraphQLResolveInfo) -> str:
        return str(root["stepName"])

    def resolve_creates(root: Any, info: GraphQLResolveInfo) -> str | None:
        return root["creates"] or None

    def resolve_can_undo(root: Any, info: GraphQLResolveInfo) -> bool:
        return bool(root["canUndo"])


class PortalEffect(graphene.ObjectType):
    """A change outside of the workspace that a task has made, or was about to make when it was stopped."""

    step_id = graphene.String(required=True)
    verb = graphene.String(required=True)
    target = graphene.String(required=True)
    detail = JSON(required=True)
    creates = graphene.String()
    state = PortalEffectState(required=True)
    problem = graphene.String(description="Why it could not be taken back.")
    at = DateTime(required=True)

    def resolve_detail(root: Any, info: GraphQLResolveInfo) -> JSONText:
        return JSONText(root.detail)

    def resolve_creates(root: Any, info: GraphQLResolveInfo) -> str | None:
        return root.creates or None

    def resolve_state(root: Any, info: GraphQLResolveInfo) -> str:
        return str(root.state)

    def resolve_problem(root: Any, info: GraphQLResolveInfo) -> str | None:
        return root.problem or None


class PortalApproval(graphene.ObjectType):
    """What somebody said about a plan."""

    by = graphene.String(required=True)
    verdict = PortalApprovalVerdict(required=True)
    comment = graphene.String()
    at = DateTime(required=True)
    is_for_this_plan = graphene.Boolean(required=True, description="It counts for the plan it was given for.")

    def resolve_verdict(root: Any, info: GraphQLResolveInfo) -> str:
        return str(root.verdict)

    def resolve_comment(root: Any, info: GraphQLResolveInfo) -> str | None:
        return root.comment or None

    def resolve_is_for_this_plan(root: Any, info: GraphQLResolveInfo) -> bool:
        return bool(root.plan_hash == root.task.plan_hash)
