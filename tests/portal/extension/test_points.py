"""Extension points: typed, ordered, closed when first read; a plugin's front page says everything it adds."""

import dataclasses
from typing import ClassVar

import pytest

from portal.extension.panels import Panel
from portal.extension.plugin import API_VERSION, PluginConfig
from portal.extension.points import POINTS, ExtensionError, ExtensionPoint


@pytest.fixture
def point():
    point = ExtensionPoint("test.words", accepts=str, summary="Words")
    yield point
    del POINTS["test.words"]


@pytest.fixture
def panels():
    yield ExtensionPoint("test.panels", accepts=Panel, classes=True, summary="Panels")
    del POINTS["test.panels"]


@dataclasses.dataclass(frozen=True)
class Named:
    name: str
    order: int = 100


@pytest.fixture
def named():
    yield ExtensionPoint("test.named", accepts=Named, summary="Names", unique=True)
    del POINTS["test.named"]


def names(point):
    return [(item.plugin, item.name) for item in point.read()]


def test_contributions_come_by_order_then_as_they_were_added(named):
    named.add(Named("c"), plugin="x")
    named.add(Named("b"), plugin="x")
    named.add(Named("late", order=900), plugin="x")
    named.add(Named("a"), plugin="y", order=1)
    assert names(named) == [("y", "a"), ("x", "c"), ("x", "b"), ("x", "late")]


def test_a_point_closes_when_it_is_first_read(named):
    named.read()
    with pytest.raises(ExtensionError) as refused:
        named.add(Named("a"), plugin="costs")
    assert str(refused.value) == (
        "The plugin costs adds a to test.named too late: the point has been read already. Add it in "
        "register(), not when a module is imported or a request is served."
    )
    assert names(named) == []


def test_a_name_is_used_once_and_both_plugins_are_named(named):
    named.add(Named("a"), plugin="costs")
    with pytest.raises(ExtensionError, match=r"kubernetes adds a to test\.named, where costs has added"):
        named.add(Named("a"), plugin="kubernetes")
    assert names(named) == [("costs", "a")]


def test_a_contribution_of_another_type_is_refused(point, panels):
    with pytest.raises(ExtensionError, match=r"plugin costs adds int to test\.words, which takes a str"):
        point.add(7, plugin="costs")
    with pytest.raises(ExtensionError, match="which takes a subclass of Panel"):
        panels.add(str, plugin="costs")
    with pytest.raises(ExtensionError, match="which takes a subclass of Panel"):
        panels.add(type("Shown", (Panel,), {"title": "Shown"})(), plugin="costs")
    assert (names(point), names(panels)) == ([], [])


def test_a_panel_without_a_title_is_refused(panels):
    with pytest.raises(ExtensionError, match="has no title: give it one"):
        panels.add(type("UntitledPanel", (Panel,), {}), plugin="costs")


def test_a_panel_is_named_after_its_class(panels):
    panels.add(type("MonthlyCostPanel", (Panel,), {"title": "Costs"}), plugin="costs")
    assert names(panels) == [("costs", "monthly-cost")]


def test_temporary_contributions_go_and_do_not_open_the_point(named):
    named.add(Named("a"), plugin="costs")
    named.read()
    with named.temporarily(Named("b"), plugin="test"):
        assert names(named) == [("costs", "a"), ("test", "b")]
    assert names(named) == [("costs", "a")]
    with pytest.raises(ExtensionError):
        named.add(Named("c"), plugin="costs")


def test_two_points_cannot_have_one_name(point):
    with pytest.raises(ExtensionError, match=r"two extension points named test\.words"):
        ExtensionPoint("test.words", accepts=str, summary="Words")


def make_plugin(**members):
    import tests.dummy_plugin

    config = type("Config", (PluginConfig,), {"name": "tests.dummy_plugin", "label": "weather", **members})
    return config("tests.dummy_plugin", tests.dummy_plugin)


@dataclasses.dataclass(frozen=True)
class WeatherSettings:
    url: str
    days: int = 3


def test_a_plugin_reads_its_settings_before_it_registers(monkeypatch):
    monkeypatch.setenv("PORTAL_WEATHER_URL", "https://weather.example")
    seen = []
    plugin = make_plugin(
        settings_class=WeatherSettings,
        register=lambda self: seen.append((self.settings.url, self.settings.days)),
    )
    plugin.start()
    assert seen == [("https://weather.example", 3)]


def test_a_mistake_in_the_settings_names_plugin_and_variable(monkeypatch):
    monkeypatch.setenv("PORTAL_WEATHER_DAYS", "many")
    with pytest.raises(ExtensionError) as refused:
        make_plugin(settings_class=WeatherSettings, register=lambda self: None).start()
    assert str(refused.value) == (
        "The settings of the plugin weather cannot be used: PORTAL_WEATHER_URL is not set. "
        "PORTAL_WEATHER_DAYS='many' cannot be used: Days must be a whole number."
    )


def test_a_plugin_for_another_api_version_is_refused():
    with pytest.raises(
        ExtensionError, match=f"weather is written for version 99 .* has version {API_VERSION}"
    ):
        make_plugin(api_version=99, register=lambda self: None).start()


def test_a_register_that_raises_names_the_plugin_and_the_remedy():
    def register(self):
        raise ImportError("No module named 'snow'")

    with pytest.raises(ExtensionError) as refused:
        make_plugin(register=register).start()
    assert str(refused.value) == (
        "The plugin weather cannot start: its register() failed (ImportError: No module named 'snow'). "
        "Mend the plugin, or take weather out of PORTAL_PLUGINS."
    )


def test_the_description_is_the_first_line_of_the_packages_docstring():
    assert make_plugin().description == (
        "A plugin for tests: something good and something bad for every extension point."
    )


class Sub(PluginConfig):
    name: ClassVar[str] = "tests.dummy_plugin"


def test_django_chooses_the_subclass_and_not_the_imported_base():
    assert (PluginConfig.default, Sub.default) == (False, True)


def test_what_is_no_point_is_refused_with_those_there_are():
    def register(self):
        from portal.plugin_api import snapshots  # the module, where `snapshot_sources` is meant

        self.add(snapshots, object())

    with pytest.raises(ExtensionError) as refused:
        make_plugin(register=register).start()
    assert str(refused.value).startswith(
        "The plugin weather adds to portal.plugin_api.snapshots, which is no extension point. There are "
    )
    assert "portal.snapshot_sources" in str(refused.value)
