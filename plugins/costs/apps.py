"""The front page of the costs plugin: everything it adds, by name."""

from portal.plugin_api import (
    Claims,
    PluginConfig,
    entity_facts,
    entity_fields,
    entity_panels,
    home_panels,
    pages,
    queries,
    snapshot_sources,
)

from .settings import CostsSettings


class CostsPlugin(PluginConfig):
    name = "plugins.costs"
    verbose_name = "Costs"
    settings_class = CostsSettings
    claims = Claims(
        kinds=("setting:kinds", "System", "Domain", "Group", "User"),
        fields=("spec.owner", "spec.profile", "relations"),
        annotations=("portal/cost-*",),
        hosts=("setting:sources.address", "ce.us-east-1.amazonaws.com"),
        secrets=("setting:sources.address",),
    )

    def register(self) -> None:
        from .facts import costs_facts
        from .fetching import costs_source
        from .pages import CostsPage
        from .panels import CostExplorerPanel, CostsPanel, MonthlyCostPanel, TeamCostPanel
        from .schema import costs_query, entity_costs

        self.add(snapshot_sources, costs_source(self.settings))
        self.add(entity_panels, MonthlyCostPanel, CostsPanel, TeamCostPanel)
        self.add(entity_fields, entity_costs)
        self.add(entity_facts, costs_facts)
        self.add(home_panels, CostExplorerPanel)
        self.add(pages, CostsPage)
        self.add(queries, costs_query)
