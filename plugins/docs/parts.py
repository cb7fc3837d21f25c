"""What is read of an entity: its documentation, the decisions about it, the definition of an API."""

from portal.plugin_api.catalog import Condition, EntityQuery

from .references import ADR, TECHDOCS

DOCS = "docs"
DECISIONS = "decisions"
DEFINITION = "definition"

ANNOTATIONS = {DOCS: TECHDOCS, DECISIONS: ADR}
"""The annotations that say where the files of a part are."""

ASKING = {
    DOCS: EntityQuery(where=(Condition(f"metadata.annotations.{TECHDOCS}", exists=True),)),
    DECISIONS: EntityQuery(where=(Condition(f"metadata.annotations.{ADR}", exists=True),)),
    DEFINITION: EntityQuery(kind=("API",)),
}
"""The entities that have a part."""

TABS = {DOCS: "docs", DECISIONS: "docs-decisions", DEFINITION: "docs-api"}
"""Where on an entity's page each is shown."""

FILES = {DOCS: "files", DECISIONS: "decision-files"}
"""Where files beside the pages are served, below /api/plugins/docs/."""
