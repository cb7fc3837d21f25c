"""The front page of the dummy plugin: one contribution to every extension point there is."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from portal.plugin_api import (
    Claims,
    EntitySource,
    Hook,
    Permission,
    PluginConfig,
    PluginUrl,
    Processor,
    Schedule,
    SearchDocuments,
    entity_actions,
    entity_facts,
    entity_fields,
    entity_kinds,
    entity_panels,
    entity_sources,
    home_panels,
    hooks,
    kind_layers,
    pages,
    permissions,
    processors,
    queries,
    schedules,
    search_documents,
    secret,
    setting,
    settings_of,
    settings_panels,
    snapshot_sources,
    urls,
)


@dataclass(frozen=True)
class Server:
    name: str
    url: str
    token: str = secret()


@dataclass(frozen=True)
class DummySettings:
    """One of every kind of setting."""

    greeting: str = setting("hello", title="Word", help="What is said.")
    manner: Literal["kind", "gruff"] = "kind"
    often: int = 1
    pause: timedelta = timedelta(seconds=5)
    loud: bool = False
    token: str = secret(help="Of the greeting service.")
    servers: tuple[Server, ...] = ()
    words: dict[str, str] = field(default_factory=dict)
    every: timedelta = setting(timedelta(hours=1), fixed=True)

    def __post_init__(self) -> None:
        if not 1 <= self.often <= 9:
            raise ValueError("Greet 1 to 9 times.")


class DummyPlugin(PluginConfig):
    name = "tests.dummy_plugin"
    label = "dummy"
    verbose_name = "Dummy"
    settings_class = DummySettings
    claims = Claims(
        kinds=("Component", "Group", "Parrot"),
        fields=("spec.type", "spec.owner", "metadata.links"),
        annotations=("dummy.example/*",),
        hosts=("127.0.0.1", "*.dummy.example", "setting:servers.url"),
        secrets=("127.0.0.1",),
    )

    def register(self) -> None:
        from portal.plugin_api.scaffolder import actions

        from .actions import greet
        from .aviary import check_aviary, polish, read_aviary
        from .contributions import (
            AviaryPage,
            CrewPanel,
            EveryBlockPanel,
            GreetingPanel,
            answer_twice,
            count_run,
            dummy_facts,
            dummy_query,
            find_greetings,
            get_greeting,
            greet_entity,
            greeting_field,
            noise,
            parrot,
            receive_greeting,
            weather,
        )

        self.add(entity_panels, EveryBlockPanel, CrewPanel)
        self.add(entity_fields, greeting_field)
        self.add(entity_facts, dummy_facts)
        self.add(entity_kinds, parrot)
        self.add(kind_layers, noise)
        self.add(entity_actions, greet_entity)
        self.add(home_panels, GreetingPanel)
        self.add(pages, AviaryPage)
        self.add(search_documents, SearchDocuments("greetings", find_greetings))
        self.add(urls, PluginUrl("greeting", "greeting/<slug:word>.txt", get_greeting))
        self.add(urls, PluginUrl("twice", "twice", answer_twice, ("GET", "POST"), True, at="parrot"))
        self.add(hooks, Hook("greet", receive_greeting, lambda: (settings_of(DummySettings).token,)))
        self.add(queries, dummy_query)
        self.add(entity_sources, EntitySource("aviary", read_aviary, check_aviary))
        self.add(processors, Processor("polish", polish, kinds=("Component", "Parrot")))
        self.add(permissions, Permission("listen", "Hear what is whispered.", default="admins"))
        self.add(settings_panels, GreetingPanel)
        self.add(actions, greet)
        self.add(schedules, Schedule("count", count_run, every=self.settings.every))
        self.add(snapshot_sources, weather)
