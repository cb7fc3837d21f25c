"""Where descriptors are read from: a source shows one location's files, and nothing outside of its root."""

from datetime import datetime

from catalog.models import Location
from catalog.sources.addresses import open_address
from catalog.sources.backstage import BackstageSource
from catalog.sources.base import Dated, Source, SourceError, resolve_path
from catalog.sources.files import FileSource
from catalog.sources.git import GitSource
from catalog.sources.github import DiscoverySource
from catalog.sources.github_org import OrganisationSource
from catalog.sources.plugged import PluggedSource, plugged_sources
from catalog.sources.pushed import PushSource
from catalog.sources.remote_git import RemoteGitSource
from catalog.sources.urls import UrlSource

__all__ = [
    "LOCATION_TYPES",
    "BackstageSource",
    "DiscoverySource",
    "FileSource",
    "GitSource",
    "OrganisationSource",
    "PluggedSource",
    "PushSource",
    "RemoteGitSource",
    "Source",
    "SourceError",
    "UrlSource",
    "changed_at",
    "location_types",
    "looked_at",
    "open_address",
    "open_source",
    "resolve_path",
]

LOCATION_TYPES = ("file", "git", "url", "github-discovery", "github-org", "backstage", "push")


def location_types() -> tuple[str, ...]:
    """The types that a location may have: the portal's own, and those of plugins."""
    return (*LOCATION_TYPES, *plugged_sources())


def open_source(location: Location, *, files: list[str] | None = None, look: bool = False) -> Source:
    """The source of a location. Raises SourceError where it is not there at all.

    `files` is what an earlier reader `looked_at`, for `revision` to look at again; else what ingestion did.
    A remote source shows what ingestion read last, unless it is asked to `look` at what there is now.
    """
    if location.type == "file":
        return FileSource(
            location.target, root=location.root, files=location.files if files is None else files
        )
    revision = "" if look else location.etag
    if location.type == "git" and "://" in location.target:
        return RemoteGitSource(location.target, revision=revision)
    if location.type == "git":
        return GitSource(location.target)
    if location.type == "github-discovery":
        return DiscoverySource(location.target, memory=location.memory, revision=revision)
    if location.type == "github-org":
        return OrganisationSource(location.target, revision=revision)
    if location.type == "backstage":
        return BackstageSource(location.target, revision=revision)
    if location.type == "push":
        return PushSource(location)
    if location.type == "url":
        return UrlSource(location.target, memory=location.memory, revision=revision)
    if location.type in plugged_sources():
        return PluggedSource(location)
    raise SourceError(
        "UNKNOWN_LOCATION_TYPE",
        f"Nothing here reads locations of the type {location.type!r}. Enable the plugin that did.",
    )


def looked_at(source: Source) -> list[str]:
    """The paths that were read through a source, for its next `revision`; a commit needs none."""
    return sorted(source.seen) if isinstance(source, FileSource) else []


def changed_at(source: Source, folder: str = "") -> dict[str, datetime]:
    """When the files below a folder changed last, by path, and as `` when the commit was made that the source
    shows. Empty where it shows no commit; where its history is not here, the commit is all.

    Raises SourceError.
    """
    return source.changed_at(folder) if isinstance(source, Dated) else {}
