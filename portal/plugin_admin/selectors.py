"""Reads what was decided about plugins: all at once for the process, and a plugin's settings to show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.db.models import Max, Q, Sum

from portal.accounts.permissions import require_admin
from portal.accounts.principal import Principal
from portal.encryption import Undecryptable, decrypt
from portal.extension.acceptance import accepted_claims
from portal.extension.claims import Claims, in_settings
from portal.extension.decided import Decision, decision_of
from portal.extension.inventory import enabled_plugins
from portal.extension.permissions import subjects_of_permission
from portal.extension.plugin import PluginConfig
from portal.extension.setting_kinds import to_plain
from portal.extension.settings import SettingField, json_schema, shown
from portal.extension_points import permissions
from portal.plugin_admin.models import ClaimUse, PluginDecision
from portal.rest.errors import NotFound
from portal.snapshots.selectors import SourceState, states_of_sources


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


def fetches_to_show(viewer: Principal) -> list[SourceState] | None:
    """What plugins fetch and how that goes; None for all but administrators."""
    return states_of_sources() if viewer.is_admin else None


def read_decisions() -> dict[str, Decision]:
    """Everything that was decided, by plugin; one statement."""
    return {row.plugin: decision(row) for row in PluginDecision.objects.all()}


def decision(row: PluginDecision) -> Decision:
    """The row with its secrets opened."""
    try:
        opened = written_secrets(row)
    except Undecryptable:
        return Decision(row.settings, row.claims, row.permissions, unreadable=("secrets",))
    return Decision({**row.settings, **opened}, row.claims, row.permissions)


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


@dataclass(frozen=True, slots=True)
class ShownClaim:
    """One claim of a plugin: what of it is accepted, as stated or narrower, and how it was used lately."""

    claim: str
    value: str
    accepted: tuple[str, ...]
    uses: int
    refusals: int
    last_used_at: datetime | None


def claims_to_show(config: PluginConfig, *, viewer: Principal) -> list[ShownClaim] | None:
    """Every claim of a plugin, for administrators; None for others. One statement."""
    if not viewer.is_admin:
        return None
    rows = ClaimUse.objects.filter(plugin=config.label).values("claim", "value")
    used = [
        (row["claim"], row["value"], row["all_allowed"], row["all_refused"], row["last"])
        for row in rows.annotate(
            all_allowed=Sum("allowed"), all_refused=Sum("refused"), last=Max("hour", filter=Q(allowed__gt=0))
        )
    ]
    accepted = accepted_claims(config)
    return [_claim(config, name, value, accepted, used) for name, value in config.claims.values()]


def _claim(
    config: PluginConfig, name: str, value: str, accepted: Claims, used: list[tuple[str, str, int, int, Any]]
) -> ShownClaim:
    stated = Claims.of({name: [value]})
    meant = stated.and_of(in_settings(stated, config.settings))
    mine = [each for each in used if each[0] == name and meant.covers(name, each[1])]
    return ShownClaim(
        claim=name,
        value=value,
        accepted=tuple(each for each in getattr(accepted, name) if meant.covers(name, each)),
        uses=sum(each[2] for each in mine),
        refusals=sum(each[3] for each in mine),
        last_used_at=max((each[4] for each in mine if each[4]), default=None),
    )


@dataclass(frozen=True, slots=True)
class ShownPermission:
    """A permission of a plugin and who has it; `decided` is false where that is its default."""

    name: str
    description: str
    subjects: tuple[str, ...]
    decided: bool


def permissions_to_show(config: PluginConfig, *, viewer: Principal) -> list[ShownPermission] | None:
    """The permissions that a plugin adds, for administrators; None for others."""
    if not viewer.is_admin:
        return None
    decided = decision_of(config.label).permissions
    return [
        ShownPermission(
            item.name,
            item.value.description,
            tuple(sorted(subjects_of_permission(f"{config.label}.{item.name}"))),
            item.name in decided,
        )
        for item in permissions.read()
        if item.plugin == config.label
    ]


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
