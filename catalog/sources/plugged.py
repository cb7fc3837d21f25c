"""Descriptors that a plugin reads: its answer is taken whole, once for each look."""

import hashlib
import logging
from functools import cached_property
from typing import Any

import orjson

from catalog.extension_points import entity_sources
from catalog.models import Location
from catalog.sources.base import MAX_LISTED, MAX_READ, Paths, SourceError, as_source_error, resolve_path
from portal.extension.acceptance import acting
from portal.extension.guard import PluginFailed, contained
from portal.extension.points import Contribution
from portal.extension.sources import EntitySource, SourceUnavailable
from portal.integrations.errors import IntegrationError

logger = logging.getLogger(__name__)


def plugged_sources() -> dict[str, Contribution[EntitySource]]:
    """What plugins added, by the type of the locations."""
    return {item.name: item for item in entity_sources.read()}


def check_plugged_target(type: str, target: str) -> None:
    """Raises SourceError where the plugin says that this can be no target of its source."""
    item = plugged_sources()[type]
    try:
        why = contained(item.plugin, f"the source {type}", lambda: str(item.value.check_target(target)))
    except PluginFailed as error:
        raise SourceError(error.code, str(error)) from None
    if why:
        raise SourceError("TARGET_NOT_READ", why)


class PluggedSource:
    """The documents that a plugin's source answers for one target."""

    def __init__(self, location: Location) -> None:
        self.location = location
        self.entry = ""
        self.scope: frozenset[str] | None = None
        self.added = plugged_sources()[location.type]

    @cached_property
    def bodies(self) -> dict[str, bytes]:
        """Raises SourceError."""
        try:
            with acting(self.added.plugin):
                read = self.added.value.read(self.location.target)
            bodies = {str(path): text.encode() for path, text in read.items()}
        except SourceUnavailable as error:
            raise SourceError("SOURCE_UNAVAILABLE", error.message, wait=error.wait) from None
        except IntegrationError as error:
            raise as_source_error(str(self.location), error) from None
        except Exception as error:
            logger.exception("plugin=%s reading %s failed", self.added.plugin, self.location)
            message = f"The plugin {self.added.plugin} failed ({type(error).__name__}); the log says more."
            raise SourceError("PLUGIN_FAILED", message) from None
        if len(bodies) > MAX_LISTED:
            raise SourceError("TOO_MANY_FILES", f"{self.location} answers more than {MAX_LISTED} files.")
        return bodies

    def entries(self) -> Paths:
        """Every document there is; none is no error."""
        return sorted(self.bodies)

    def read(self, path: str, limit: int = MAX_READ) -> bytes:
        body = self.bodies.get(path)
        if body is None:
            raise SourceError("FILE_MISSING", f"{path} is not there.", missing=True)
        if len(body) > limit:
            raise SourceError("FILE_TOO_LARGE", f"{path} has {len(body)} bytes; at most {limit} are read.")
        return body

    def list(self, folder: str = "") -> Paths:
        return [path for path in sorted(self.bodies) if not folder or path.startswith(f"{folder}/")]

    def is_folder(self, path: str) -> bool:
        return not path

    def resolve(self, base_path: str, relative: str) -> str:
        return resolve_path(base_path, relative)

    def revision(self) -> str:
        """A fingerprint of everything that it answers."""
        whole = orjson.dumps({path: body.decode() for path, body in sorted(self.bodies.items())})
        return hashlib.sha1(whole, usedforsecurity=False).hexdigest()

    def address(self, path: str) -> str:
        return f"{self.location}/{path}".removesuffix("/")

    def memory(self) -> dict[str, Any]:
        return {}
