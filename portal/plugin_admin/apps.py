"""The app that keeps what administrators decided about plugins."""

from django.apps import AppConfig


class PluginAdminConfig(AppConfig):
    name = "portal.plugin_admin"
    label = "plugin_admin"

    def ready(self) -> None:
        """Say how decisions are read (nothing is read yet), and that deliveries are handed over,
        and how the uses of claims are kept."""
        from datetime import timedelta

        from portal.encryption import keeps_secrets
        from portal.extension.decided import set_reader
        from portal.extension.schedules import Schedule
        from portal.extension.uses import set_writer
        from portal.extension_points import schedules
        from portal.plugin_admin import services, tasks
        from portal.plugin_admin.hooks import has_work
        from portal.plugin_admin.selectors import read_decisions

        keeps_secrets("plugins", services.renew_secrets)
        set_reader(read_decisions)
        often = timedelta(seconds=30)
        deliveries = Schedule("deliveries", tasks.hand_over_deliveries, often, waiting=has_work)
        old = Schedule("forget-uses", services.forget_old_uses, every=timedelta(days=1))
        for schedule in (deliveries, old):
            schedules.add(schedule, plugin=self.label)
        set_writer(services.write_uses)
