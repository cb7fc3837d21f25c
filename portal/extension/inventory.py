"""What is installed, enabled and contributed: the list behind the plugins page and `portal plugins`."""

import pkgutil
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from portal.extension.acceptance import state_of_claims
from portal.extension.broken import broken_plugins, why_broken
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
    """A plugin: `state` is ready, or with a reason broken (it could not start, or its tables are not there),
    waiting (nothing of its claims is accepted), resting or disabled (installed only)."""

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
    gone = {name: why for name, why in broken_plugins().items() if name not in names}
    enabled += [_left_out(name, why) for name, why in gone.items()]
    names |= set(gone)
    rest = [_disabled(name) for name in sorted(installed_plugins()) if name not in names]
    return [*enabled, *rest]


def _enabled(config: PluginConfig) -> PluginInfo:
    condition = health(config.label)
    contributions = [
        ContributionInfo(point.name, name)
        for point in POINTS.values()
        for name in point.contributions_of(config.label)
    ]
    broken = why_broken(config.label) or missing_tables(config)
    waits = state_of_claims(config)
    return PluginInfo(
        name=config.label,
        verbose_name=str(config.verbose_name),
        description=config.description,
        version=config.version,
        enabled=True,
        state="broken" if broken else "waiting" if waits else condition.state,
        reason=broken or waits or condition.reason,
        contributions=tuple(contributions),
    )


def missing_tables(config: PluginConfig) -> str | None:
    """Why its tables are not as it needs them: a migration that failed, or that was not run."""
    package = f"{config.name}.migrations"
    if find_spec(config.name) is None or find_spec(package) is None:
        return None
    folder = import_module(package).__path__
    written = sorted(each.name for each in pkgutil.iter_modules(folder) if each.name[0] not in "_~")
    try:
        applied = MigrationRecorder(connection).applied_migrations()
    except Exception:  # noqa: BLE001 - there is no database to ask at the moment
        return None
    waiting = [name for name in written if (config.label, name) not in applied]
    if not applied or not waiting:
        return None
    return (
        f"The migration {waiting[0]} of {config.label} is not applied: `manage.py migrate {config.label}` "
        "runs it, or says why it cannot."
    )


def _left_out(name: str, why: str) -> PluginInfo:
    return PluginInfo(name, name, "", "", enabled=True, state="broken", reason=why, contributions=())


def _disabled(name: str) -> PluginInfo:
    reason = f"Not enabled: add {name} to PORTAL_PLUGINS and restart the portal."
    return PluginInfo(name, name, "", "", enabled=False, state="disabled", reason=reason, contributions=())
