"""Writes what administrators decide about plugins; every change is in the audit log, no secret is."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import orjson
from django.db import connection, transaction
from django.utils import timezone

from portal.accounts.principal import SYSTEM, Principal
from portal.audit.models import Record
from portal.audit.services import operation, record
from portal.encryption import Undecryptable, encrypt, renew
from portal.env import SettingError
from portal.extension import decided
from portal.extension.acceptance import stated_claims
from portal.extension.claims import Claims
from portal.extension.plugin import PluginConfig
from portal.extension.settings import SettingField, to_value, with_kept_secrets
from portal.extension.uses import Use
from portal.plugin_admin.models import ClaimUse, PluginDecision
from portal.plugin_admin.selectors import get_plugin, is_editable, permissions_to_show, written_secrets
from portal.rest.errors import Conflict, Invalid, NotFound
from portal.snapshots.services import request_refresh_of_all
from portal.snapshots.sources import sources

SUBJECT = re.compile(r"everyone|(user|group):[a-z0-9._-]+/[a-z0-9._-]+")
DENIED = Record.Outcome.DENIED
USES_KEPT = timedelta(days=90)
ADD_USES = """
    INSERT INTO plugin_admin_claimuse (plugin, claim, value, hour, allowed, refused)
    VALUES (%s, %s, %s, %s, %s, %s)
    ON CONFLICT (plugin, claim, value, hour) DO UPDATE
    SET allowed = plugin_admin_claimuse.allowed + EXCLUDED.allowed,
        refused = plugin_admin_claimuse.refused + EXCLUDED.refused
"""


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


def decide_claims(
    plugin: str, accepted: Mapping[str, Sequence[str]] | None, *, actor: Principal
) -> PluginConfig:
    """Accept of a plugin's claims these and no others, each as stated or narrower; None takes the decision
    back, so that PORTAL_CLAIMS_ACCEPTED says. Every process keeps to it within 2 seconds.

    Raises Denied, NotFound, and Invalid with a cause for each value that the plugin does not claim.
    """
    with operation("plugin.claims", actor=actor, target=plugin) as now:
        config = get_plugin(plugin, viewer=actor)
        claims = None if accepted is None else Claims.of(accepted)
        _raise(
            [
                Invalid(f"{plugin} does not claim {value!r} of {name}.", path=("accepted", name))
                for name, value in (claims.values() if claims else [])
                if not stated_claims(config).covers(name, value)
            ]
        )
        row = _locked(plugin)
        row.claims = claims.to_json() if claims else None
        row.decided_by = actor.label
        row.save()
        now.detail["accepted"] = row.claims
    decided.forget()
    return config


def grant_permission(
    plugin: str, permission: str, subjects: Sequence[str] | None, *, actor: Principal
) -> PluginConfig:
    """Give a permission of a plugin to these users and groups (`group:default/finance`, or `everyone`) and
    nobody else but administrators; None gives it back to whom it is meant for by default.

    Raises Denied, NotFound, Invalid.
    """
    with operation("plugin.permission", actor=actor, target=plugin) as now:
        config = get_plugin(plugin, viewer=actor)
        if permission not in {each.name for each in permissions_to_show(config, viewer=actor) or []}:
            raise NotFound(
                f"{plugin} adds no permission {permission}.",
                code="PERMISSION_NOT_FOUND",
                path=("permission",),
            )
        for subject in subjects or []:
            if not SUBJECT.fullmatch(subject):
                raise Invalid(f"{subject!r} is no ref of a user or group.", path=("subjects",))
        row = _locked(plugin)
        kept = {name: given for name, given in row.permissions.items() if name != permission}
        row.permissions = kept if subjects is None else {**kept, permission: sorted(set(subjects))}
        row.decided_by = actor.label
        row.save()
        now.detail.update(permission=permission, subjects=row.permissions.get(permission))
    decided.forget()
    return config


def fetch_again(plugin: str, source: str, *, actor: Principal) -> int:
    """Have everything fetched again that a source of a plugin fetches; answers how much that is.

    Raises Denied, NotFound.
    """
    with operation("plugin.fetch", actor=actor, target=f"{plugin}.{source}"):
        name = f"{get_plugin(plugin, viewer=actor).label}.{source}"
        if name not in sources():
            raise NotFound(
                f"No plugin {plugin} fetches {source}: the plugins page lists what each of them fetches.",
                code="SOURCE_NOT_FOUND",
                path=("source",),
            )
        return request_refresh_of_all(name)


def write_uses(counted: Mapping[Use, int]) -> None:
    """Add to the table of hours what a process counted; refusals are in the audit log too."""
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    sums: dict[tuple[str, str, str], list[int]] = {}
    for (plugin, claim, value, was_allowed), count in counted.items():
        sums.setdefault((plugin, claim, value), [0, 0])[0 if was_allowed else 1] += count
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.executemany(ADD_USES, [(*key, hour, *both) for key, both in sorted(sums.items())])
        for (plugin, claim, value), (_, refused) in sorted(sums.items()):
            if refused:
                detail = {"claim": claim, "value": value, "times": refused}
                record("plugin.use", actor=SYSTEM, target=plugin, outcome=DENIED, detail=detail)


def forget_old_uses() -> None:
    """Uses are kept for USES_KEPT."""
    ClaimUse.objects.filter(hour__lt=timezone.now() - USES_KEPT).delete()


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
