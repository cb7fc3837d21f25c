"""What reading a location would do to the catalog, ref by ref, for somebody who is about to let it in."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from catalog.entities.derive import without_identity
from catalog.entities.findings import Finding
from catalog.history.shown import FieldChange, changes_between
from catalog.ingestion.candidates import Candidate
from catalog.ingestion.homes import home_ref
from catalog.ingestion.plan import Plan, make_plan
from catalog.ingestion.present import Known
from catalog.ingestion.tree import read_tree
from catalog.kinds import using
from catalog.models import Descriptor, Location
from catalog.selectors import find_visible
from catalog.sources import open_source
from portal.accounts.principal import Principal

EXPLAINED = 100
"""Of so many changed entities it is said what changes."""
LONGEST = 400
"""Characters of a value that are shown."""
HELD_BACK = frozenset(("EMPTY_SOURCE", "REMOVAL_HELD"))
"""Findings about removals, which are told ref by ref."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What reading a location would do to one ref: add, change, remove, unchanged or refused; a removal
    that would wait for somebody's word is held."""

    ref: str
    kind: str
    name: str
    path: str
    outcome: str
    message: str = ""
    changes: Sequence[FieldChange] = ()


def read_preview(value: Mapping[str, Any]) -> Preview:
    """The preview that `asdict` made a mapping of."""
    changes = [FieldChange(**change) for change in value["changes"]]
    return Preview(**{**value, "changes": changes})


def preview(location: Location, *, viewer: Principal) -> list[Preview]:
    """What ingesting a location would do, ref by ref in the order of its files; writes nothing. What is
    there already is told of entities only that the viewer may see.

    Raises SourceError where the source cannot be read.
    """
    source = open_source(location, look=True)
    tree = read_tree(source, may_define=location.trusted, location_id=location.pk)
    with using(tree.kinds):
        plan = make_plan(location, tree, source)
    home = str(home_ref(location))
    changes = _changes(plan.changed, viewer)
    accepted = [
        *((candidate, "add") for candidate, _ in plan.added),
        *((candidate, "change") for candidate, _ in plan.changed),
        *((candidate, "unchanged") for candidate in plan.unchanged),
    ]
    findings = [each for each in plan.findings if each.is_error and each.code not in HELD_BACK]
    return [
        *(
            _of_candidate(each, outcome, changes.get(each.ref, []))
            for each, outcome in accepted
            if each.descriptor
        ),
        *_leaving(location, plan, viewer),
        *(_of_finding(finding, home) for finding in findings),
    ]


def _changes(changed: list[tuple[Candidate, Known]], viewer: Principal) -> dict[str, list[FieldChange]]:
    told = changed[:EXPLAINED]
    rows = find_visible(viewer=viewer).filter(pk__in=[known.id for _, known in told])
    before = {row.pk: without_identity(row.content) for row in rows}
    return {
        candidate.ref: [
            FieldChange(each.path, _short(each.before), _short(each.after))
            for each in changes_between(before[known.id], candidate.document)
        ]
        for candidate, known in told
        if known.id in before
    }


def _short(value: Any) -> Any:
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return value if len(text) <= LONGEST else text[:LONGEST] + "…"


def _of_candidate(candidate: Candidate, outcome: str, changes: Sequence[FieldChange]) -> Preview:
    path = f"{candidate.descriptor.path}:{candidate.descriptor.line}" if candidate.descriptor else ""
    name = candidate.document["metadata"]["name"]
    return Preview(candidate.ref, candidate.kind.name, name, path, outcome, "", changes)


def _leaving(location: Location, plan: Plan, viewer: Principal) -> Iterator[Preview]:
    """What the source does not declare any more: gone, or held back until somebody has looked at it."""
    held = plan.held.refs if plan.held else ()
    reasons = dict.fromkeys(plan.removed, "") | dict.fromkeys(held, plan.held.reason if plan.held else "")
    if not reasons:
        return
    descriptors = Descriptor.objects.filter(location=location, ref__in=reasons)
    places = {ref: f"{path}:{line}" for ref, path, line in descriptors.values_list("ref", "path", "line")}
    seen = find_visible(viewer=viewer).filter(ref__in=reasons).order_by("ref")
    for ref, kind, name in seen.values_list("ref", "kind", "name"):
        outcome = "held" if ref in held else "remove"
        yield Preview(ref, kind, name, places.get(ref, ""), outcome, reasons[ref])


def _of_finding(finding: Finding, home: str) -> Preview:
    ref = "" if finding.ref == home else finding.ref
    kind, _, name = ref.partition(":")
    where = f"{finding.path}:{finding.line or 1}" if finding.path else ""
    message = f"{finding.code}: {finding.message}"
    return Preview(ref, kind, name.partition("/")[2], where, "refused", message)
