"""What a client should know of the portal itself."""

from importlib.metadata import PackageNotFoundError, version
from typing import Any

import graphene
from django.conf import settings
from graphql import GraphQLResolveInfo


class PortalInfo(graphene.ObjectType):
    """This portal."""

    version = graphene.String(required=True)
    streams_url = graphene.String(required=True, description="Origin of /events; empty: the same.")
    title = graphene.String(required=True)


class PortalQueries:
    """The portal itself."""

    portal = graphene.Field(PortalInfo, required=True)

    def resolve_portal(root: Any, info: GraphQLResolveInfo) -> PortalInfo:
        return PortalInfo(version=_version(), streams_url=settings.STREAMS_URL, title=settings.TITLE)


def _version() -> str:
    try:
        return version("portal")
    except PackageNotFoundError:
        return "unknown"
