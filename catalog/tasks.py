"""Work of the catalog that runs in a worker: locations are looked at again, changed ones are read."""

import logging

from celery import shared_task

from catalog.history.services import prune_history
from catalog.ingestion import has_changed, ingest
from catalog.jobs import run_location_jobs, set_wake
from catalog.models import Location
from catalog.webhooks.delivery import deliver_webhooks

logger = logging.getLogger(__name__)


@shared_task(name="catalog.wake", ignore_result=True)
def wake() -> None:
    """Read what requests wait for."""
    run_location_jobs()


set_wake(lambda: wake.apply_async(retry=False))


def refresh_locations() -> None:
    """Look at every location and read those that changed; without a change one statement and no write.

    A location that fails in a way nobody foresaw does not keep the others from their turn.
    """
    for location in Location.objects.order_by("last_attempt_at", "id"):
        try:
            if has_changed(location):
                outcome = ingest(location)
                logger.info("read %s: %s", location, outcome)
        except Exception:
            logger.exception("reading %s failed", location)


def forget_old_history() -> None:
    """Remove events that are older than the history's retention."""
    if removed := prune_history():
        logger.info("forgot %d events of the catalog's history", removed)


def send_webhooks() -> None:
    """Send the feed to the webhooks that are due; one statement where none is."""
    if sent := deliver_webhooks():
        logger.info("sent %d messages to webhooks", sent)
