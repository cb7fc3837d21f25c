"""Adds a panel that hangs."""

from portal.plugin_api import Claims, PluginConfig, entity_panels


class DrowsyPlugin(PluginConfig):
    name = "portal_drowsy"
    label = "drowsy"
    verbose_name = "Drowsy"
    claims = Claims(kinds=("Component",), annotations=("drowsy.example/naps",))

    def register(self) -> None:
        from .panels import HangingPanel

        self.add(entity_panels, HangingPanel)
