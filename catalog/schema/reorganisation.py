"""GraphQL: renaming, merging and transferring, looked at before it is done."""

from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from catalog.identity.reorganisation import Act, Reorganisation, Step, plan_reorganisation
from catalog.identity.reorganisation_services import reorganise
from portal.graphql.problems import Problem, WithProblems, mutation, problems_of


class RenameInput(graphene.InputObjectType):
    """Another name for an entity, in its kind."""

    from_ = graphene.String(name="from", required=True)
    to = graphene.String(required=True)


class MergeInput(graphene.InputObjectType):
    """What led to one entity leads to the other; the first one goes."""

    from_ = graphene.String(name="from", required=True)
    into = graphene.String(required=True)


class TransferInput(graphene.InputObjectType):
    """What one group or user owns is the other's from now on."""

    from_ = graphene.String(name="from", required=True)
    to = graphene.String(required=True)


class ReorganisationOperation(graphene.InputObjectType):
    """One of the three."""

    rename = RenameInput()
    merge = MergeInput()
    transfer = TransferInput()


class PreviewReorganisationInput(graphene.InputObjectType):
    operations = graphene.List(graphene.NonNull(ReorganisationOperation), required=True)


class ReorganiseInput(graphene.InputObjectType):
    operations = graphene.List(graphene.NonNull(ReorganisationOperation), required=True)
    reason = graphene.String(required=True)


class EntityShift(graphene.ObjectType):
    """What becomes different at one entity: its ref, or one of its relations."""

    ref = graphene.String(required=True)
    before = graphene.String(required=True)
    after = graphene.String(required=True)


class SourceFileChange(graphene.ObjectType):
    """What to write in a source file, so that it says what the catalog says."""

    location = graphene.String(required=True)
    path = graphene.String(required=True)
    line = graphene.Int(required=True)
    ref = graphene.String(required=True, description="The entity that the file describes there.")
    change = graphene.String(required=True)


class PortalReorganisation(graphene.ObjectType):
    """What a reorganisation would do. Where anything is refused, nothing of it would be done."""

    changes = graphene.List(graphene.NonNull(EntityShift), required=True)
    files = graphene.List(graphene.NonNull(SourceFileChange), required=True)
    refused = graphene.List(graphene.NonNull(Problem), required=True)

    def resolve_refused(root: Any, info: GraphQLResolveInfo) -> list[Problem]:
        return [problem for error in root.refused for problem in problems_of(error)]


class ReorganisePayload(WithProblems, graphene.ObjectType):
    changes = graphene.List(graphene.NonNull(EntityShift), required=True, default_value=())
    files = graphene.List(graphene.NonNull(SourceFileChange), required=True, default_value=())


def _steps(operations: Any) -> list[Step]:
    steps = []
    for given in operations:
        found = [
            Step(act, part["from_"], part["into" if act is Act.MERGE else "to"])
            for act in Act
            if (part := given.get(act.value))
        ]
        steps.append(found[0] if len(found) == 1 else Step(None, "", ""))
    return steps


def _reorganise(info: GraphQLResolveInfo, input: Any) -> ReorganisePayload:
    """Rename, merge and transfer, all together or not at all; the answer names the source files to change."""
    done = reorganise(_steps(input.operations), reason=input.reason, actor=info.context.principal)
    return ReorganisePayload(changes=done.changes, files=done.files)


class ReorganisationQueries:
    """Looking before it is done."""

    preview_reorganisation = graphene.Field(
        PortalReorganisation,
        input=graphene.Argument(PreviewReorganisationInput, required=True),
        required=True,
        description="What `reorganise` would do; changes nothing.",
    )

    def resolve_preview_reorganisation(root: Any, info: GraphQLResolveInfo, input: Any) -> Reorganisation:
        return plan_reorganisation(_steps(input.operations), viewer=info.context.principal)


class ReorganisationMutations:
    """Changing who is who, and whose."""

    reorganise = mutation(ReorganiseInput, ReorganisePayload, _reorganise)
