"""Keeping runs: what was fetched or reported, the newest word of each counting."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from portal.plugin_api import is_safe_url, tell_news

from .models import Run
from .settings import current_settings

COLUMNS = (
    "subject", "key", "attempt", "pipeline", "status", "branch", "commit", "title", "url", "started_at",
    "finished_at", "reporter", "received_at",
)  # fmt: skip
LIMITS = {"key": 200, "pipeline": 200, "branch": 250, "commit": 64, "title": 300, "url": 1000}
TEXTS = ("branch", "commit", "title", "url")
BEGAN = """
    CASE WHEN %(begins)s OR excluded.attempt > ci_run.attempt
           OR (ci_run.status = 'queued' AND excluded.status = 'running')
         THEN excluded.started_at ELSE ci_run.started_at END
"""
REPLACED = {
    **{name: f"excluded.{name}" for name in COLUMNS[2:]},
    **{name: f"coalesce(nullif(excluded.{name}, ''), ci_run.{name})" for name in TEXTS},
    "started_at": BEGAN,
}
"""What becomes of a run that is known; what a later report does not say stays as it was."""

# What comes late or again (an old report that is repeated) never takes a finished run back.
KEEP = f"""
    INSERT INTO ci_run ({", ".join(COLUMNS)}) VALUES ({", ".join(f"%({name})s" for name in COLUMNS)})
    ON CONFLICT (subject, key) DO UPDATE
       SET {", ".join(f"{name} = {value}" for name, value in REPLACED.items())}
     WHERE excluded.attempt > ci_run.attempt
        OR (excluded.attempt = ci_run.attempt AND ci_run.finished_at IS NULL
            AND (excluded.status, excluded.finished_at) IS DISTINCT FROM (ci_run.status, ci_run.finished_at))
"""  # noqa: S608 - all names are constants


@dataclass(frozen=True, slots=True)
class RunSeen:
    """A run as somebody tells of it; texts are cut to what a column holds.

    `begins` says that `started_at` was told, and is no guess.
    """

    subject: str
    key: str
    pipeline: str
    status: str
    started_at: datetime
    finished_at: datetime | None = None
    attempt: int = 1
    branch: str = ""
    commit: str = ""
    title: str = ""
    url: str = ""
    begins: bool = True


def keep_runs(runs: Iterable[RunSeen], *, reporter: str) -> None:
    """Keep these runs in one transaction, and let go on what waits for one of them."""
    now = timezone.now()
    rows = [{**asdict(run), "reporter": reporter, "received_at": now} for run in runs]
    for row in rows:
        row["url"] = row["url"] if is_safe_url(row["url"]) else ""
        for name, limit in LIMITS.items():
            row[name] = row[name].replace("\x00", "")[:limit]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(KEEP, rows)
        tell_news(_addresses(rows))


def _addresses(rows: Sequence[Mapping[str, Any]]) -> Iterable[str]:
    """Of these runs, as they are known: a report of the end of one need not say it again."""
    named = Run.objects.filter(
        subject__in={row["subject"] for row in rows}, key__in=[row["key"] for row in rows]
    )
    return named.values_list("url", flat=True)


def forget_old_runs() -> None:
    """Delete runs that are older than the setting says."""
    oldest = timezone.now() - timedelta(days=current_settings().keep_days)
    Run.objects.filter(started_at__lt=oldest).delete()
