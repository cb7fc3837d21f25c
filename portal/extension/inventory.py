"""What is installed, enabled and contributed: the list behind the plugins page and `portal plugins`."""

from dataclasses import dataclass

from django.apps import apps

from portal.extension.acceptance import state_of_claims
from portal.extension.discovery import installed_plugins
from portal.extension.guard import health
from portal.extension.plugin import PluginConfig
from portal.extension.points import POINTS


@dataclass(frozen=True, slots=True)
class ContributionInfo:
    """One thing a plugin added: the point's name and the contribution's."""

    point: str
    name: str


@dataclass(frozen=True, slots=True)
class PluginInfo:
    """A plugin: `state` is ready, or with a reason waiting (nothing of its claims is accepted), resting or
    disabled (installed only)."""

    name: str
    verbose_name: str
    description: str
    version: str
    enabled: bool
    state: str
    reason: str | None
    contributions: tuple[ContributionInfo, ...]


def enabled_plugins() -> list[PluginConfig]:
    """The configs of the enabled plugins, in the order of PORTAL_PLUGINS."""
    return [config for config in apps.get_app_configs() if isinstance(config, PluginConfig)]


def list_plugins() -> list[PluginInfo]:
    """The enabled plugins in their order, then those that are only installed, by name."""
    enabled = [_enabled(config) for config in enabled_plugins()]
    names = {plugin.name for plugin in enabled}
    rest = [_disabled(name) for name in sorted(installed_plugins()) if name not in names]
    return [*enabled, *rest]


def _enabled(config: PluginConfig) -> PluginInfo:
    condition = health(config.label)
    contributions = [
        ContributionInfo(point.name, name)
        for point in POINTS.values()
        for name in point.contributions_of(config.label)
    ]
    waits = state_of_claims(config)
    return PluginInfo(
        name=config.label,
        verbose_name=str(config.verbose_name),
        description=config.description,
        version=config.version,
        enabled=True,
        state="waiting" if waits else condition.state,
        reason=waits or condition.reason,
        contributions=tuple(contributions),
    )


def _disabled(name: str) -> PluginInfo:
    reason = f"Not enabled: add {name} to PORTAL_PLUGINS and restart the portal."
    return PluginInfo(name, name, "", "", enabled=False, state="disabled", reason=reason, contributions=())
