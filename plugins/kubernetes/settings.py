"""The settings of the plugin, read from PORTAL_KUBERNETES_* and the page."""

from dataclasses import dataclass
from datetime import timedelta

from portal.plugin_api import setting, settings_of


@dataclass(frozen=True)
class KubernetesSettings:
    every: timedelta = setting(
        timedelta(seconds=60), help="Seconds between two looks at a cluster.", fixed=True
    )
    seconds: int = setting(60, help="Longest look at a cluster; one call has at most 10 of them.")
    most_objects: int = setting(20_000, help="Most objects of one kind that are read of a cluster.")
    environment_label: str = setting(
        "portal/environment", help="The label of a cluster's entity that names its environment."
    )
    demo: tuple[str, ...] = setting(
        (), help="Clusters, by name, of which workloads are invented: for a portal that shows itself."
    )

    def __post_init__(self) -> None:
        if not 5 <= self.seconds <= 240:
            raise ValueError("The longest look at a cluster is between 5 and 240 seconds.")
        if not 1 <= self.most_objects <= 500_000:
            raise ValueError("The most objects of one kind are between 1 and 500000.")


def current_settings() -> KubernetesSettings:
    return settings_of(KubernetesSettings)
