"""The app that keeps what administrators decided about plugins."""

from django.apps import AppConfig


class PluginAdminConfig(AppConfig):
    name = "portal.plugin_admin"
    label = "plugin_admin"

    def ready(self) -> None:
        """Say how decisions are read; nothing is read yet."""
        from portal.extension.decided import set_reader
        from portal.plugin_admin.selectors import read_decisions

        set_reader(read_decisions)
