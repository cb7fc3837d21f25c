"""Plugins are found in the tree and through entry points, and enabled by name."""

import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from portal.env import SettingError, env_list_or_changes
from portal.extension import broken, discovery
from portal.extension.discovery import enabled_plugin_configs, installed_plugins
from portal.extension.points import ExtensionError

ROOT = Path(__file__).resolve().parents[3]
WEATHER = """
from portal.plugin_api import Panel, PluginConfig, Stat, entity_panels

class WeatherPlugin(PluginConfig):
    name = "portal_weather"
    label = "weather"
    verbose_name = "Weather"

    def register(self):
        from .panels import WeatherPanel
        self.add(entity_panels, WeatherPanel)
"""
PANELS = """
from portal.plugin_api import Panel, Stat

class WeatherPanel(Panel):
    title = "Weather"

    def blocks(self, entity, *, viewer):
        yield Stat("Outside", "12", unit="°C")
"""


def write_package(folder: Path, *, entry="weather = portal_weather.apps:WeatherPlugin", apps=WEATHER) -> Path:
    """A plugin as an installer would leave it: the package and its .dist-info."""
    package = folder / "portal_weather"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text('"""Weather where the service runs."""\n')
    (package / "apps.py").write_text(apps)
    (package / "panels.py").write_text(PANELS)
    info = folder / "portal_weather-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: portal-weather\nVersion: 1.2\n")
    (info / "entry_points.txt").write_text(f"[portal.plugins]\n{entry}\n")
    return folder


@pytest.fixture
def site(tmp_path, monkeypatch):
    monkeypatch.setattr(broken, "_broken", {})
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    for name in [name for name in sys.modules if name.partition(".")[0] == "portal_weather"]:
        del sys.modules[name]


def run(script, folder, plugins):
    environment = os.environ | {"PYTHONPATH": f"{folder}{os.pathsep}{ROOT}", "PORTAL_PLUGINS": plugins}
    environment |= {"DJANGO_SETTINGS_MODULE": "portal.settings", "PORTAL_CLAIMS_ACCEPTED": "all"}
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        env=environment, cwd=folder, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


def test_a_plugin_in_a_package_of_its_own_is_enabled_by_its_name(tmp_path):
    script = """
        import django; django.setup()
        from types import SimpleNamespace
        from catalog.extension_points import entity_panels
        from portal.extension.collecting import entity_panels_by_entity
        from portal.extension.inventory import list_plugins
        plugin = list_plugins()[0]
        print(plugin.name, plugin.verbose_name, plugin.version, plugin.state, plugin.description)
        print([(item.point, item.name) for item in plugin.contributions])
        engine = SimpleNamespace(pk=1, kind="Component")
        shown = entity_panels_by_entity(entity_panels.read(), [engine], viewer=None)
        print(shown[1][0].id, shown[1][0].blocks)
    """
    done = run(script, write_package(tmp_path), "weather")
    assert done.stdout.splitlines() == [
        "weather Weather 1.2 ready Weather where the service runs.",
        "[('catalog.entity_panels', 'weather')]",
        "weather (Stat(label='Outside', value='12', unit='°C', hint=None),)",
    ], done.stderr


def test_installing_is_not_enabling(tmp_path):
    script = """
        import django; django.setup()
        from portal.extension.inventory import list_plugins
        weather = next(plugin for plugin in list_plugins() if plugin.name == "weather")
        print(weather.enabled, weather.state, weather.reason)
    """
    done = run(script, write_package(tmp_path), "")
    assert done.stdout == (
        "False disabled Not enabled: add weather to PORTAL_PLUGINS and restart the portal.\n"
    ), done.stderr


def test_what_is_on_by_default_can_be_added_to_and_taken_from(monkeypatch):
    for said, on in (
        ("", []), ("docs, tide", ["docs", "tide"]), ("+tide", ["ci", "docs", "tide"]),
        ("+tide,-ci,+docs", ["tide", "docs"]), ("-docs", ["ci"]),
    ):  # fmt: skip
        monkeypatch.setenv("PORTAL_PLUGINS", said)
        assert env_list_or_changes("PORTAL_PLUGINS", ("ci", "docs")) == on
    for said, reason in (
        ("+tide,docs", "names with and without + or -"),
        ("-tide", "takes away tide, which is not on anyway"),
    ):
        monkeypatch.setenv("PORTAL_PLUGINS", said)
        with pytest.raises(SettingError, match=re.escape(reason)):
            env_list_or_changes("PORTAL_PLUGINS", ("ci", "docs"))


def test_an_unknown_name_is_refused_with_what_is_installed(site):
    write_package(site)
    with pytest.raises(ExtensionError) as refused:
        enabled_plugin_configs(["wether"])
    said, _, installed = str(refused.value).partition(" Installed plugins: ")
    assert said == "PORTAL_PLUGINS names 'wether', which is not installed."
    assert {"docs", "weather"} <= set(installed.removesuffix(".").split(", "))


def test_two_plugins_with_one_name_refuse_to_start(site):
    write_package(site, entry="docs = portal_weather.apps:WeatherPlugin")
    with pytest.raises(ExtensionError) as refused:
        enabled_plugin_configs([])
    assert str(refused.value) == (
        "Two plugins are named docs: plugins.docs.apps and portal_weather.apps (package portal-weather). "
        "Uninstall one of them."
    )


def test_a_name_given_twice_is_refused(site):
    write_package(site)
    with pytest.raises(ExtensionError, match="names 'weather' twice"):
        enabled_plugin_configs(["weather", "weather"])


def test_an_import_error_at_start_names_the_plugin(site):
    write_package(site, apps="import no_such_library\n")
    assert enabled_plugin_configs(["docs", "weather"]) == ["plugins.docs.apps.DocsPlugin"]
    assert broken.why_broken("weather") == (
        "The plugin weather cannot be imported from portal_weather.apps (package portal-weather) "
        "(ModuleNotFoundError: No module named 'no_such_library'). Its apps.py may import portal.plugin_api "
        "only; mend it, or take weather out of PORTAL_PLUGINS."
    )


def test_a_plugin_that_exits_when_it_is_imported_is_named_too(site):
    write_package(site, apps="import sys\nsys.exit(3)\n")
    assert enabled_plugin_configs(["weather"]) == []
    assert "The plugin weather cannot be imported" in broken.why_broken("weather")


def test_a_plugin_whose_models_cannot_be_imported_is_named(tmp_path):
    write_package(tmp_path)
    (tmp_path / "portal_weather" / "models.py").write_text("import no_such_library\n")
    script = """
        import django; django.setup()
        from portal.extension.inventory import list_plugins
        weather = next(plugin for plugin in list_plugins() if plugin.name == "weather")
        print(weather.state, weather.contributions, weather.reason)
    """
    assert run(script, tmp_path, "weather").stdout == (
        "broken () The plugin weather cannot start: its models cannot be imported (ModuleNotFoundError: No "
        "module named 'no_such_library'). Mend the plugin, or take weather out of PORTAL_PLUGINS.\n"
    )


def test_an_entry_point_that_names_only_a_package_finds_its_config(site):
    write_package(site, entry="weather = portal_weather")
    assert enabled_plugin_configs(["weather"]) == ["portal_weather.apps.WeatherPlugin"]


def test_the_app_label_must_be_the_name(site):
    write_package(site, apps=WEATHER.replace('    label = "weather"\n', ""))
    assert enabled_plugin_configs(["weather"]) == []
    assert broken.why_broken("weather") == (
        "The plugin weather calls its app portal_weather: one name is used everywhere. "
        'Write label = "weather" in WeatherPlugin.'
    )


def test_a_package_without_a_plugin_config_is_refused(site):
    write_package(site, entry="weather = portal_weather", apps="from portal.plugin_api import PluginConfig\n")
    assert enabled_plugin_configs(["weather"]) == []
    assert re.search(r"must have exactly one PluginConfig .* it has 0", broken.why_broken("weather"))


def test_listing_plugins_imports_none_of_them(site):
    write_package(site, apps="raise RuntimeError\n")
    assert installed_plugins()["weather"] == discovery.InstalledPlugin(
        "weather", "portal_weather.apps", "WeatherPlugin", "portal-weather"
    )
