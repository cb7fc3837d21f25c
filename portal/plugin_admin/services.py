"""Writes what administrators decide about plugins; every change is in the audit log, no secret is."""

from collections.abc import Mapping
from typing import Any

import orjson

from portal.accounts.principal import Principal
from portal.audit.services import operation
from portal.encryption import Undecryptable, encrypt, renew
from portal.env import SettingError
from portal.extension import decided
from portal.extension.plugin import PluginConfig
from portal.extension.settings import SettingField, to_value, with_kept_secrets
from portal.plugin_admin.models import PluginDecision
from portal.plugin_admin.selectors import get_plugin, is_editable, written_secrets
from portal.rest.errors import Conflict, Invalid


def change_settings(plugin: str, values: Mapping[str, Any], *, actor: Principal) -> PluginConfig:
    """Write settings of a plugin; None takes one back to its default. Every process has them in 2 seconds.

    Raises Denied, NotFound, and Invalid with a cause for each value that does not fit: then none is written.
    """
    with operation("plugin.settings", actor=actor, target=plugin) as now:
        config = get_plugin(plugin, viewer=actor)
        fields = _fields_to_write(config, values)
        row = _locked(plugin)
        plain, secret = dict(row.settings), _opened(row)
        for field in fields:
            kept = secret if field.holds_secrets else plain
            value = with_kept_secrets(field, values[field.name], kept.get(field.name))
            plain.pop(field.name, None)
            secret.pop(field.name, None)
            if value is not None:
                kept[field.name] = value
        _require_fit(config, fields, {**plain, **secret})
        row.settings = plain
        row.secrets = encrypt(orjson.dumps(secret).decode()) if secret else b""
        row.decided_by = actor.label
        row.save()
        now.detail["fields"] = sorted(values)
    decided.forget()
    return config


def renew_secrets() -> int:
    """Encrypt the secrets of plugins with the newest key; answers how many plugins have some."""
    count = 0
    for row in PluginDecision.objects.exclude(secrets=b""):
        old = bytes(row.secrets)
        count += PluginDecision.objects.filter(pk=row.pk, secrets=old).update(secrets=renew(old))
    return count


def _fields_to_write(config: PluginConfig, values: Mapping[str, Any]) -> list[SettingField]:
    if not isinstance(values, dict):
        raise Invalid("Write names with values.", path=("values",))
    known = {field.name: field for field in config.setting_fields}
    causes = []
    for name in values:
        if name not in known:
            there = ", ".join(known) or "none"
            causes.append(
                Invalid(f"{config.label} has no setting {name!r}; it has {there}.", path=("values", name))
            )
        elif not is_editable(config, known[name]):
            where = known[name].variable
            causes.append(Invalid(f"{where} is for the environment: change it there.", path=("values", name)))
    _raise(causes)
    return [known[name] for name in values]


def _locked(plugin: str) -> PluginDecision:
    PluginDecision.objects.bulk_create([PluginDecision(plugin=plugin)], ignore_conflicts=True)
    return PluginDecision.objects.select_for_update().get(plugin=plugin)


def _opened(row: PluginDecision) -> dict[str, Any]:
    try:
        return written_secrets(row)
    except Undecryptable as error:
        raise Conflict(f"{error} Put the key back that the settings were encrypted with.") from None


def _require_fit(config: PluginConfig, fields: list[SettingField], written: Mapping[str, Any]) -> None:
    causes = []
    for field in fields:
        if field.name in written:
            try:
                to_value(field, written[field.name])
            except SettingError as error:
                causes.append(Invalid(str(error), path=("values", field.name)))
    _raise(causes)
    try:
        config.settings_with(written)
    except SettingError as error:
        raise Invalid(str(error), path=("values",)) from None


def _raise(causes: list[Invalid]) -> None:
    if causes:
        error = Invalid(" ".join(cause.message for cause in causes), path=("values",))
        error.causes = tuple(causes)  # type: ignore[attr-defined]
        raise error
