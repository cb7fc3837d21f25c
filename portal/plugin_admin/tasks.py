"""Celery's side of deliveries to plugins: a message that makes a worker hand them over before its turn."""

from celery import shared_task

from portal.plugin_admin.hooks import hand_over, set_wake


@shared_task(name="portal.plugin_admin.hand_over", ignore_result=True)
def hand_over_deliveries() -> None:
    """Hand over what is due."""
    hand_over()


set_wake(lambda: hand_over_deliveries.apply_async(retry=False))
