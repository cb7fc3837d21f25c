"""Run by `portal plugin check` in a process of its own: starts Django with one plugin and looks at it."""

import importlib
import json
import sys
from collections.abc import Iterator


def findings(name: str, module: str) -> Iterator[tuple[str, str]]:
    """What is wrong and how to mend it."""
    import django
    from django.conf import settings

    from portal.extension.broken import broken_plugins
    from portal.extension.plugin import PluginConfig

    try:
        apps_module = importlib.import_module(f"{module}.apps")
    except Exception as error:  # noqa: BLE001 - whatever the plugin's module raises
        yield f"apps.py cannot be imported ({type(error).__name__}: {error})", "Mend it."
        return
    configs = [
        value
        for value in vars(apps_module).values()
        if isinstance(value, type) and issubclass(value, PluginConfig) and value is not PluginConfig
    ]
    if len(configs) != 1:
        yield f"apps.py has {len(configs)} PluginConfigs", "It needs exactly one."
        return
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, f"{configs[0].__module__}.{configs[0].__name__}"]
    try:
        django.setup()
    except Exception as error:  # noqa: BLE001 - whatever the plugin raises at start
        yield f"the portal does not start with it ({error})", "Mend what the sentence names."
        return
    if broken_plugins():
        yield from _left_out()
        return
    yield from _of_config(name)


def _left_out() -> Iterator[tuple[str, str]]:
    """Why the portal goes on without it; no other plugin is enabled here."""
    from portal.extension.broken import broken_plugins

    for why in broken_plugins().values():
        yield f"the portal leaves it out ({why})", "Mend what the sentence names."


def _of_config(name: str) -> Iterator[tuple[str, str]]:
    from django.apps import apps

    from portal.extension.points import POINTS

    labels = {config.label: config for config in apps.get_app_configs()}
    if name not in labels:
        yield f"no app is labelled {name}", f'Write label = "{name}" in its PluginConfig.'
        return
    if "claims" not in type(labels[name]).__dict__:
        yield (
            "it does not say what it reads and calls, so it claims everything",
            "State its claims: `claims = Claims(kinds=…, hosts=…)`.",
        )
    if not any(point.contributions_of(name) for point in POINTS.values()):
        yield "it adds nothing", "Name its contributions in register()."
    for model in labels[name].get_models():
        for field in model._meta.get_fields():
            other = getattr(field, "related_model", None)
            if getattr(field, "concrete", False) and other and other._meta.app_label == "catalog":
                yield (
                    f"{model.__name__}.{field.name} is a foreign key to the catalog",
                    "Keep the entity's uid: the catalog never waits for a plugin's table.",
                )
    yield from _of_schema(name)
    yield from _of_migrations(name, bool(list(labels[name].get_models())))


def _of_schema(name: str) -> Iterator[tuple[str, str]]:
    try:
        importlib.import_module("portal.schema")
    except Exception as error:  # noqa: BLE001 - whatever its types raise
        yield f"the GraphQL schema cannot be built with it ({error})", "Mend the type it names."
    yield from _left_out()


def _of_migrations(name: str, has_models: bool) -> Iterator[tuple[str, str]]:
    from django.apps import apps
    from django.db.migrations.autodetector import MigrationAutodetector
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.questioner import NonInteractiveMigrationQuestioner
    from django.db.migrations.state import ProjectState

    if not has_models:
        return
    loader = MigrationLoader(None, ignore_no_migrations=True)
    asked = NonInteractiveMigrationQuestioner(specified_apps={name}, dry_run=True)
    detector = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps), asked)
    if name in detector.changes(loader.graph, trim_to_apps={name}, convert_apps={name}):
        command = f"PORTAL_PLUGINS=+{name} python -m django makemigrations {name} --settings portal.settings"
        yield "its models have changes without a migration", f"Run {command}."


if __name__ == "__main__":
    sys.stdout.write(json.dumps(list(findings(sys.argv[1], sys.argv[2]))) + "\n")
