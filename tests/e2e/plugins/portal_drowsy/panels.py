"""The panel that hangs, of components that say so."""

import threading
from collections.abc import Iterator

from portal.plugin_api import Block, Panel, Principal, Stat
from portal.plugin_api.catalog import Entity


class HangingPanel(Panel):
    title = "Hanging"
    order = 1

    def applies_to(self, entity: Entity) -> bool:
        return "drowsy.example/naps" in (entity.content["metadata"].get("annotations") or {})

    def blocks(self, entity: Entity, *, viewer: Principal) -> Iterator[Block]:
        threading.Event().wait(600)
        yield Stat("Late", "1")
