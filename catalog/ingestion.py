"""From a location's source to the catalog: read, plan, write at once; a failure deletes nothing."""

from dataclasses import dataclass

import orjson
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from catalog.candidates import Candidate, home_ref
from catalog.findings import Finding
from catalog.kinds import read_kinds, using
from catalog.kinds.registry import kinds_generation
from catalog.models import Location
from catalog.plan import Plan, make_plan
from catalog.redefine import redefine_kinds, redefines
from catalog.sources import FileSource, Source, SourceError, open_source
from catalog.tree import read_tree
from catalog.write import bump_generation, lock_catalog, write_descriptors, write_entities, write_problems
from portal.accounts.principal import Principal

MAX_READS = 5


@dataclass(frozen=True, slots=True)
class Ingested:
    """What an ingestion did; `error` is why the source could not be read, "" where it could."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    problems: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """What reading a location would do to one ref: add, change, unchanged or refused."""

    ref: str
    kind: str
    name: str
    path: str
    outcome: str
    message: str = ""


def has_changed(location: Location) -> bool:
    """Whether the source differs from what was read last; looks at the source, writes nothing."""
    if not location.etag:
        return True
    try:
        return open_source(location).revision() != location.etag
    except SourceError as error:
        return error.message != location.last_error


def ingest(location: Location, *, allow_removal: bool = False, actor: Principal | None = None) -> Ingested:
    """Read a saved location now and make the catalog what it says. Raises nothing for a bad source.

    Where somebody else wrote what they read of it in the meantime, it is read again: the last word is
    that of the newest read.
    """
    for _ in range(MAX_READS):
        outcome = _ingest_once(location, allow_removal, actor)
        if outcome is not None:
            return outcome
        location.refresh_from_db()
    return Ingested(error=f"{location} is being read by others all the time.")


def _ingest_once(location: Location, allow_removal: bool, actor: Principal | None) -> Ingested | None:
    """None where what was read may be older than what was written in the meantime."""
    try:
        source = open_source(location)
    except SourceError as error:
        return _failed(location, error, None)
    try:
        with using(read_kinds()) as kinds:
            tree = read_tree(source, may_define=location.trusted, location_id=location.pk)
    except SourceError as error:
        return _failed(location, error, source)
    with transaction.atomic(), using(tree.kinds):
        _allow_time()
        generation = lock_catalog("ingestion", actor=actor, source=str(location))
        etag = Location.objects.filter(pk=location.pk).values_list("etag", flat=True).first()
        if etag is None:
            return Ingested(error=f"{location} is not registered any more.")
        if etag != location.etag or kinds_generation() != kinds.generation:
            return None
        plan = make_plan(location, tree, source, allow_removal=allow_removal)
        write_entities(location, plan, generation)
        problems_changed = write_problems(location, plan.findings)
        descriptors_changed = write_descriptors(location, plan)
        if redefines(plan):
            redefine_kinds(kinds)
        _succeeded(location, source)
        changed = plan.added or plan.changed or plan.orphaned or plan.removed
        if changed or problems_changed or descriptors_changed:
            bump_generation()
    return Ingested(
        added=len(plan.added),
        changed=len(plan.changed),
        removed=len(plan.removed),
        unchanged=len(plan.unchanged),
        problems=len(set(plan.findings)),
    )


def preview(location: Location) -> list[Preview]:
    """What ingesting a location would do, ref by ref in the order of its files; writes nothing.

    Raises SourceError where the source cannot be read.
    """
    source = open_source(location)
    tree = read_tree(source, may_define=location.trusted, location_id=location.pk)
    with using(tree.kinds):
        plan = make_plan(location, tree, source)
    return _previews(plan, str(home_ref(location)))


def documents_of(location: Location) -> tuple[list[str], list[Finding]]:
    """The documents that ingesting a location would store, but for uid and etag, and what it would refuse.

    Writes nothing. Raises SourceError where the source cannot be read.
    """
    source = open_source(location)
    plan = make_plan(location, read_tree(source), source)
    refusals = [finding for finding in plan.findings if finding.is_error]
    return [orjson.dumps(candidate.document).decode() for candidate in plan.declared()], refusals


def _previews(plan: Plan, home: str) -> list[Preview]:
    outcomes = {candidate.ref: (candidate, "add") for candidate, _ in plan.added}
    outcomes |= {candidate.ref: (candidate, "change") for candidate, _ in plan.changed}
    outcomes |= {candidate.ref: (candidate, "unchanged") for candidate in plan.unchanged}
    found = [_preview(candidate, outcome) for candidate, outcome in outcomes.values() if candidate.descriptor]
    for finding in plan.findings:
        if finding.is_error:
            ref = "" if finding.ref == home else finding.ref
            kind, _, name = ref.partition(":")
            where = f"{finding.path}:{finding.line or 1}" if finding.path else ""
            found.append(
                Preview(
                    ref=ref,
                    kind=kind,
                    name=name.partition("/")[2],
                    path=where,
                    outcome="refused",
                    message=f"{finding.code}: {finding.message}",
                )
            )
    return found


def _preview(candidate: Candidate, outcome: str) -> Preview:
    path = f"{candidate.descriptor.path}:{candidate.descriptor.line}" if candidate.descriptor else ""
    return Preview(candidate.ref, candidate.derived.kind, candidate.derived.name, path, outcome)


def _failed(location: Location, error: SourceError, source: Source | None) -> Ingested:
    """The source cannot be read: the catalog stays as it is, the location says why."""
    finding = Finding(error.code, error.message, ref=str(home_ref(location)))
    with transaction.atomic():
        lock_catalog("ingestion", source=str(location))
        changed = write_problems(location, [finding])
        location.last_attempt_at = timezone.now()
        location.last_error = error.message
        _remember(location, source)
        location.save(update_fields=["last_attempt_at", "last_error", "etag", "files"])
        if changed:
            bump_generation()
    return Ingested(problems=1, error=error.message)


def _succeeded(location: Location, source: Source) -> None:
    location.last_attempt_at = location.last_success_at = timezone.now()
    location.last_error = ""
    _remember(location, source)
    location.save(update_fields=["last_attempt_at", "last_success_at", "last_error", "etag", "files"])


def _remember(location: Location, source: Source | None) -> None:
    """What the next look at the source is compared with."""
    try:
        location.etag = source.revision() if source else ""
    except SourceError:
        location.etag = ""
    location.files = sorted(source.seen) if isinstance(source, FileSource) else []


def _allow_time() -> None:
    """Writing a large catalog takes longer than a request may."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = {settings.CATALOG_STATEMENT_TIMEOUT_MS}")
