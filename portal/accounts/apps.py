"""The accounts app."""

from datetime import timedelta

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "portal.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Put what accounts need done every day on the portal's schedule."""
        from portal.accounts.housekeeping import forget_what_is_over
        from portal.extension.schedules import Schedule
        from portal.extension_points import schedules

        daily = Schedule("forget_what_is_over", forget_what_is_over, every=timedelta(days=1))
        schedules.add(daily, plugin=self.label)
