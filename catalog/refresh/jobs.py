"""Reading sources on behalf of a request: a job row, a worker that does it, a request that waits a little.

The functions are those of `catalog.services` and its kin, of the same names, for callers that must not read a
source themselves: everything that answers a request.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from catalog import services
from catalog.ingestion import trust_services
from catalog.ingestion.preview import Preview, read_preview
from catalog.models import Entity, Location, LocationJob
from catalog.refresh.wake import wake_workers
from catalog.selectors import get_entity, get_location
from portal.accounts.principal import Principal
from portal.database.listening import listening, tell
from portal.graphql.deadline import waiting
from portal.rest.errors import Conflict, Denied, Hidden, Invalid, NotFound, PortalError, TooMany, Unavailable

logger = logging.getLogger(__name__)

ABANDONED = timedelta(seconds=60)
KEPT = timedelta(hours=1)
LOOK_SECONDS = 0.1
"""How often a request looks at its job though nothing was told."""
RAISED: dict[str, type[PortalError]] = {
    cls.__name__: cls for cls in (Conflict, Denied, Invalid, NotFound, Unavailable, PortalError)
}


def register_location(target: str, *, actor: Principal, trusted: bool = False) -> Location:
    """As the service. Raises Unavailable too, where no worker is done in time."""
    answer = _ask(LocationJob.Action.REGISTER, target, actor, trusted=trusted)
    return get_location(UUID(answer["uid"]), viewer=actor)


def preview_location(target: str, *, actor: Principal, trusted: bool = False) -> list[Preview]:
    """As the service. Raises Unavailable too, where no worker is done in time."""
    answer = _ask(LocationJob.Action.PREVIEW, target, actor, trusted=trusted)
    return [read_preview(each) for each in answer["found"]]


def read_location(target: str, *, actor: Principal) -> list[str]:
    """As the service. Raises Unavailable too, where no worker is done in time."""
    answer = _ask(LocationJob.Action.READ, target, actor)
    return [str(document) for document in answer["documents"]]


def retarget_location(uid: UUID, target: str, *, actor: Principal) -> Location:
    """As the service. Raises Unavailable too, where no worker is done in time."""
    _ask(LocationJob.Action.RETARGET, str(uid), actor, target=target)
    return get_location(uid, viewer=actor)


def trust_location(uid: UUID | None, trusted: bool, *, actor: Principal) -> Location:
    """As the service. Raises Unavailable too, where no worker is done in time."""
    _ask(LocationJob.Action.TRUST, str(uid or ""), actor, trusted=trusted)
    return get_location(uid, viewer=actor)


def refresh_location(uid: UUID | None, *, actor: Principal) -> Location:
    """As the service. Raises Unavailable too, where no worker is done in time."""
    _ask(LocationJob.Action.REREAD, str(uid or ""), actor)
    return get_location(uid, viewer=actor)


def refresh_entity(ref: str, *, actor: Principal) -> Entity:
    """As the service. Raises Unavailable too, where no worker is done in time."""
    answer = _ask(LocationJob.Action.REFRESH, ref, actor)
    return get_entity(answer["ref"], viewer=actor)


def run_location_jobs() -> int:
    """Do what is waiting, one job at a time, until nothing is; returns how many were done."""
    done = 0
    while job := _claim():
        _run(job)
        tell(_channel(job))
        done += 1
    LocationJob.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
    return done


def _ask(
    action: LocationJob.Action, subject: str, actor: Principal, *, target: str = "", trusted: bool = False
) -> dict[str, Any]:
    if "\x00" in subject + target:
        raise Invalid("The target holds a NUL character.", code="BAD_CHARACTER", path=("target",))
    _refuse_crowd()
    job = LocationJob.objects.create(
        action=action,
        subject=subject,
        target=target,
        trusted=trusted,
        account=actor.account,
        scopes=None if actor.scopes is None else sorted(actor.scopes),
        token_id=actor.token_id,
    )
    if connection.in_atomic_block:
        _run_here(job)  # nobody else can see the row before this transaction ends
    else:
        with listening(_channel(job)) as told, waiting():
            wake_workers()
            _wait(job, told)
    LocationJob.objects.filter(pk=job.pk).delete()
    if job.problem:
        cls = RAISED.get(job.problem["raised"], PortalError)
        raise cls(job.problem["message"], code=job.problem["code"], path=tuple(job.problem["path"]))
    answer: dict[str, Any] = job.answer or {}
    return answer


def _refuse_crowd() -> None:
    recent = timezone.now() - ABANDONED
    waiting = LocationJob.objects.filter(finished_at=None, created_at__gt=recent).count()
    if waiting >= settings.CATALOG_JOBS_WAITING:
        raise TooMany("Many sources are being read at this moment. Try again shortly.", retry_after=5)


def _channel(job: LocationJob) -> str:
    """Where it is told that the job is finished."""
    return f"portal_location_job_{job.pk}"


def _wait(job: LocationJob, told: Callable[[float], None]) -> None:
    """Until the job is finished, at most the time that a request may wait."""
    end = time.monotonic() + settings.CATALOG_JOB_SECONDS
    while time.monotonic() < end:
        told(LOOK_SECONDS)
        job.refresh_from_db()
        if job.finished_at:
            return
    if LocationJob.objects.filter(pk=job.pk, started_at=None).delete()[0]:
        raise Unavailable("No worker is free to read the source. Try again; /readyz says what is missing.")
    raise Unavailable("Reading the source takes long and goes on. Look at the locations in a while.")


def _claim() -> LocationJob | None:
    """The oldest job that somebody still waits for."""
    with transaction.atomic():
        waiting = LocationJob.objects.select_for_update(skip_locked=True).filter(
            started_at=None, created_at__gt=timezone.now() - ABANDONED
        )
        job = waiting.order_by("created_at").first()
        if job is not None:
            job.started_at = timezone.now()
            job.save(update_fields=["started_at"])
    return job


def _run_here(job: LocationJob) -> None:
    job.started_at = timezone.now()
    _run(job)


def _run(job: LocationJob) -> None:
    """Do a job as who asked, whose rights count as they are now; what it raises is its answer."""
    try:
        job.answer = _perform(job)
    except PortalError as error:
        raised = NotFound if isinstance(error, Hidden) else type(error)
        job.problem = {
            "raised": raised.__name__, "code": error.code, "message": error.message, "path": list(error.path)
        }  # fmt: skip
    except Exception:
        logger.exception("reading for %s failed", job)
        job.problem = {
            "raised": "PortalError", "code": "INTERNAL", "message": "Reading the source failed.", "path": []
        }  # fmt: skip
    job.finished_at = timezone.now()
    job.save(update_fields=["started_at", "answer", "problem", "finished_at"])


def _perform(job: LocationJob) -> dict[str, Any]:
    if job.account is None or not job.account.is_active:
        raise Denied("The account that asked is not active any more.")
    scopes = None if job.scopes is None else frozenset(job.scopes)
    actor = Principal(account=job.account, scopes=scopes, token_id=job.token_id)
    if job.action == LocationJob.Action.REGISTER:
        return {"uid": str(services.register_location(job.subject, actor=actor, trusted=job.trusted).uid)}
    if job.action == LocationJob.Action.REFRESH:
        return {"ref": services.refresh_entity(job.subject, actor=actor).ref}
    if job.action == LocationJob.Action.READ:
        return {"documents": services.read_location(job.subject, actor=actor)}
    if job.action == LocationJob.Action.RETARGET:
        services.retarget_location(UUID(job.subject), job.target, actor=actor)
        return {}
    if job.action == LocationJob.Action.REREAD:
        services.refresh_location(UUID(job.subject) if job.subject else None, actor=actor)
        return {}
    if job.action == LocationJob.Action.TRUST:
        trust_services.trust_location(UUID(job.subject) if job.subject else None, job.trusted, actor=actor)
        return {}
    found = services.preview_location(job.subject, actor=actor, trusted=job.trusted)
    return {"found": [asdict(each) for each in found]}
