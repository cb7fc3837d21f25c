"""From a location's source to the catalog: read, plan, write at once; a failure deletes nothing."""

from dataclasses import asdict, dataclass, replace

import orjson
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from catalog.entities.findings import Finding
from catalog.identity.renames import follow
from catalog.ingestion.declared import write_descriptors, write_problems
from catalog.ingestion.departures import let_go
from catalog.ingestion.homes import home_ref
from catalog.ingestion.plan import make_plan
from catalog.ingestion.redefine import redefine_if_changed
from catalog.ingestion.removals import hold_removal
from catalog.ingestion.tree import Tree, read_tree
from catalog.ingestion.write import bump_generation, lock_catalog, write_entities
from catalog.kinds import KindSet, read_kinds, using
from catalog.kinds.registry import kinds_generation
from catalog.models import Location, SourceRun
from catalog.problems import refs_taken
from catalog.refresh.pace import next_attempt
from catalog.refresh.runs import begin_run, end_run
from catalog.sources import FileSource, Source, SourceError, open_source
from catalog.sources.base import InParts
from portal.accounts.principal import Principal

MAX_READS = 5


@dataclass(frozen=True, slots=True)
class Ingested:
    """What an ingestion did; `error` is why the source could not be read, "" where it could.

    `held` entities wait for somebody's word before they are removed.
    """

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    problems: int = 0
    held: int = 0
    error: str = ""

    @property
    def outcome(self) -> SourceRun.Outcome:
        if self.error:
            return SourceRun.Outcome.FAILED
        if self.held:
            return SourceRun.Outcome.HELD
        changed = self.added or self.changed or self.removed
        return SourceRun.Outcome.CHANGED if changed else SourceRun.Outcome.UNCHANGED


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at a source found: the source, what it declares once it was read, or why it cannot be."""

    changed: bool
    source: Source | None = None
    error: SourceError | None = None
    tree: Tree | None = None
    kinds: KindSet | None = None

    @property
    def wait(self) -> float:
        """Seconds that the source's host wants to be left alone."""
        return self.error.wait if self.error else 0


def read(location: Location, look: Look) -> Look:
    """The look with everything read that ingestion needs, so that no transaction waits for a host."""
    if not look.changed or look.source is None or look.tree is not None:
        return look
    try:
        with using(read_kinds()) as kinds:
            tree = read_tree(look.source, may_define=location.trusted, location_id=location.pk)
        return replace(look, tree=tree, kinds=kinds)
    except SourceError as error:
        return replace(look, error=error)


def find_change(location: Location) -> Look:
    """Whether the source differs from what was read last, an error that is new too; writes nothing."""
    try:
        source = open_source(location, look=True)
        revision = source.revision()
        return Look(not location.etag or revision != location.etag, source)
    except SourceError as error:
        return Look(error.message != location.last_error, error=error)


def ingest(
    location: Location,
    *,
    allow_removal: bool = False,
    found: Look | None = None,
    actor: Principal | None = None,
) -> Ingested:
    """Read a saved location now and make the catalog what it says. Raises nothing for a bad source.

    `found` is a look that was just taken. Where somebody else wrote what they read of it in the
    meantime, it is read again: the last word is that of the newest read.
    """
    run = begin_run(location)
    outcome = Ingested(error="The portal failed; its log says why.")
    try:
        outcome = _ingest(location, allow_removal, found, actor)
    finally:
        figures = {name: value for name, value in asdict(outcome).items() if name != "held"}
        end_run(run, outcome.outcome, **figures, revision=location.etag)
    return outcome


def _ingest(location: Location, allow_removal: bool, found: Look | None, actor: Principal | None) -> Ingested:
    for _ in range(MAX_READS):
        outcome = _ingest_once(location, allow_removal, found, actor)
        if outcome is not None:
            return outcome
        found = None
        location.refresh_from_db()
    return Ingested(error=f"{location} is being read by others all the time.")


def _ingest_once(
    location: Location, allow_removal: bool, found: Look | None, actor: Principal | None
) -> Ingested | None:
    """None where what was read may be older than what was written in the meantime."""
    source: Source | None = None
    try:
        found = read(location, found or Look(True, open_source(location, look=True)))
        source, tree, kinds = found.source, found.tree, found.kinds
        if found.error or source is None or tree is None or kinds is None:
            raise found.error or SourceError("NOTHING_TO_READ", f"{location} was not looked at.")
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
        let_go(location, plan, tree, at_once=allow_removal)
        moved = write_descriptors(location, plan)
        write_entities(location, plan, generation)
        follow(plan)
        held = hold_removal(location, plan)
        problems_changed = write_problems(location, plan.findings, tree=tree)
        refs_taken({plan.known[each.ref].id for each in plan.unchanged if each.ref in moved})
        redefine_if_changed(plan, kinds)
        changed = bool(plan.added or plan.changed or plan.orphaned or plan.removed or plan.departing)
        _succeeded(location, source, changed=changed)
        if changed or problems_changed or moved:
            bump_generation()
    return Ingested(
        added=len(plan.added), changed=len(plan.changed),
        removed=len(plan.removed) + len(plan.departing), unchanged=len(plan.unchanged),
        problems=len(set(plan.findings)), held=held,
    )  # fmt: skip


def documents_of(location: Location) -> tuple[list[str], list[Finding]]:
    """The documents that ingesting a location would store, but for uid and etag, and what it would refuse.

    Writes nothing. Raises SourceError where the source cannot be read.
    """
    source = open_source(location, look=True)
    tree = read_tree(source, may_define=location.trusted, location_id=location.pk)
    with using(tree.kinds):
        plan = make_plan(location, tree, source)
    refusals = [finding for finding in plan.findings if finding.is_error]
    return [orjson.dumps(candidate.document).decode() for candidate in plan.declared()], refusals


def _failed(location: Location, error: SourceError, source: Source | None) -> Ingested:
    """The source cannot be read: the catalog stays as it is, the location says why."""
    finding = Finding(error.code, error.message, ref=str(home_ref(location)))
    with transaction.atomic():
        lock_catalog("ingestion", source=str(location))
        changed = write_problems(location, [finding])
        location.last_attempt_at = timezone.now()
        location.last_error = error.message
        location.failures += 1
        location.next_attempt_at = next_attempt(location, failures=location.failures, wait=error.wait)
        _remember(location, source)
        location.save(update_fields=["last_attempt_at", "last_error", "failures", "next_attempt_at",
                                     "etag", "files"])  # fmt: skip
        if changed:
            bump_generation()
    return Ingested(problems=1, error=error.message)


def _succeeded(location: Location, source: Source, *, changed: bool) -> None:
    location.last_attempt_at = location.last_success_at = timezone.now()
    if changed or location.unchanged_since is None:
        location.unchanged_since = location.last_success_at
    location.last_error = ""
    location.failures = 0
    rest = source.rest if isinstance(source, InParts) else None
    location.next_attempt_at = next_attempt(location, rest=rest)
    location.memory = source.memory()
    _remember(location, source)
    location.save(update_fields=["last_attempt_at", "last_success_at", "last_error", "unchanged_since",
                                 "failures", "next_attempt_at", "memory", "etag", "files"])  # fmt: skip


def _remember(location: Location, source: Source | None) -> None:
    """What the next look at the source is compared with."""
    try:
        location.etag = source.revision() if source else ""
    except SourceError:
        location.etag = ""
    location.files = sorted(source.seen) if isinstance(source, FileSource) else []


def _allow_time() -> None:
    """Writing a large catalog takes longer than a request may, and waits for its turn."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('statement_timeout', %s, true), set_config('lock_timeout', '0', true)",
            [str(settings.CATALOG_STATEMENT_TIMEOUT_MS)],
        )
