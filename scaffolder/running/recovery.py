"""What becomes of a task whose worker was lost: it goes on, starts over, or fails, as its template says."""

from collections.abc import Sequence

from scaffolder.models import LogLine, Step, Task
from scaffolder.running.journal import Journal
from scaffolder.running.leases import WORKER_LOST, write_log
from scaffolder.running.steps import StepFailed
from scaffolder.running.workspace import Workspace
from scaffolder.templates.template import GIVE_UP, START_OVER

STARTS_OVER = "The worker was lost: starting over, with an empty workspace."


def recover(strategy: str, rows: Sequence[Step], *, journal: Journal, workspace: Workspace) -> None:
    """Make ready for another attempt at a task that a worker was lost with; `rows` are its steps.

    Starting over does every step again; what was made outside is found and not made twice. Raises StepFailed
    where the template wants nothing done again.
    """
    journal.counts_every_attempt = strategy == START_OVER
    if journal.lease.was != Task.Status.PROCESSING:
        return
    if strategy == GIVE_UP:
        raise StepFailed(f"{WORKER_LOST}; the template says that nothing is done again then")
    if strategy == START_OVER and any(row.status != Step.Status.OPEN for row in rows):
        with journal.holding() as task:
            for row in rows:
                row.status, row.output, row.error = Step.Status.OPEN, "{}", ""
                row.started_at = row.finished_at = None
            Step.objects.bulk_update(rows, ["status", "output", "error", "started_at", "finished_at"])
            warning = LogLine.Level.WARNING
            write_log(task, STARTS_OVER, level=warning, kind=LogLine.Kind.RECOVERED)
        workspace.remove()
