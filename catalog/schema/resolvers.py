"""What the fields of an entity answer: one small function each, all of them reading what is loaded."""

from typing import Any

from graphql import GraphQLResolveInfo

from catalog.entities.values import display_name, value_at
from catalog.models import Descriptor, Entity, Location, Problem
from catalog.schema import loading
from portal.extension.batching import load_one
from portal.graphql.pagination import Page
from portal.graphql.scalars import JSONText

Info = GraphQLResolveInfo


def uid(entity: Entity, info: Info) -> str:
    return str(entity.uid)


def api_version(entity: Entity, info: Info) -> str:
    return str(entity.content.get("apiVersion", ""))


def title(entity: Entity, info: Info) -> str | None:
    return entity.title or None


def shown_name(entity: Entity, info: Info) -> str:
    return display_name(entity)


def description(entity: Entity, info: Info) -> str | None:
    return entity.description or None


def type_(entity: Entity, info: Info) -> str | None:
    return entity.type or None


def lifecycle(entity: Entity, info: Info) -> str | None:
    return entity.lifecycle or None


def tags(entity: Entity, info: Info) -> list[str]:
    written = value_at(entity.content, "metadata.tags")
    return [tag for tag in written if isinstance(tag, str)] if isinstance(written, list) else []


def labels(entity: Entity, info: Info) -> Any:
    return value_at(entity.content, "metadata.labels") or {}


def annotations(entity: Entity, info: Info) -> Any:
    return value_at(entity.content, "metadata.annotations") or {}


def links(entity: Entity, info: Info) -> list[dict[str, Any]]:
    written = value_at(entity.content, "metadata.links")
    found = written if isinstance(written, list) else []
    return [link for link in found if isinstance(link, dict) and isinstance(link.get("url"), str)]


def owner(entity: Entity, info: Info) -> Entity | None:
    return loading.target_of(entity, "spec.owner", info.context.principal)


def owner_ref(entity: Entity, info: Info) -> str | None:
    return load_one(loading.owner_refs, entity, info.context.principal)


def relations(
    entity: Entity,
    info: Info,
    first: int | None = None,
    after: str | None = None,
    type: str | None = None,
) -> Page:
    types = None if type is None else (type,)
    return loading.relations_page(entity, types, info=info, first=first, after=after)


def metadata(entity: Entity, info: Info) -> Any:
    return entity.content.get("metadata", {})


def spec(entity: Entity, info: Info, path: str | None = None) -> Any:
    return value_at(entity.content, f"spec.{path}" if path else "spec")


def document(entity: Entity, info: Info) -> JSONText:
    return JSONText(entity.document)


def descriptor(entity: Entity, info: Info) -> str | None:
    found = _descriptor(entity, info)
    return found.body if found else None


def source_path(entity: Entity, info: Info) -> str | None:
    found = _descriptor(entity, info)
    return found.path if found else None


def source_line(entity: Entity, info: Info) -> int | None:
    found = _descriptor(entity, info)
    return found.line if found else None


def _descriptor(entity: Entity, info: Info) -> Descriptor | None:
    return load_one(loading.descriptors, entity, info.context.principal)


def problems(entity: Entity, info: Info) -> list[Problem]:
    return load_one(loading.problems, entity, info.context.principal) or []


def location(entity: Entity, info: Info) -> Location | None:
    return load_one(loading.locations, entity, info.context.principal)


def aliases(entity: Entity, info: Info) -> list[str]:
    return load_one(loading.aliases, entity, info.context.principal) or []


def is_favourite(entity: Entity, info: Info) -> bool:
    return bool(load_one(loading.favourites, entity, info.context.principal))


def etag(entity: Entity, info: Info) -> str:
    return entity.hash
