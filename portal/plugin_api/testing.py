"""For the tests of plugins: entities without a database, what a panel shows, a plugin enabled for a while."""

import itertools
import uuid
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib import import_module
from typing import Any
from unittest.mock import patch

import orjson
from django.apps import apps

from catalog.models import Entity
from portal.accounts.principal import SYSTEM, Principal
from portal.extension.batching import introduce
from portal.extension.blocks import Block
from portal.extension.panels import Panel
from portal.extension.plugin import PluginConfig
from portal.extension.points import ExtensionPoint

__all__ = ["blocks_of", "enabled", "entity", "with_settings"]

_keys = itertools.count(1)


def entity(document: dict[str, Any]) -> Entity:
    """An entity that is not saved; `document` is what a descriptor holds, of which `kind` and
    `metadata.name` are needed."""
    metadata, spec = document["metadata"], document.get("spec") or {}
    namespace = metadata.get("namespace", "default")
    made = Entity(
        pk=next(_keys),
        uid=uuid.uuid4(),
        ref=f"{document['kind']}:{namespace}/{metadata['name']}".lower(),
        kind=document["kind"],
        namespace=namespace,
        name=metadata["name"],
        type=spec.get("type", ""),
        lifecycle=spec.get("lifecycle", ""),
        document=orjson.dumps(document).decode(),
        generation=1,
    )
    introduce([made])
    return made


def blocks_of(panel: type[Panel], entity: Entity, *, viewer: Principal = SYSTEM) -> list[Block]:
    """What the panel shows of the entity; nothing where it does not apply."""
    shown = panel()
    return list(shown.blocks(entity, viewer=viewer)) if shown.applies_to(entity) else []


@contextmanager
def with_settings(plugin: str, **values: Any) -> Iterator[None]:
    """The enabled plugin has these settings inside of the `with` block, as if the environment said so."""
    config = apps.get_app_config(plugin)
    assert isinstance(config, PluginConfig)
    before: Mapping[str, Any] = config.environment
    with patch.object(config, "environment", {**before, **values}), patch.object(config, "_made", None):
        yield


@contextmanager
def enabled(plugin: type[PluginConfig], **settings: Any) -> Iterator[PluginConfig]:
    """The plugin, which has no tables, takes part in the portal inside of the `with` block."""
    config = plugin(plugin.name, import_module(plugin.name))
    config.apps, config.models = apps, {}
    with ExitStack() as stack:

        def add(point: ExtensionPoint[Any], *contributions: Any, order: int | None = None) -> None:
            stack.enter_context(point.temporarily(*contributions, plugin=config.label, order=order))

        stack.enter_context(patch.dict(apps.app_configs, {config.label: config}))
        stack.enter_context(patch.object(config, "add", add))
        config.start()
        config.environment = {**config.environment, **settings}
        yield config
