"""Reads what was decided about plugins: all at once for the process, and a plugin's settings to show."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from portal.accounts.permissions import require_admin
from portal.accounts.principal import Principal
from portal.encryption import Undecryptable, decrypt
from portal.extension.decided import Decision
from portal.extension.inventory import enabled_plugins
from portal.extension.plugin import PluginConfig
from portal.extension.setting_kinds import to_plain
from portal.extension.settings import SettingField, json_schema, shown
from portal.plugin_admin.models import PluginDecision
from portal.rest.errors import NotFound


@dataclass(frozen=True, slots=True)
class ShownSetting:
    """A setting as an administrator sees it: `source` is environment, page, default or missing."""

    name: str
    variable: str
    title: str
    help: str
    secret: bool
    required: bool
    source: str
    editable: bool
    is_set: bool
    value: Any


@dataclass(frozen=True, slots=True)
class ShownSettings:
    """The settings of a plugin, and the JSON Schema of those that may be written in the page."""

    schema: Mapping[str, Any]
    fields: tuple[ShownSetting, ...]


def read_decisions() -> dict[str, Decision]:
    """Everything that was decided, by plugin; one statement."""
    return {row.plugin: decision(row) for row in PluginDecision.objects.all()}


def decision(row: PluginDecision) -> Decision:
    """The row with its secrets opened."""
    try:
        opened = written_secrets(row)
    except Undecryptable:
        return Decision(row.settings, unreadable=("secrets",))
    return Decision({**row.settings, **opened})


def written_secrets(row: PluginDecision | None) -> dict[str, Any]:
    """The values with secrets in them, by field. Raises Undecryptable."""
    found: dict[str, Any] = orjson.loads(decrypt(bytes(row.secrets))) if row and row.secrets else {}
    return found


def get_plugin(name: str, *, viewer: Principal) -> PluginConfig:
    """An enabled plugin, for administrators. Raises Denied, NotFound."""
    require_admin(viewer, "look after plugins")
    for config in enabled_plugins():
        if config.label == name:
            return config
    there = ", ".join(config.label for config in enabled_plugins()) or "none"
    raise NotFound(
        f"No plugin {name} is enabled. Enabled: {there}.", code="PLUGIN_NOT_FOUND", path=("plugin",)
    )


def settings_to_show(config: PluginConfig, *, viewer: Principal) -> ShownSettings | None:
    """A plugin's settings without their secrets; None where it has none, or for who is no administrator."""
    if not viewer.is_admin or not config.setting_fields:
        return None
    row = PluginDecision.objects.filter(plugin=config.label).first()
    written = decision(row).settings if row else {}
    return ShownSettings(
        schema=json_schema(field for field in config.setting_fields if is_editable(config, field)),
        fields=tuple(_shown(config, field, written) for field in config.setting_fields),
    )


def is_editable(config: PluginConfig, field: SettingField) -> bool:
    """Whether the page may write it: the environment says nothing, and the start does not need it."""
    return not field.fixed and field.name not in config.environment


def _shown(config: PluginConfig, field: SettingField, written: Mapping[str, Any]) -> ShownSetting:
    if field.name in config.environment:
        source, plain = "environment", to_plain(config.environment[field.name])
    elif field.name in written and not field.fixed:
        source, plain = "page", written[field.name]
    else:
        source, plain = ("missing" if field.required else "default"), to_plain(field.default)
    return ShownSetting(
        name=field.name,
        variable=field.variable,
        title=field.title,
        help=field.help,
        secret=field.holds_secrets,
        required=field.required,
        source=source,
        editable=is_editable(config, field),
        is_set=bool(plain) or plain in (0, False),
        value=shown(field, plain),
    )
