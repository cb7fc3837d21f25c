"""The worker's side of a definition: has it read in a limited process, and makes safe pages of the answer."""

import hashlib
import json
from typing import Any

from portal.plugin_api import clean_html, to_safe_html
from portal.plugin_api.catalog import Entity

from ..building.running import LimitedProcesses, Limits
from ..errors import DocsError
from ..publishing import Made, MadePage
from ..rendering import VERSION, page_href, words_of

MODULE = "plugins.docs.definitions.child"
MAX_CHARACTERS = 4 * 1024 * 1024
TAB = "docs-api"
KINDS = {
    "openapi": "openapi",
    "swagger": "openapi",
    "asyncapi": "asyncapi",
    "graphql": "graphql",
    "grpc": "protobuf",
    "proto": "protobuf",
    "protobuf": "protobuf",
}
"""How the types of API entities are read."""


def kind_of(entity: Entity) -> str:
    """How the definition of an entity is read; "" where it is not."""
    return KINDS.get(str((entity.content.get("spec") or {}).get("type", "")).lower(), "")


def definition_of(entity: Entity) -> str:
    definition = (entity.content.get("spec") or {}).get("definition")
    return definition if isinstance(definition, str) else json.dumps(definition) if definition else ""


def fingerprint(entity: Entity) -> str:
    """The same for the same definition, whatever else of the entity changed."""
    parts = [VERSION, entity.ref, kind_of(entity), definition_of(entity)]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]


def read_definition(entity: Entity, limits: Limits, processes: LimitedProcesses) -> Made:
    """The pages of an entity's definition. Raises DocsError."""
    kind, text = kind_of(entity), definition_of(entity)
    if not text.strip():
        raise DocsError("There is no definition: spec.definition is empty.")
    if len(text) > MAX_CHARACTERS:
        raise DocsError(f"The definition is longer than {MAX_CHARACTERS // 1024 // 1024} MiB.")
    result = processes.run({"type": kind, "text": text}, limits, "Reading the definition", kind=kind)
    if "error" in result:
        raise DocsError(str(result["error"]))
    pages = [_page(entity, page) for page in result["pages"]]
    return Made(fingerprint(entity), pages[0].title, pages, {}, [], [])


def _page(entity: Entity, page: dict[str, Any]) -> MadePage:
    def link(url: str) -> str:
        if url.startswith("pages/"):
            return page_href(entity.ref, url.removeprefix("pages/"), tab=TAB)
        return url if "://" in url or url.startswith(("mailto:", "/")) else ""

    parts = (to_safe_html(text) if kind == "markdown" else text for kind, text in page["parts"])
    html = clean_html("".join(parts), link=link)
    return MadePage(
        page["path"],
        page["title"],
        html,
        words_of(html),
        page["headings"],
        "",
        tuple(page["sections"]),
        page["label"],
    )
