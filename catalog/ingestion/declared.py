"""What a source said, kept beside the entities that came of it: its descriptors as written, its problems."""

from collections.abc import Sequence

from catalog.entities.findings import Finding
from catalog.entities.refs import namespace_of
from catalog.ingestion.copying import copy_rows
from catalog.ingestion.plan import Plan
from catalog.ingestion.present import Said
from catalog.ingestion.tree import Tree
from catalog.models import Descriptor, Location, Problem
from catalog.problems import DERIVED


def write_descriptors(location: Location, plan: Plan) -> set[str]:
    """Keep what the source says of each declared ref, and what it said of those kept; which of it changed."""
    present = plan.previous
    wanted = {each.ref: each.descriptor for each in plan.declared() if each.descriptor}
    fresh = {
        ref: said
        for ref, document in wanted.items()
        if present.get(ref)
        != (said := Said(document.digest, document.path, document.line, document.parent_ref))
    }
    stale = [ref for ref in present if ref not in wanted and ref not in plan.kept]
    replaced = [ref for ref in fresh if ref in present]
    if stale or replaced:
        Descriptor.objects.filter(location=location, ref__in=[*stale, *replaced]).delete()
    copy_rows(
        "catalog_descriptor",
        ("location_id", "ref", "hash", "path", "line", "parent_ref", "body"),
        ([location.pk, ref, *each, wanted[ref].body] for ref, each in fresh.items()),
    )
    return {*stale, *fresh}


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
