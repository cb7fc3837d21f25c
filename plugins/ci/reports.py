"""Reports of any other CI, and GitHub's own webhook: signed, taken by a worker, each counting once."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from portal.plugin_api import SYSTEM, DeliveryRefused
from portal.plugin_api.catalog import Entity, EntityRef, InvalidRef, get_entities_by_refs

from .github import read_run
from .models import Run
from .repositories import read_repository, subject_of
from .services import RunSeen, keep_runs
from .settings import current_settings

MOST_AT_ONCE = 200
AHEAD = timedelta(minutes=10)
TEXTS = ("run", "pipeline", "status", "branch", "commit", "title", "url")


def hook_secrets() -> tuple[str, ...]:
    return (current_settings().report_secret,)


def take_report(payload: Any) -> None:
    """Keep what was reported: one run, `{"reports": […]}` of them, or GitHub's event `workflow_run`.

    Raises DeliveryRefused, and keeps nothing, where one of them cannot be read.
    """
    if not isinstance(payload, dict):
        raise DeliveryRefused("A report is a JSON object.")
    if "workflow_run" in payload:
        keep_runs([_of_github(payload)], reporter="github")
        return
    if "zen" in payload:
        return  # GitHub tries out the address
    reports = payload.get("reports", [payload])
    if not isinstance(reports, list) or len(reports) > MOST_AT_ONCE:
        raise DeliveryRefused(f"`reports` is a list of at most {MOST_AT_ONCE}.")
    refs = {str(each["entity"]) for each in reports if isinstance(each, dict) and each.get("entity")}
    entities = get_entities_by_refs([_ref(each) for each in refs], SYSTEM, by_aliases=True)
    keep_runs([_read(report, entities) for report in reports], reporter="report")


def _of_github(payload: Mapping[str, Any]) -> RunSeen:
    try:
        repository = read_repository(str(payload["repository"]["html_url"]))
        return read_run(payload["workflow_run"], repository)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise DeliveryRefused("This is no workflow_run as GitHub sends it.") from None


def _read(report: Any, entities: Mapping[str, Entity]) -> RunSeen:
    if not isinstance(report, dict):
        raise DeliveryRefused("A report is a JSON object.")
    for name in TEXTS:
        if not isinstance(report.get(name, ""), str | int):
            raise DeliveryRefused(f"`{name}` is text.")
    for name in ("run", "pipeline", "status"):
        if not report.get(name):
            raise DeliveryRefused(f"The report says no `{name}`.")
    status = str(report["status"])
    if status not in Run.Status.values:
        raise DeliveryRefused(f"`status` is one of {', '.join(Run.Status.values)}.")
    finished = _time(report, "finishedAt")
    is_finished = status not in (Run.Status.QUEUED, Run.Status.RUNNING)
    if is_finished and finished is None:
        finished = timezone.now()
    started = _time(report, "startedAt")
    attempt = report.get("attempt", 1)
    if not isinstance(attempt, int) or not 0 < attempt < 10_000:
        raise DeliveryRefused("`attempt` is a number from 1.")
    return RunSeen(
        subject=_subject(report, entities),
        key=f"{report['pipeline']}#{report['run']}",
        attempt=attempt,
        pipeline=str(report["pipeline"]),
        status=status,
        branch=str(report.get("branch", "")),
        commit=str(report.get("commit", "")),
        title=str(report.get("title", "")),
        url=str(report.get("url", "")),
        started_at=started or finished or timezone.now(),
        finished_at=finished if is_finished else None,
        begins=started is not None,
    )


def _subject(report: Mapping[str, Any], entities: Mapping[str, Entity]) -> str:
    """Of the entity, or of the repository as `git:owner/name`, its address, or `host/owner/name`."""
    entity, repository = report.get("entity"), report.get("repository")
    if (entity is None) == (repository is None):
        raise DeliveryRefused("A report names an `entity` or a `repository`.")
    if entity is not None:
        known = entities.get(_ref(str(entity)))
        if known is None:
            raise DeliveryRefused(f"{str(entity)[:200]} is not in the catalog.")
        return subject_of(known)
    found = read_repository(str(repository)) or read_repository(f"https://{repository}")
    if not found:
        raise DeliveryRefused(
            f"{str(repository)[:200]!r} is no repository: write its address, or git:owner/name."
        )
    return found


def _ref(text: str) -> str:
    try:
        return str(EntityRef.parse(text, default_kind="Component"))
    except InvalidRef as error:
        raise DeliveryRefused(str(error)) from None


def _time(report: Mapping[str, Any], name: str) -> datetime | None:
    if report.get(name) is None:
        return None
    try:
        found = parse_datetime(str(report[name]))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None or found > timezone.now() + AHEAD:
        raise DeliveryRefused(f"`{name}` is a time such as 2026-01-31T09:30:00Z, and not in the future.")
    return found
