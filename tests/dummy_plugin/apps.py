"""The front page of the dummy plugin: one contribution to every extension point there is."""

from dataclasses import dataclass
from datetime import timedelta

from portal.plugin_api import (
    PluginConfig,
    PluginUrl,
    Schedule,
    SearchDocuments,
    entity_actions,
    entity_fields,
    entity_kinds,
    entity_panels,
    home_panels,
    schedules,
    search_documents,
    snapshots,
    urls,
)


@dataclass(frozen=True)
class DummySettings:
    greeting: str = "hello"


class DummyPlugin(PluginConfig):
    name = "tests.dummy_plugin"
    label = "dummy"
    verbose_name = "Dummy"
    settings_class = DummySettings

    def register(self) -> None:
        from portal.plugin_api.scaffolder import actions

        from .actions import greet
        from .contributions import (
            EveryBlockPanel,
            GreetingPanel,
            count_run,
            find_greetings,
            get_greeting,
            greet_entity,
            greeting_field,
            parrot,
            weather,
        )

        self.add(entity_panels, EveryBlockPanel)
        self.add(entity_fields, greeting_field)
        self.add(entity_kinds, parrot)
        self.add(entity_actions, greet_entity)
        self.add(home_panels, GreetingPanel)
        self.add(search_documents, SearchDocuments("greetings", find_greetings))
        self.add(urls, PluginUrl("greeting", "greeting/<slug:word>.txt", get_greeting))
        self.add(actions, greet)
        self.add(schedules, Schedule("count", count_run, every=timedelta(hours=1)))
        self.add(snapshots, weather)
