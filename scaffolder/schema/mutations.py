"""GraphQL: running templates, and what people decide about tasks."""

from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from portal.extension.batching import introduce
from portal.graphql.nodes import decode_uid
from portal.graphql.problems import WithProblems, mutation
from portal.graphql.scalars import JSON
from scaffolder import permissions, services
from scaffolder.models import Task
from scaffolder.running import lifecycle
from scaffolder.schema.task import PortalTask, PortalTaskPriority

SECRETS = "Names and texts: kept encrypted, shown to nobody, gone when the task ends."


class RunTemplateInput(graphene.InputObjectType):
    template_ref = graphene.String(required=True)
    parameters = JSON(required=True)
    secrets = JSON(description=SECRETS)
    plan_first = graphene.Boolean(
        default_value=False,
        description="Compute the plan and wait for your approval before anything changes.",
    )
    priority = PortalTaskPriority(description="LOW lets other tasks go first; HIGH is for administrators.")
    idempotency_key = graphene.String(description="Asking again with the same key gives the same task.")


class UpdateFromTemplateInput(graphene.InputObjectType):
    entity_ref = graphene.String(required=True, description="An entity that a template has made.")
    parameters = JSON(description="Answers to put over those of then, and to what the template asks now.")
    plan_first = graphene.Boolean(
        default_value=False, description="Show what would be merged, and wait for your approval."
    )


class CancelTaskInput(graphene.InputObjectType):
    id = graphene.ID(required=True)


class RetryTaskInput(graphene.InputObjectType):
    id = graphene.ID(required=True)
    parameters = JSON(description="Other values for the form; the same ones if left out.")
    secrets = JSON(description=f"Those that the task had. {SECRETS}")


class UndoTaskInput(graphene.InputObjectType):
    id = graphene.ID(required=True)
    secrets = JSON(description=f"Those that the task had. {SECRETS}")


class DecideTaskInput(graphene.InputObjectType):
    id = graphene.ID(required=True)
    plan_hash = graphene.String(required=True, description="Of the plan that you have read.")
    comment = graphene.String()


class SetUseInput(graphene.InputObjectType):
    thing = graphene.String(required=True, description="A template's ref, or `action:` and an action's id.")
    subjects = graphene.List(
        graphene.NonNull(graphene.String),
        required=True,
        description="Refs of users and groups; none: everybody who sees it.",
    )


class RunTemplatePayload(WithProblems, graphene.ObjectType):
    task = graphene.Field(PortalTask)


class UpdateFromTemplatePayload(WithProblems, graphene.ObjectType):
    task = graphene.Field(PortalTask)


class CancelTaskPayload(WithProblems, graphene.ObjectType):
    task = graphene.Field(PortalTask)


class RetryTaskPayload(WithProblems, graphene.ObjectType):
    task = graphene.Field(PortalTask)


class UndoTaskPayload(WithProblems, graphene.ObjectType):
    task = graphene.Field(PortalTask)


class ApproveTaskPayload(WithProblems, graphene.ObjectType):
    task = graphene.Field(PortalTask)


class RejectTaskPayload(WithProblems, graphene.ObjectType):
    task = graphene.Field(PortalTask)


class SetUsePayload(WithProblems, graphene.ObjectType):
    subjects = graphene.List(graphene.NonNull(graphene.String))


def _run_template(info: GraphQLResolveInfo, input: Any) -> RunTemplatePayload:
    """Run a template. All of it is checked before any of it is done."""
    priority = input.get("priority")
    task = services.run_template(
        input.template_ref,
        input.parameters,
        actor=info.context.principal,
        secrets=input.get("secrets"),
        idempotency_key=input.get("idempotency_key"),
        plan_first=bool(input.get("plan_first")),
        priority=Task.Priority(getattr(priority, "value", priority) or 0),
    )
    return RunTemplatePayload(task=introduce([task])[0])


def _update_from_template(info: GraphQLResolveInfo, input: Any) -> UpdateFromTemplatePayload:
    """Propose what the template would render today to what it has made; a task does it."""
    task = services.update_from_template(
        input.entity_ref,
        actor=info.context.principal,
        parameters=input.get("parameters"),
        plan_first=bool(input.get("plan_first")),
    )
    return UpdateFromTemplatePayload(task=introduce([task])[0])


def _cancel_task(info: GraphQLResolveInfo, input: Any) -> CancelTaskPayload:
    """Cancel a task: at once while it waits, before its next effect while it runs."""
    task = lifecycle.cancel_task(_uid(input), actor=info.context.principal)
    return CancelTaskPayload(task=introduce([task])[0])


def _retry_task(info: GraphQLResolveInfo, input: Any) -> RetryTaskPayload:
    """Go on with a failed or cancelled task from the step that failed."""
    task = lifecycle.retry_task(
        _uid(input),
        actor=info.context.principal,
        parameters=input.get("parameters"),
        secrets=input.get("secrets"),
    )
    return RetryTaskPayload(task=introduce([task])[0])


def _undo_task(info: GraphQLResolveInfo, input: Any) -> UndoTaskPayload:
    """Take back what a failed or cancelled task has made, last thing first."""
    task = lifecycle.undo_task(_uid(input), actor=info.context.principal, secrets=input.get("secrets"))
    return UndoTaskPayload(task=introduce([task])[0])


def _approve_task(info: GraphQLResolveInfo, input: Any) -> ApproveTaskPayload:
    """Agree to a task's plan; with enough approvals it runs."""
    task = lifecycle.approve_task(
        _uid(input),
        actor=info.context.principal,
        plan_hash=input.plan_hash,
        comment=input.get("comment") or "",
    )
    return ApproveTaskPayload(task=introduce([task])[0])


def _reject_task(info: GraphQLResolveInfo, input: Any) -> RejectTaskPayload:
    """Refuse a task's plan: it is cancelled and has changed nothing."""
    task = lifecycle.reject_task(
        _uid(input),
        actor=info.context.principal,
        plan_hash=input.plan_hash,
        comment=input.get("comment") or "",
    )
    return RejectTaskPayload(task=introduce([task])[0])


def _set_use(info: GraphQLResolveInfo, input: Any) -> SetUsePayload:
    """Say who may run a template or use an action; administrators only."""
    subjects = permissions.set_use(input.thing, input.subjects, actor=info.context.principal)
    return SetUsePayload(subjects=subjects)


def _uid(input: Any) -> Any:
    return decode_uid(input.id, "PortalTask")


class TaskMutations:
    """Running templates and deciding about tasks."""

    run_template = mutation(RunTemplateInput, RunTemplatePayload, _run_template)
    update_from_template = mutation(UpdateFromTemplateInput, UpdateFromTemplatePayload, _update_from_template)
    cancel_task = mutation(CancelTaskInput, CancelTaskPayload, _cancel_task)
    retry_task = mutation(RetryTaskInput, RetryTaskPayload, _retry_task)
    undo_task = mutation(UndoTaskInput, UndoTaskPayload, _undo_task)
    approve_task = mutation(DecideTaskInput, ApproveTaskPayload, _approve_task)
    reject_task = mutation(DecideTaskInput, RejectTaskPayload, _reject_task)
    set_use = mutation(SetUseInput, SetUsePayload, _set_use)
