"""Which panels a page has, before any of them is asked for what it shows."""

from types import SimpleNamespace

import pytest

from portal.extension import places
from portal.extension.batching import introduce
from portal.extension.panels import Slot
from portal.extension.places import places_by_entity
from portal.extension.points import Contribution
from tests.dummy_plugin import misbehaving
from tests.dummy_plugin.contributions import EveryBlockPanel

pytestmark = pytest.mark.usefixtures("until_released")


def added(value, plugin="dummy"):
    return Contribution(plugin, value.name, value, 100)


def entities(count=1, first=1):
    return introduce(SimpleNamespace(pk=number, name=f"e{number}") for number in range(first, first + count))


def test_places_name_the_panels_that_apply_without_asking_them_what_they_show():
    class ElsewherePanel(EveryBlockPanel):
        def applies_to(self, entity):
            return False

    class UndecidedPanel(EveryBlockPanel):
        title = "Undecided"

        def applies_to(self, entity):
            raise RuntimeError("secret detail 8731")

    class SilentPanel(EveryBlockPanel):
        def blocks(self, entity, *, viewer):
            raise AssertionError("asked")

    items = [added(panel) for panel in (ElsewherePanel, UndecidedPanel, SilentPanel)]
    found = places_by_entity(items, entities(2), viewer=None)
    assert [place.id for place in found[1]] == ["dummy-undecided", "dummy-silent"]
    assert found[1] == found[2]
    assert (found[1][0].plugin, found[1][0].title, found[1][0].slot) == (
        "dummy", "Undecided", Slot.OVERVIEW,
    )  # fmt: skip


def test_a_plugin_that_does_not_say_which_panels_it_has_has_all_of_them(monkeypatch):
    monkeypatch.setattr(places, "PATIENCE_SECONDS", 2)

    class HesitatingPanel(EveryBlockPanel):
        def applies_to(self, entity):
            misbehaving.released.wait(60)
            return False

    items = [added(HesitatingPanel, plugin="hesitant"), added(EveryBlockPanel)]
    found = places_by_entity(items, entities(), viewer=None)
    assert [place.id for place in found[1]] == ["hesitant-hesitating", "dummy-every-block"]


def test_where_a_plugin_takes_its_time_what_it_said_last_of_an_entity_holds(monkeypatch):
    class ChangingPanel(EveryBlockPanel):
        name = "changing"

        def applies_to(self, entity):
            return entity.pk == 71

    class TiredPanel(ChangingPanel):
        name = "changing"

        def applies_to(self, entity):
            misbehaving.released.wait(60)
            return True

    def ids(panel, entity):
        found = places_by_entity([added(panel, plugin="tired")], entity, viewer=None)
        return [place.id for place in found[entity[0].pk]]

    applies, does_not, never_asked = entities(1, 71), entities(1, 72), entities(1, 73)
    assert (ids(ChangingPanel, applies), ids(ChangingPanel, does_not)) == (["tired-changing"], [])
    monkeypatch.setattr(places, "PATIENCE_SECONDS", 0.1)
    late = [ids(TiredPanel, each) for each in (applies, does_not, never_asked)]
    assert late == [["tired-changing"], [], ["tired-changing"]]
