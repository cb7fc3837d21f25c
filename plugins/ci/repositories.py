"""Which repository an entity is in, and how runs name it: `github.com/acme/web`, `git:acme/web`."""

import re
from typing import Any
from urllib.parse import urlsplit

from portal.plugin_api import SYSTEM
from portal.plugin_api.catalog import Entity, EntityQuery, find_entities

from .settings import CiSettings, current_settings

SLUG = "github.com/project-slug"
SOURCE = "backstage.io/source-location"
MANAGED = "backstage.io/managed-by-location"
SLUG_FORM = re.compile(r"[\w.-]+/[\w.-]+")
EMBEDDED = re.compile(r"git:([a-z0-9][\w.-]*)/([a-z0-9][\w.-]*?)(?:\.git)?(?:/.*)?", re.IGNORECASE)
PAGES = ("-", "blob", "tree", "raw", "src", "edit")
"""What follows the repository in the address of one of its pages."""

KINDS = ("Component", "API", "Resource", "System", "Template")


def subjects_of(entity: Entity, settings: CiSettings) -> tuple[str, ...]:
    """What runs of the entity are kept under: the entity itself, and its repository if it has one."""
    repository = repository_of(entity, settings)
    return (subject_of(entity), repository) if repository else (subject_of(entity),)


def subject_of(entity: Entity) -> str:
    """By uid, so that a renamed entity keeps its runs."""
    return f"entity:{entity.uid}"


def repository_of(entity: Entity, settings: CiSettings) -> str:
    """From the annotation of the slug, or else where its descriptor says or the portal knows it is; or ""."""
    annotations: dict[str, Any] = entity.content["metadata"].get("annotations") or {}
    slug = str(annotations.get(SLUG, ""))
    if SLUG_FORM.fullmatch(slug):
        host = settings.githubs[0].host if settings.githubs else "github.com"
        return f"{host}/{slug}".lower()
    places = (str(annotations.get(name, "")) for name in (SOURCE, MANAGED))
    return next((found for found in map(read_repository, places) if found), "")


def read_repository(text: str) -> str:
    """The repository in `url:https://github.com/acme/web/tree/main/`, `git:acme/web/…`, an address; or ""."""
    embedded = EMBEDDED.fullmatch(text)
    if embedded and "://" not in text:
        return f"git:{embedded[1]}/{embedded[2]}".lower()
    try:
        parts = urlsplit(re.sub(r"^(url|git):", "", text))
    except ValueError:
        return ""
    names = [name for name in parts.path.partition("@")[0].split("/") if name]
    pages = [place for place, name in enumerate(names) if place > 1 and name in PAGES]
    names = names[: pages[0]] if pages else names
    if parts.scheme not in ("http", "https") or not parts.netloc or "@" in parts.netloc or len(names) < 2:
        return ""
    if names[-1].endswith((".yaml", ".yml")):
        return ""
    return f"{parts.netloc}/{'/'.join(names)}".lower().removesuffix(".git")


def repositories_of_catalog() -> list[str]:
    """The repositories on a GitHub whose runs are fetched."""
    settings = current_settings()
    hosts = {each.host.lower() for each in settings.githubs}
    if not hosts:
        return []
    entities = find_entities(EntityQuery(kind=KINDS), viewer=SYSTEM).order_by()
    found = {repository_of(entity, settings) for entity in entities.iterator(chunk_size=500)}
    return sorted(each for each in found if each.partition("/")[0] in hosts)
