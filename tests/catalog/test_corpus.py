"""Real catalogs and templates that no one here wrote: what loads, and why the rest does not."""

import os
import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from catalog.ingestion.tree import read_tree
from catalog.kinds import static_kinds, using
from catalog.models import Entity, Relation
from catalog.sources import FileSource

from .conftest import command, found_by_reading

CORPUS = Path(os.environ.get("PORTAL_TEST_CORPUS") or "/nowhere")
DEFRA = CORPUS / "DEFRA+adp-software-templates"
pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not CORPUS.is_dir(), reason="PORTAL_TEST_CORPUS names no folder"),
]


def written(file: Path) -> list[dict[str, object]]:
    """The documents of a file as another reader sees them."""
    return [document for document in yaml.safe_load_all(file.read_text()) if document]


def reachable(file: Path, seen: set[Path]) -> list[tuple[Path, dict[str, object]]]:
    """Every document of a file and of the files that its Location entities name."""
    found = []
    seen.add(file)
    for document in written(file):
        found.append((file, document))
        spec = document.get("spec") or {}
        if document["kind"] == "Location":
            for target in spec.get("targets") or []:  # type: ignore[attr-defined]
                there = (file.parent / target).resolve()
                if there.is_file() and there not in seen:
                    found += reachable(there, seen)
    return found


def placeholders_missing(file: Path) -> bool:
    names = re.findall(r"\$(?:yaml|text|json): (\S+)", file.read_text())
    return any(not (file.parent / name).is_file() for name in names)


@pytest.mark.django_db
def test_a_government_departments_catalog_loads_whole() -> None:
    start = DEFRA / "catalog-model" / "all.yaml"
    result = command("add", str(start), "--trusted", "--root", str(DEFRA))
    assert result.exit_code == 0
    expected = reachable(start.resolve(), set())
    refused = {file for file, _ in expected if placeholders_missing(file)}
    kinds = Counter(str(document["kind"]) for file, document in expected if file not in refused)
    kinds["Location"] += 1  # the registered location itself
    assert Counter(Entity.objects.values_list("kind", flat=True)) == kinds
    problems = found_by_reading().values_list("code", "path")
    assert {DEFRA.resolve() / path for _, path in problems} == refused
    assert {code for code, _ in problems} == {"PLACEHOLDER_UNREADABLE"}
    assert Relation.objects.count() == sum(
        len({"owner", "system", "domain"} & set(document["spec"]))  # type: ignore[call-overload]
        for file, document in expected
        if file not in refused and document["kind"] not in ("Location", "Group")
    )
    assert command("rebuild").output.endswith(
        "0 rows, 0 relation ends, 0 facet terms, 0 rendered relations were different.\n"
    )


def templates() -> list[Path]:
    return sorted(
        file for file in CORPUS.rglob("*.yaml") if re.search(r"^kind: Template", file.read_text(), re.M)
    )


@pytest.mark.parametrize("file", templates(), ids=lambda file: str(file.relative_to(CORPUS)))
def test_a_template_is_valid_or_refused_for_a_good_reason(file: Path) -> None:
    with using(static_kinds()):
        tree = read_tree(FileSource(str(file), root=str(CORPUS)))
    found = [document.kind.name for document in tree.documents]
    assert ("Template" in found) == (not any(finding.is_error for finding in tree.findings))
    if not tree.findings:
        return
    (finding,) = tree.findings
    line = file.read_text().splitlines()[(finding.line or 1) - 1]
    reasons = {
        "PLACEHOLDER_UNREADABLE": r"\$yaml: ",  # the corpus has descriptors only, not the files beside them
        "INVALID_REF": r"owner: \S+@",  # a warning: a mail address makes no relation, the template is there
        "KEY_NOT_TEXT": r"\{\{ .* \}\}",  # a Jinja variable that was to be replaced first
    }
    assert finding.code in reasons
    assert re.search(reasons[finding.code], line)
