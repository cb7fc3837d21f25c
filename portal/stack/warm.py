"""Imports of the portal what no plugin has a say in: what is forked from there has only plugins to read.

A process that has begun says what it imported; another one imports the same, as far as that can be done
without plugins. Django's registry of apps is then empty again, but every module and model is there.
"""

import importlib
import os
import sys
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

LIBRARIES = (
    "django.core.handlers.wsgi", "django.core.servers.basehttp", "django.db.models",
    "django.contrib.postgres", "django.forms", "django.template.backends.django", "graphene", "graphql",
    "psycopg", "psycopg.types.json", "celery", "kombu.transport.redis", "redis",
    "orjson", "jsonschema", "jsonschema_rs", "yaml", "nh3", "markdown_it",
    "cryptography.fernet", "httpcore", "regex", "jsonpatch", "standardwebhooks", "dj_database_url",
    "csp.constants", "mdit_py_plugins", "jinja2", "click", "promise", "unittest", "cel_expr_python",
)  # fmt: skip
SETTINGS = "portal.settings"
PLUGINS = "PORTAL_PLUGINS"


def import_libraries() -> None:
    """What every process imports; one that is not there, or wants more of Django, is imported later."""
    with _no_plugins():
        _import(LIBRARIES)


def import_without_plugins(names: Iterable[str], plugins: Collection[str]) -> None:
    """Import modules of these names, as far as they need none of the packages `plugins`.

    Those that read an extension point while they are imported are left out. Models register themselves while
    their modules are imported, which needs the apps that they belong to.
    """
    with _no_plugins(), _refusing(plugins):
        from django.apps import AppConfig, apps
        from django.conf import settings

        configs = [AppConfig.create(entry) for entry in settings.INSTALLED_APPS]
        apps.app_configs = {config.label: config for config in configs}
        apps.apps_ready = True
        apps.clear_cache()
        for config in configs:
            config.apps = apps
            config.import_models()
        apps.models_ready = True
        _import(names)
        apps.app_configs = {}
        apps.apps_ready = apps.models_ready = False
        apps.clear_cache()


def forget(packages: Collection[str]) -> None:
    """Settings, and the modules of these packages, are read again."""
    from django.conf import settings
    from django.utils.functional import empty

    for name in [name for name in sys.modules if name == SETTINGS or name.partition(".")[0] in packages]:
        del sys.modules[name]
    settings._wrapped = empty


def _import(names: Iterable[str]) -> None:
    for name in names:
        if name not in sys.modules:
            try:
                importlib.import_module(name)
            except Exception:  # noqa: BLE001, S112 - whoever needs it imports it, and says what is the matter
                continue


@contextmanager
def _no_plugins() -> Iterator[None]:
    """Settings as they are without plugins."""
    before = os.environ.get(PLUGINS)
    os.environ[PLUGINS] = ""
    try:
        yield
    finally:
        del os.environ[PLUGINS]
        if before is not None:
            os.environ[PLUGINS] = before
        forget(())


@contextmanager
def _refusing(packages: Collection[str]) -> Iterator[None]:
    """Nothing of these packages is imported, and nobody reads what plugins have added before they have."""
    from portal.extension.points import ExtensionPoint

    class Refusing:
        def find_spec(self, name: str, *_: Any) -> None:
            if name.partition(".")[0] in packages:
                raise ImportError(name)

    def refuse(_: ExtensionPoint[Any]) -> NoReturn:
        raise ImportError("Plugins have added nothing yet.")

    finder, read = Refusing(), ExtensionPoint.read
    sys.meta_path.insert(0, finder)
    ExtensionPoint.read = refuse  # type: ignore[assignment]
    try:
        yield
    finally:
        ExtensionPoint.read = read  # type: ignore[method-assign]
        sys.meta_path.remove(finder)
