"""The notifications app."""

from datetime import timedelta

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "portal.notifications"
    label = "notifications"

    def ready(self) -> None:
        """Old notifications are forgotten every day."""
        from portal.extension.schedules import Schedule
        from portal.extension_points import schedules
        from portal.notifications.services import forget_old_notifications

        daily = Schedule("forget_old_notifications", forget_old_notifications, every=timedelta(days=1))
        schedules.add(daily, plugin=self.label)
