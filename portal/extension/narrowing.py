"""Shows plugins of entities what was accepted: copies whose documents hold the accepted fields only."""

from collections.abc import Sequence
from typing import Any

import orjson

from portal.extension.acceptance import claims_in_force, kinds_shown, stated_claims
from portal.extension.batching import ATTRIBUTE, introduce
from portal.extension.claims import Claims, refusal
from portal.extension.plugin import PluginConfig

ALWAYS = ("apiVersion", "kind", "metadata.name", "metadata.namespace", "metadata.uid", "metadata.title",
          "metadata.description")  # fmt: skip
OUTER = ("metadata", "spec", "metadata.annotations", "metadata.labels")
WHOLE = "_whole"
"""Where a narrowed copy keeps what it was made of, for the portal to narrow it for another plugin."""
NAMED = ("metadata.annotations", "metadata.labels")


def config_of(plugin: str) -> PluginConfig | None:
    """The enabled plugin of that name; None for everything else that may add to a point."""
    from django.apps import apps

    found = apps.app_configs.get(plugin)
    return found if isinstance(found, PluginConfig) else None


def entities_for(plugin: str, entities: Sequence[Any]) -> list[Any]:
    """Those of the kinds that the plugin may read, narrowed to its fields, peers of each other.

    What was narrowed for the plugin that hands them on is not narrowed twice.
    """
    config = config_of(plugin)
    if config is None:
        return list(entities)
    kinds = kinds_shown({entity.kind for entity in entities}, of=plugin)
    claims = claims_in_force(config)
    shown = [entity.__dict__.get(WHOLE, entity) for entity in entities if entity.kind in kinds]
    if sees_whole(claims):
        return shown
    return introduce(narrowed(entity, claims) for entity in shown)


def refused_kind(plugin: str, kind: str) -> str | None:
    """Why a plugin shows nothing of this kind, where it claims it and was not accepted for it."""
    config = config_of(plugin)
    if config is None or not stated_claims(config).covers("kinds", kind):
        return None
    return None if claims_in_force(config).covers("kinds", kind) else refusal(plugin, "kinds", kind)


def sees_whole(claims: Claims) -> bool:
    """Whether nothing of a document is kept from whoever was accepted for these claims."""
    return "*" in claims.fields and "*" in claims.annotations


def narrowed(entity: Any, claims: Claims) -> Any:
    """A copy of an entity that knows the accepted parts of its document only."""
    copy: Any = object.__new__(type(entity))
    copy.__dict__.update(entity.__dict__)
    for cached in (ATTRIBUTE, "content"):
        copy.__dict__.pop(cached, None)
    copy.__dict__[WHOLE] = entity.__dict__.get(WHOLE, entity)
    copy.document = orjson.dumps(_kept(orjson.loads(entity.document), "", claims)).decode()
    copy.relations_text = "[]"
    if not claims.covers("fields", "spec.owner"):
        copy.owner_ref = ""
    return copy


def may_ask(claims: Claims, key: str) -> bool:
    """Whether a question about entities may speak of this key of their documents."""
    if key.lower().startswith(("metadata.annotations.", "metadata.labels.")):
        return claims.covers("annotations", key.split(".", 2)[2])
    return _is_kept(key, claims)


def _kept(value: Any, path: str, claims: Claims) -> Any:
    if not isinstance(value, dict):
        return value
    if path in NAMED:
        return {key: item for key, item in value.items() if claims.covers("annotations", key)}
    kept = {}
    for key, item in value.items():
        inner = f"{path}.{key}" if path else key
        if inner not in NAMED and _is_kept(inner, claims):
            kept[key] = item
        elif isinstance(item, dict) and (
            inner in (*NAMED, "metadata", "spec") or _leads_to_kept(inner, claims)
        ):
            kept[key] = _kept(item, inner, claims)
    return kept


def _is_kept(path: str, claims: Claims) -> bool:
    return path in ALWAYS or claims.covers("fields", path)


def _leads_to_kept(path: str, claims: Claims) -> bool:
    inside = path.lower() + "."
    return any(pattern.lower().startswith(inside) for pattern in claims.fields)
