"""The front page of the ci plugin: everything it adds, by name."""

from datetime import timedelta
from pathlib import Path

from portal.plugin_api import (
    Claims,
    Hook,
    PluginConfig,
    Schedule,
    SnapshotSource,
    described_in,
    entity_facts,
    entity_fields,
    entity_panels,
    home_panels,
    hooks,
    schedules,
    snapshot_sources,
    urls,
)

from .settings import CiSettings


class CiPlugin(PluginConfig):
    name = "plugins.ci"
    verbose_name = "CI"
    settings_class = CiSettings
    claims = Claims(
        kinds=("Component", "API", "Resource", "System", "Template", "Group"),
        fields=("spec.owner",),
        annotations=(
            "github.com/project-slug",
            "backstage.io/source-location",
            "backstage.io/managed-by-location",
        ),
        hosts=("setting:githubs.api",),
        secrets=("setting:githubs.api",),
    )

    def register(self) -> None:
        from .facts import CI_FACTS
        from .github import fetch_runs
        from .panels import BuildsPanel, CiPanel, FailingPanel, TeamFailingPanel
        from .reports import hook_secrets, take_report
        from .repositories import repositories_of_catalog
        from .schema import entity_ci
        from .services import forget_old_runs

        self.add(
            snapshot_sources,
            SnapshotSource("runs", targets=repositories_of_catalog, fetch=fetch_runs,
                           every=self.settings.every, batch=20),
        )  # fmt: skip
        self.add(hooks, Hook("report", receive=take_report, secrets=hook_secrets))
        self.add(urls, described_in(Path(__file__).with_name("openapi.yaml")))
        self.add(schedules, Schedule("forget-runs", run=forget_old_runs, every=timedelta(days=1)))
        self.add(entity_panels, BuildsPanel, CiPanel, TeamFailingPanel)
        self.add(entity_fields, entity_ci)
        self.add(entity_facts, CI_FACTS)
        self.add(home_panels, FailingPanel)
