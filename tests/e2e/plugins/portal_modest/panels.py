"""What the plugin says of components that ask for it."""

from collections.abc import Iterator

from portal.plugin_api import Block, Panel, Principal, Stat, settings_of
from portal.plugin_api.catalog import Entity

from .apps import ModestSettings


class _OfWhatAsks(Panel):
    def applies_to(self, entity: Entity) -> bool:
        return "modest.example/asks" in (entity.content["metadata"].get("annotations") or {})


class GreetingPanel(_OfWhatAsks):
    title = "Greeting"
    order = 2

    def blocks(self, entity: Entity, *, viewer: Principal) -> Iterator[Block]:
        settings = settings_of(ModestSettings)
        yield Stat(entity.name, " ".join([settings.greeting] * settings.often))


class SecretPanel(_OfWhatAsks):
    title = "Whispered"
    order = 3
    permission = "modest.listen"

    def blocks(self, entity: Entity, *, viewer: Principal) -> Iterator[Block]:
        yield Stat("Whispered", settings_of(ModestSettings).token or "nothing")
