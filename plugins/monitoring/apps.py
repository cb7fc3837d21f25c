"""The front page of the monitoring plugin: everything it adds, by name."""

from portal.plugin_api import (
    Claims,
    PluginConfig,
    entity_facts,
    entity_fields,
    entity_panels,
    home_panels,
    snapshot_sources,
)

from .settings import MonitoringSettings


class MonitoringPlugin(PluginConfig):
    name = "plugins.monitoring"
    verbose_name = "Monitoring"
    settings_class = MonitoringSettings
    claims = Claims(
        kinds=("setting:kinds", "Group"),
        fields=("spec.owner",),
        annotations=(
            "prometheus.io/*",
            "portal/monitoring-name",
            "portal/slo-*",
            "grafana/overview-dashboard",
            "setting:tier_label",
        ),
        hosts=("setting:servers.prometheus", "setting:servers.alertmanager"),
        secrets=("setting:servers.prometheus", "setting:servers.alertmanager"),
    )

    def register(self) -> None:
        from .alerts import alerts_source
        from .facts import monitoring_facts
        from .objectives import objectives_source
        from .panels import BurningPanel, HealthPanel, MonitoringPanel, TeamBurningPanel
        from .schema import entity_monitoring
        from .signals import signals_source

        self.add(snapshot_sources, signals_source(self.settings), objectives_source(self.settings))
        self.add(snapshot_sources, alerts_source(self.settings))
        self.add(entity_panels, HealthPanel, MonitoringPanel, TeamBurningPanel)
        self.add(entity_fields, entity_monitoring)
        self.add(entity_facts, monitoring_facts)
        self.add(home_panels, BurningPanel)
