"""Runs of GitHub Actions: asked of the API, or told by GitHub's webhook `workflow_run`."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import orjson
from django.utils.dateparse import parse_datetime

from portal.plugin_api import Failed
from portal.plugin_api.http import Answer, IntegrationError, NotFound, RateLimited, error_of, request
from portal.plugin_api.snapshots import snapshots_by_target

from . import demo
from .models import Run
from .services import RunSeen, keep_runs
from .settings import DEMO, GitHub, current_settings

SOURCE = "ci.runs"
PER_PAGE = 50
MAX_BYTES = 8 * 1024 * 1024
STATUSES = {
    "success": Run.Status.SUCCESS, "neutral": Run.Status.SKIPPED, "skipped": Run.Status.SKIPPED,
    "cancelled": Run.Status.CANCELLED, "stale": Run.Status.CANCELLED, "failure": Run.Status.FAILURE,
    "timed_out": Run.Status.FAILURE, "startup_failure": Run.Status.FAILURE,
    "action_required": Run.Status.QUEUED,
}  # fmt: skip


class Unreadable(Exception):
    """GitHub's answer is not what its documentation says."""


def fetch_runs(repositories: Sequence[str]) -> dict[str, Any]:
    """Ask for the newest runs of these repositories and keep them; how each answer can be asked for again."""
    githubs = {each.host.lower(): each for each in current_settings().githubs}
    known = snapshots_by_target(SOURCE, repositories)
    answers: dict[str, Any] = {}
    for repository in repositories:
        host, _, slug = repository.partition("/")
        before = known[repository].data if repository in known else None
        answers[repository] = _fetch(githubs[host], repository, slug, before or {})
    return answers


def _fetch(github: GitHub, repository: str, slug: str, before: Mapping[str, Any]) -> Any:
    if github.api == DEMO:
        keep_runs(demo.runs_of(repository), reporter="github")
        return {"demo": True}
    address = f"{github.api.rstrip('/')}/repos/{quote(slug)}/actions/runs?per_page={PER_PAGE}"
    try:
        answer = _ask(github, address, str(before.get("etag", "")))
        if answer.status == 304:
            return dict(before)
        runs = _runs_in(answer, repository)
        if before.get("demo"):
            demo.forget(repository)
        keep_runs(runs, reporter="github")
        return {"etag": answer.headers.get("etag", "")}
    except RateLimited as error:
        return Failed(str(error), retry_after=timedelta(seconds=error.retry_after))
    except NotFound:
        return Failed(f"{repository} is not on GitHub, or our token may not read its actions.")
    except (IntegrationError, Unreadable) as error:
        return Failed(str(error))


def _ask(github: GitHub, address: str, etag: str) -> Answer:
    headers = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
    if github.token:
        headers["Authorization"] = f"Bearer {github.token}"
    if etag:
        headers["If-None-Match"] = etag
    answer = request("GET", address, headers=headers, max_bytes=MAX_BYTES)
    if answer.status not in (200, 304):
        raise error_of(answer)
    return answer


def _runs_in(answer: Answer, repository: str) -> list[RunSeen]:
    try:
        return [read_run(each, repository) for each in orjson.loads(answer.body)["workflow_runs"]]
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError):
        raise Unreadable(f"GitHub's answer about {repository} cannot be read.") from None


def read_run(run: Mapping[str, Any], repository: str) -> RunSeen:
    """A run as GitHub describes it. Raises KeyError, TypeError and ValueError where it is none."""
    is_finished = run["status"] == "completed"
    status = STATUSES.get(str(run.get("conclusion")), Run.Status.FAILURE) if is_finished else _open(run)
    return RunSeen(
        subject=repository,
        key=str(int(run["id"])),
        attempt=int(run.get("run_attempt") or 1),
        pipeline=str(run.get("name") or run.get("path") or "workflow"),
        status=status,
        branch=str(run.get("head_branch") or ""),
        commit=str(run.get("head_sha") or ""),
        title=str(run.get("display_title") or ""),
        url=str(run.get("html_url") or ""),
        started_at=_time(run.get("run_started_at") or run["created_at"]),
        finished_at=_time(run["updated_at"]) if is_finished else None,
    )


def _open(run: Mapping[str, Any]) -> str:
    return Run.Status.RUNNING if run["status"] == "in_progress" else Run.Status.QUEUED


def _time(text: Any) -> datetime:
    found = parse_datetime(str(text))
    if found is None or found.tzinfo is None:
        raise ValueError(text)
    return found
