"""Links as data: whoever shows one makes it clickable only where it is safe."""

from typing import Any

import graphene

from portal.extension.markdown import is_safe_url


class EntityLink(graphene.ObjectType):
    """An address with a title. Where `safe` is false the address is text, never a link."""

    url = graphene.String(required=True)
    title = graphene.String()
    icon = graphene.String()
    type = graphene.String()
    safe = graphene.Boolean(
        required=True, description="Whether it is http, https, mailto or a path of the portal."
    )

    def resolve_safe(root: Any, info: Any) -> bool:
        url = root["url"] if isinstance(root, dict) else root.url
        return is_safe_url(url)
