"""Writes a generated catalog as descriptor files, with a manifest of what a portal must find in them.

    python -m bench.catalog --total 10000 --out cat10k

`all.yaml` is one Location that names every file; `manifest.json` has the counts per kind, the number of
entities that carry each relation type, and names to build requests from. Locations a portal adds itself are
not counted.
"""

import argparse
import json
import random
from collections import defaultdict
from pathlib import Path
from typing import Any

import yaml

from bench import words
from bench.entities import API_VERSION, DUMPER, Company

SEED = 20240101
DOCUMENTS_PER_FILE = 300
ENTITIES_PER_COMPONENT = 1.91


def write_catalog(folder: Path, total: int, *, seed: int = SEED) -> dict[str, Any]:
    """About `total` entities in `folder`, unless they are there already; returns the manifest."""
    manifest_file = folder / "manifest.json"
    components = max(1, round(total / ENTITIES_PER_COMPONENT))
    if manifest_file.exists():
        found: dict[str, Any] = json.loads(manifest_file.read_text())
        if (found["seed"], found["components"]) == (seed, components):
            return found
    folder.mkdir(parents=True, exist_ok=True)
    company = Company(components, seed)
    documents = list(company.documents())
    files = []
    for start in range(0, len(documents), DOCUMENTS_PER_FILE):
        files.append(f"catalog-{len(files) + 1:04d}.yaml")
        _write(folder / files[-1], documents[start : start + DOCUMENTS_PER_FILE])
    targets = {"targets": [f"./{name}" for name in files]}
    metadata = {"name": "generated-catalog"}
    _write(
        folder / "all.yaml",
        [{"apiVersion": API_VERSION, "kind": "Location", "metadata": metadata, "spec": targets}],
    )
    manifest = _manifest(company, components, seed, len(documents))
    manifest_file.write_text(json.dumps(manifest, indent=1, sort_keys=True))
    return manifest


def _write(path: Path, documents: list[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        yaml.dump_all(documents, file, Dumper=DUMPER, sort_keys=False, explicit_start=True, width=100)


def _manifest(company: Company, components: int, seed: int, total: int) -> dict[str, Any]:
    having = defaultdict(set)
    for source, relation, _ in company.edges:
        having[relation].add(source)
    draw = random.Random(seed + 1)

    def some(kind: str, count: int) -> list[str]:
        return draw.sample(company.names[kind], min(count, len(company.names[kind])))

    return {
        "seed": seed,
        "components": components,
        "total": total,
        "kinds": company.counts,
        "relation_edges": len(company.edges),
        "entities_with_relation": {relation: len(refs) for relation, refs in sorted(having.items())},
        "component_names": some("Component", 500),
        "group_names": some("Group", 200),
        "system_names": some("System", 200),
        "search_terms": words.SEARCH_TERMS,
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--total", type=int, required=True)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--out", type=Path, required=True)
    chosen = parser.parse_args()
    manifest = write_catalog(chosen.out, chosen.total, seed=chosen.seed)
    print(f"{manifest['total']} entities, {manifest['relation_edges']} relation edges in {chosen.out}")


if __name__ == "__main__":
    main()
