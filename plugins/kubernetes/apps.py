"""The front page of the kubernetes plugin: everything it adds, by name."""

from datetime import timedelta

from portal.plugin_api import (
    Claims,
    PluginConfig,
    SnapshotSource,
    entity_facts,
    entity_fields,
    entity_panels,
    home_panels,
    snapshot_sources,
    urls,
)

from .settings import KubernetesSettings


class KubernetesPlugin(PluginConfig):
    name = "plugins.kubernetes"
    verbose_name = "Kubernetes"
    settings_class = KubernetesSettings
    claims = Claims(
        kinds=("Component", "API", "Resource", "System", "Group"),
        fields=("spec.owner",),
        annotations=("backstage.io/kubernetes-*", "kubernetes.io/*", "setting:environment_label"),
        clusters=("*",),  # those of PORTAL_CLUSTERS, which the operator lists for it
    )

    def register(self) -> None:
        from .facts import facts
        from .panels import (
            ClusterPanel,
            KubernetesPanel,
            NodesPanel,
            RunningPanel,
            TeamWorkloadsPanel,
            TroubledPanel,
        )
        from .rest import URLS
        from .schema import entity_kubernetes
        from .services import cluster_refs, look_at_clusters

        self.add(
            snapshot_sources,
            SnapshotSource(
                "clusters",
                targets=cluster_refs,
                fetch=look_at_clusters,
                every=self.settings.every,
                longest_wait=timedelta(minutes=5),
            ),
        )
        self.add(entity_panels, RunningPanel, KubernetesPanel, ClusterPanel, NodesPanel, TeamWorkloadsPanel)
        self.add(entity_fields, entity_kubernetes)
        self.add(entity_facts, facts)
        self.add(home_panels, TroubledPanel)
        self.add(urls, *URLS)
