"""Adds a panel with a greeting; says what it reads, has settings and a permission."""

from dataclasses import dataclass
from typing import Literal

from portal.plugin_api import (
    Claims,
    Permission,
    PluginConfig,
    entity_actions,
    entity_panels,
    pages,
    permissions,
    secret,
    setting,
)


@dataclass(frozen=True)
class Server:
    name: str
    url: str
    token: str = secret()


@dataclass(frozen=True)
class ModestSettings:
    greeting: str = setting("Hello", title="Greeting", help="What is said.")
    manner: Literal["kind", "gruff"] = "kind"
    often: int = 1
    loud: bool = False
    token: str = secret(help="Of the greeting service.")
    servers: tuple[Server, ...] = ()
    fixed: str = setting("as it is", fixed=True)

    def __post_init__(self) -> None:
        if not 1 <= self.often <= 9:
            raise ValueError("Greet 1 to 9 times.")


class ModestPlugin(PluginConfig):
    name = "portal_modest"
    label = "modest"
    verbose_name = "Modest"
    settings_class = ModestSettings
    claims = Claims(kinds=("Component", "API"), annotations=("modest.example/*",))

    def register(self) -> None:
        from .pages import GREET, GreetingsPage
        from .panels import GreetingPanel, SecretPanel

        self.add(entity_panels, GreetingPanel, SecretPanel)
        self.add(entity_actions, GREET)
        self.add(pages, GreetingsPage)
        self.add(permissions, Permission("listen", "Hear what is whispered.", default="admins"))
