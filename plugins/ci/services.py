"""Keeping runs: what was fetched or reported, the newest word of each counting."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

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
# What comes late or again (an old report that is repeated) never takes a finished run back.
KEEP = f"""
    INSERT INTO ci_run ({", ".join(COLUMNS)}) VALUES ({", ".join(["%s"] * len(COLUMNS))})
    ON CONFLICT (subject, key) DO UPDATE
       SET {", ".join(f"{name} = excluded.{name}" for name in COLUMNS[2:])}
     WHERE excluded.attempt > ci_run.attempt
        OR (excluded.attempt = ci_run.attempt AND ci_run.finished_at IS NULL
            AND (excluded.status, excluded.finished_at) IS DISTINCT FROM (ci_run.status, ci_run.finished_at))
"""  # noqa: S608 - all names are constants


@dataclass(frozen=True, slots=True)
class RunSeen:
    """A run as somebody tells of it; texts are cut to what a column holds."""

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


def keep_runs(runs: Iterable[RunSeen], *, reporter: str) -> None:
    """Keep these runs in one transaction, and let go on what waits for one of them."""
    now = timezone.now()
    rows = [{**asdict(run), "reporter": reporter, "received_at": now} for run in runs]
    for row in rows:
        row["url"] = row["url"] if is_safe_url(row["url"]) else ""
        for name, limit in LIMITS.items():
            row[name] = row[name].replace("\x00", "")[:limit]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(KEEP, [[row[name] for name in COLUMNS] for row in rows])
        tell_news(row["url"] for row in rows)


def forget_old_runs() -> None:
    """Delete runs that are older than the setting says."""
    oldest = timezone.now() - timedelta(days=current_settings().keep_days)
    Run.objects.filter(started_at__lt=oldest).delete()
