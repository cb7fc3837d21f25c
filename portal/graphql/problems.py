"""Mutations: one input, one payload, and expected failures as data the client can show beside its fields."""

from collections.abc import Callable
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from portal.graphql.idempotency import once
from portal.rest.errors import PortalError


class Problem(graphene.ObjectType):
    """An expected failure of a mutation. Nothing was changed."""

    path = graphene.List(
        graphene.NonNull(graphene.String),
        required=True,
        description="The input field that is to blame; empty where the whole call is.",
    )
    code = graphene.String(required=True, description="One of the codes of docs/errors.md.")
    message = graphene.String(required=True)


class WithProblems:
    """What every payload has: `class RunTemplatePayload(WithProblems, graphene.ObjectType)`."""

    problems = graphene.List(graphene.NonNull(Problem), required=True, default_value=())


def problems_of(error: PortalError) -> list[Problem]:
    """The problems of a domain error; one that has `causes` (several fields at once) gives each of them."""
    causes: tuple[PortalError, ...] = getattr(error, "causes", ()) or (error,)
    return [Problem(path=list(cause.path), code=cause.code, message=cause.message) for cause in causes]


def mutation(
    input_type: type, payload_type: type, resolve: Callable[[GraphQLResolveInfo, Any], Any]
) -> graphene.Field:
    """The mutation field of `resolve(info, input) -> payload`, described by its docstring.

        class CatalogMutations:
            refresh_entity = mutation(RefreshEntityInput, RefreshEntityPayload, _refresh_entity)

    A PortalError becomes the payload's problems, with every other field empty. A payload's own list fields
    need `default_value=()` to be non-null then. Every input takes an `idempotencyKey`; one that declares the
    field itself sees to it itself.
    """
    own_key = "idempotency_key" in input_type._meta.fields  # type: ignore[attr-defined]
    if not own_key:
        input_type._meta.fields["idempotency_key"] = graphene.InputField(  # type: ignore[attr-defined]
            graphene.String,
            description="A repeat with the same key within a day does nothing and answers the same.",
        )

    def resolver(_root: Any, info: GraphQLResolveInfo, input: Any) -> Any:
        try:
            if own_key:
                return resolve(info, input)
            return once(info, input, payload_type, lambda: resolve(info, input))
        except PortalError as error:
            return payload_type(problems=problems_of(error))

    return graphene.Field(
        payload_type,
        input=graphene.Argument(input_type, required=True),
        required=True,
        resolver=resolver,
        description=resolve.__doc__,
    )
