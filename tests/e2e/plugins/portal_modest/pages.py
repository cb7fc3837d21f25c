"""A page of the plugin's own, on which a component can be greeted."""

from collections.abc import Iterator, Mapping
from typing import Any

from portal.plugin_api import (
    ActionRefused,
    Block,
    EntityAction,
    Form,
    Page,
    PagePanel,
    Principal,
)
from portal.plugin_api.catalog import Entity

SCHEMA = {
    "type": "object",
    "required": ["word"],
    "properties": {"word": {"type": "string", "title": "Word", "maxLength": 20}},
}


def greet(entity: Entity, values: Mapping[str, Any], *, actor: Principal) -> str:
    if values["word"] == "Hush":
        raise ActionRefused("That is no greeting.", field="word")
    return f"{values['word']}, {entity.name}!"


GREET = EntityAction("greet", greet, SCHEMA)


class GreetPanel(PagePanel):
    title = "Greet"

    def blocks(self, *, viewer: Principal, given: Mapping[str, str]) -> Iterator[Block]:
        yield Form("Greet the engine", "greet", SCHEMA, "Say it", entity="component:default/booking-engine")


class GreetingsPage(Page):
    title = "Greetings"
    description = "What is said to components."
    panels = (GreetPanel,)
