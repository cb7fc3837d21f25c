"""What a source said, kept beside the entities that came of it: its descriptors as written, its problems."""

import hashlib
from collections.abc import Sequence

from catalog.entities.findings import Finding
from catalog.entities.refs import namespace_of
from catalog.ingestion.copying import copy_rows
from catalog.ingestion.plan import Plan
from catalog.ingestion.tree import Tree
from catalog.models import Descriptor, Location, Problem
from catalog.problems import DERIVED


def write_descriptors(location: Location, plan: Plan) -> set[str]:
    """Keep what the source says of each declared ref, and what it said of those kept; which of it changed."""
    present = {
        row[0]: row[1:]
        for row in Descriptor.objects.filter(location=location).values_list(
            "ref", "hash", "path", "line", "parent_ref"
        )
    }
    wanted = {each.ref: each.descriptor for each in plan.declared() if each.descriptor}
    fresh = []
    for ref, document in wanted.items():
        digest = hashlib.sha1(document.body.encode(), usedforsecurity=False).hexdigest()
        place = (digest, document.path, document.line, document.parent_ref)
        if present.get(ref) != place:
            fresh.append([location.pk, ref, *place, document.body])
    stale = [ref for ref in present if ref not in wanted and ref not in plan.kept]
    replaced = [row[1] for row in fresh if row[1] in present]
    if stale or replaced:
        Descriptor.objects.filter(location=location, ref__in=[*stale, *replaced]).delete()
    copy_rows(
        "catalog_descriptor", ("location_id", "ref", "hash", "path", "line", "parent_ref", "body"), fresh
    )
    return {*stale, *(str(row[1]) for row in fresh)}


def write_problems(location: Location, findings: Sequence[Finding], *, tree: Tree | None = None) -> bool:
    """Make the location's problems these; whether they changed. Those of files that `tree` does not speak
    of stay."""
    wanted = list(dict.fromkeys(findings))
    columns = ("ref", "level", "code", "message", "path", "line")
    known = Problem.objects.filter(location=location).exclude(code__in=DERIVED)
    present = set(known.values_list(*columns))
    if tree is not None and tree.scope is not None:
        wanted += [
            Finding(**dict(zip(columns, row, strict=True)))
            for row in present
            if row[4] and not tree.covers(row[4])
        ]
    rows = [(f.ref, f.level, f.code, f.message.replace("\x00", ""), f.path, f.line) for f in wanted]
    if set(rows) == present:
        return False
    known.delete()
    copy_rows(
        "catalog_problem",
        ("location_id", "namespace", *columns),
        ([location.pk, namespace_of(row[0]), *row] for row in rows),
    )
    return True


def replace_problems(location: Location, ref: str, code: str, findings: Sequence[Finding]) -> None:
    """Make these the problems of one code that an entity has in its location."""
    Problem.objects.filter(location=location, ref=ref, code=code).delete()
    Problem.objects.bulk_create(
        Problem(
            location=location, ref=ref, namespace=namespace_of(ref), level=each.level, code=each.code,
            message=each.message, path=each.path, line=each.line,
        )
        for each in findings
    )  # fmt: skip
