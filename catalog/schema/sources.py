"""How locations are doing as sources: state, runs, removals that wait, and what can be done about them."""

from collections.abc import Mapping, Sequence
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from catalog import models
from catalog.models import Location, PendingRemoval
from catalog.refresh.source_selectors import (
    STATES,
    pending_removals,
    running_locations,
    runs_by_location,
    state_of,
)
from portal.accounts.principal import Principal
from portal.extension.batching import load_one
from portal.graphql.nodes import encode_id
from portal.graphql.pagination import Page, connection_field, page_of_items
from portal.graphql.scalars import DateTime

LAST = 2**63


def _describe(state: Any) -> str:
    return STATES[state.value] if state else "How a location is doing as a source."


SourceState = graphene.Enum("SourceState", [(name, name) for name in STATES], description=_describe)
SourceRunOutcome = graphene.Enum(
    "SourceRunOutcome",
    [(name.upper(), name) for name in ("running", "changed", "unchanged", "held", "failed", "interrupted")],
)


class SourceRun(graphene.ObjectType):
    """One read of a location."""

    id = graphene.ID(required=True)
    started_at = DateTime(required=True)
    finished_at = DateTime()
    outcome = graphene.Field(SourceRunOutcome, required=True)
    added = graphene.Int(required=True)
    changed = graphene.Int(required=True)
    removed = graphene.Int(required=True)
    unchanged = graphene.Int(required=True)
    problems = graphene.Int(required=True)
    error = graphene.String()
    revision = graphene.String(description="The commit or fingerprint that was read.")

    def resolve_id(root: Any, info: GraphQLResolveInfo) -> str:
        return encode_id("SourceRun", root.uid)

    def resolve_error(root: Any, info: GraphQLResolveInfo) -> str | None:
        return root.error or None

    def resolve_revision(root: Any, info: GraphQLResolveInfo) -> str | None:
        return root.revision or None


class PendingRemovalType(graphene.ObjectType):
    """Entities that their source declares no longer, too many to go without somebody's word."""

    class Meta:
        name = "PendingRemoval"

    refs = graphene.List(graphene.NonNull(graphene.String), required=True, description="Those you may see.")
    count = graphene.Int(required=True, description="All of them; what approveRemoval is told.")
    total = graphene.Int(required=True, description="Entities of the location.")
    since = DateTime(required=True)
    reason = graphene.String(required=True)

    def resolve_refs(root: Any, info: GraphQLResolveInfo) -> list[str]:
        return list(root.visible_refs)

    def resolve_count(root: Any, info: GraphQLResolveInfo) -> int:
        return len(root.refs)


class SourceFields:
    """What PortalLocation shows of itself as a source."""

    title = graphene.String(required=True, description="The target without its scheme, for people.")
    state = graphene.Field(SourceState, required=True)
    next_attempt_at = DateTime(description="Null where it is looked at at every turn, or never by itself.")
    unchanged_since = DateTime()
    runs = connection_field(SourceRun, description="The newest first.")
    pending_removal = graphene.Field(PendingRemovalType)

    def resolve_title(root: Any, info: GraphQLResolveInfo) -> str:
        return str(root.target).partition("://")[2] or root.target

    def resolve_state(root: Any, info: GraphQLResolveInfo) -> str:
        running = bool(load_one(running_locations, root))
        waiting = load_one(_pending, root, info.context.principal) is not None
        return state_of(root, running=running, waiting=waiting)

    def resolve_runs(
        root: Any, info: GraphQLResolveInfo, first: int | None = None, after: str | None = None
    ) -> Page:
        runs = load_one(runs_by_location, root) or []
        return page_of_items(runs, _newest_first, info=info, first=first, after=after, parent=root.uid)

    def resolve_pending_removal(root: Any, info: GraphQLResolveInfo) -> PendingRemoval | None:
        return load_one(_pending, root, info.context.principal)


def _newest_first(run: models.SourceRun) -> tuple[str]:
    return (f"{LAST - run.pk:020d}",)


def _pending(locations: Sequence[Location], viewer: Principal) -> Mapping[int, PendingRemoval]:
    return pending_removals(locations, viewer=viewer)
