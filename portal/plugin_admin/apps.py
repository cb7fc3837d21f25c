"""The app that keeps what administrators decided about plugins."""

from django.apps import AppConfig


class PluginAdminConfig(AppConfig):
    name = "portal.plugin_admin"
    label = "plugin_admin"

    def ready(self) -> None:
        """Say how decisions are read (nothing is read yet), and that deliveries are handed over."""
        from datetime import timedelta

        from portal.extension.decided import set_reader
        from portal.extension.schedules import Schedule
        from portal.extension_points import schedules
        from portal.plugin_admin import tasks
        from portal.plugin_admin.selectors import read_decisions

        set_reader(read_decisions)
        deliveries = Schedule("deliveries", tasks.hand_over_deliveries, every=timedelta(seconds=30))
        schedules.add(deliveries, plugin=self.label)
