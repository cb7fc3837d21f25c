"""Work of the catalog that runs in a worker: locations are looked at again, changed ones are read."""

import logging

from celery import shared_task

from catalog.history.services import prune_history
from catalog.problems import mark_stale_sources
from catalog.refresh.jobs import run_location_jobs
from catalog.refresh.orphans import delete_old_orphans
from catalog.refresh.polling import BATCH, count_due, poll_due, poll_local
from catalog.refresh.pushing import has_deliveries, take_deliveries
from catalog.refresh.wake import set_wake
from catalog.webhooks.delivery import deliver_webhooks

logger = logging.getLogger(__name__)

MOST_HELPERS = 3
EXPIRES = 60


@shared_task(name="catalog.wake", ignore_result=True)
def wake() -> None:
    """Read what requests wait for, take in what scripts delivered, look at what webhooks told of."""
    run_location_jobs()
    take_deliveries()
    poll_due()


set_wake(lambda after: wake.apply_async(retry=False, countdown=after))


@shared_task(name="catalog.help_polling", ignore_result=True)
def help_polling() -> None:
    """Look at sources that are due, beside others who do."""
    poll_due()


def refresh_locations() -> None:
    """Look at every source of this machine and read those that changed."""
    poll_local()


def poll_sources() -> None:
    """Look at the other sources whose time has come; with help where many are waiting."""
    for _ in range(min(count_due() // BATCH, MOST_HELPERS)):
        help_polling.apply_async(retry=False, expires=EXPIRES)
    poll_due()
    take_deliveries()


def has_due_sources() -> bool:
    """Whether `poll_sources` would find anything."""
    return count_due() > 0 or has_deliveries()


def report_stale_sources() -> None:
    """Say of the sources that could not be read for too long that they are stale."""
    if found := mark_stale_sources():
        logger.warning("%d sources could not be read for too long", found)


def remove_old_orphans() -> None:
    """Delete orphans as old as the setting says."""
    if removed := delete_old_orphans():
        logger.info("deleted %d orphans", removed)


def forget_old_history() -> None:
    """Remove events that are older than the history's retention."""
    if removed := prune_history():
        logger.info("forgot %d events of the catalog's history", removed)


def send_webhooks() -> None:
    """Send the feed to the webhooks that are due; one statement where none is."""
    if sent := deliver_webhooks():
        logger.info("sent %d messages to webhooks", sent)
