"""Which plugins exist (folders of `plugins/`, entry points of `portal.plugins`) and which are enabled.

Settings call this while they are being read, so nothing here may read settings.
"""

import importlib
import pkgutil
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from portal.extension.broken import mark_broken
from portal.extension.plugin import PluginConfig
from portal.extension.points import ExtensionError

ENTRY_POINT_GROUP = "portal.plugins"
TREE = Path(__file__).resolve().parent.parent.parent / "plugins"


@dataclass(frozen=True, slots=True)
class InstalledPlugin:
    """A plugin that could be enabled: `module` holds its PluginConfig, `config` names it where it is said."""

    name: str
    module: str
    config: str
    distribution: str


def installed_plugins() -> dict[str, InstalledPlugin]:
    """Every plugin by name; raises ExtensionError where two have one name. Imports none of them."""
    found: dict[str, InstalledPlugin] = {}
    for plugin in [*_in_tree(), *_from_entry_points()]:
        other = found.get(plugin.name)
        if other is not None:
            raise ExtensionError(
                f"Two plugins are named {plugin.name}: {_origin(other)} and {_origin(plugin)}. "
                "Uninstall one of them."
            )
        found[plugin.name] = plugin
    return found


def enabled_plugin_configs(names: list[str]) -> list[str]:
    """The Django app config paths of the enabled plugins, in the order of `names`.

    One that cannot be imported is left out, with the reason. Raises ExtensionError for an unknown name and
    for a name given twice.
    """
    installed = installed_plugins()
    for name in names:
        if name not in installed:
            there = ", ".join(sorted(installed)) or "none"
            raise ExtensionError(
                f"PORTAL_PLUGINS names {name!r}, which is not installed. Installed plugins: {there}."
            )
        if names.count(name) > 1:
            raise ExtensionError(f"PORTAL_PLUGINS names {name!r} twice: name it once.")
    found = [_path_or_broken(installed[name]) for name in names]
    return [path for path in found if path]


def _path_or_broken(plugin: InstalledPlugin) -> str:
    try:
        return _config_path(plugin)
    except ExtensionError as error:
        mark_broken(plugin.name, str(error))
        return ""


def _in_tree() -> list[InstalledPlugin]:
    return [
        InstalledPlugin(module.name, f"plugins.{module.name}.apps", "", "portal")
        for module in pkgutil.iter_modules([str(TREE)])
        if module.ispkg
    ]


def _from_entry_points() -> list[InstalledPlugin]:
    return [_of_entry_point(point) for point in entry_points(group=ENTRY_POINT_GROUP)]


def _of_entry_point(point: EntryPoint) -> InstalledPlugin:
    module = point.module if point.attr else f"{point.module}.apps"
    return InstalledPlugin(point.name, module, point.attr or "", point.dist.name if point.dist else "")


def _config_path(plugin: InstalledPlugin) -> str:
    try:
        module = importlib.import_module(plugin.module)
    except (Exception, SystemExit) as error:
        raise ExtensionError(
            f"The plugin {plugin.name} cannot be imported from {_origin(plugin)} "
            f"({type(error).__name__}: {error}). Its apps.py may import portal.plugin_api only; mend it, "
            f"or take {plugin.name} out of PORTAL_PLUGINS."
        ) from error
    configs = [
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, PluginConfig)
        and value is not PluginConfig
        and plugin.config in {"", value.__name__}
    ]
    if len(configs) != 1:
        raise ExtensionError(
            f"The plugin {plugin.name} must have exactly one PluginConfig in {plugin.module}, "
            f"it has {len(configs)}."
        )
    config = configs[0]
    label = config.__dict__.get("label", config.name.rpartition(".")[2])
    if label != plugin.name:
        raise ExtensionError(
            f"The plugin {plugin.name} calls its app {label}: one name is used everywhere. "
            f'Write label = "{plugin.name}" in {config.__name__}.'
        )
    if plugin.distribution:
        config.distribution = plugin.distribution
    return f"{plugin.module}.{config.__name__}"


def _origin(plugin: InstalledPlugin) -> str:
    if plugin.distribution in {"", "portal"}:
        return plugin.module
    return f"{plugin.module} (package {plugin.distribution})"
