"""The API of the catalog reads the database only: the worker of `catalog.refresh.jobs` reads sources."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READERS = {
    "catalog.ingestion.run",
    "catalog.ingestion.tree",
    "catalog.sources",
    "catalog.ingestion.plan",
    "portal.integrations",
}
READING = {"register_location", "preview_location", "refresh_location", "refresh_entity"}


def test_the_api_of_the_catalog_reads_no_source() -> None:
    reaching = []
    for path in sorted((ROOT / "catalog" / "schema").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            name = getattr(node, "module", None) or ""
            if any(name == reader or name.startswith(f"{reader}.") for reader in READERS):
                reaching.append(f"{path.name}: {name}")
            if name == "catalog.services" and READING & {each.name for each in node.names}:
                reaching.append(f"{path.name}: {name}")
            owner = getattr(getattr(node, "value", None), "id", "")
            if owner == "services" and getattr(node, "attr", "") in READING:
                reaching.append(f"{path.name}: services.{node.attr}")
    assert reaching == []
