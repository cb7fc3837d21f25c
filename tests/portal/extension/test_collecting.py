"""Panels and search of a plugin that behaves, and of one that does not."""

from types import SimpleNamespace

import pytest

from portal.extension import guard
from portal.extension.batching import introduce
from portal.extension.blocks import BLOCKS, Stat, Table, Text
from portal.extension.collecting import (
    ShownText,
    entity_panels_by_entity,
    home_panels_for,
    panel_id,
    search_hits,
)
from portal.extension.panels import HomePanel, Slot
from portal.extension.points import POINTS, Contribution
from portal.extension.search import SearchDocuments, SearchHit
from tests.dummy_plugin import contributions, misbehaving
from tests.dummy_plugin.contributions import READ_AT, EveryBlockPanel, GreetingPanel

pytestmark = pytest.mark.usefixtures("until_released")


def added(value, plugin="dummy"):
    return Contribution(plugin, value.name, value, 100)


def entities(count=1):
    return introduce(SimpleNamespace(pk=number, name=f"e{number}") for number in range(1, count + 1))


def show(*panels, count=1):
    """Each panel as a plugin of its own, named after it."""
    items = [added(panel, plugin=panel.name.replace("-", "_")) for panel in panels]
    return entity_panels_by_entity(items, entities(count), viewer=None)


def test_a_panel_shows_every_block():
    [panel] = entity_panels_by_entity([added(EveryBlockPanel)], entities(), viewer=None)[1]
    assert (panel.plugin, panel.id, panel.title, panel.slot) == (
        "dummy", "dummy-every-block", "Every block", Slot.OVERVIEW,
    )  # fmt: skip
    assert (panel.failed, panel.as_of) == (None, READ_AT)
    yielded = list(EveryBlockPanel().blocks(None, viewer=None))
    text = ShownText("Hello *world*<script>alert(1)</script>", "<p>Hello <em>world</em></p>\n")
    assert list(panel.blocks) == [text if isinstance(block, Text) else block for block in yielded]
    assert [type(block) for block in yielded] == list(BLOCKS)
    assert panel.can_refresh


def test_a_panel_named_as_its_plugin_has_its_name_as_id():
    assert (panel_id("docs", "docs"), panel_id("costs", "monthly-cost")) == ("docs", "costs-monthly-cost")


def test_a_panel_without_blocks_is_not_shown_and_one_that_does_not_apply_neither():
    class NothingPanel(EveryBlockPanel):
        def blocks(self, entity, *, viewer):
            return []

    class ElsewherePanel(EveryBlockPanel):
        def applies_to(self, entity):
            return False

    assert show(NothingPanel, ElsewherePanel) == {1: []}


@pytest.mark.parametrize(
    ("panel", "happened"),
    [
        (misbehaving.RaisingPanel, "failed"),
        (misbehaving.ExitingPanel, "failed"),
        (misbehaving.HostileErrorPanel, "failed"),
        (misbehaving.BytesPanel, "gave an answer that cannot be shown (the answer is a bytes)"),
        (misbehaving.NumberPanel, "gave an answer that cannot be shown (value must be a str, it is a int)"),
        (
            misbehaving.HostilePanel,
            "gave an answer that cannot be shown (value must be a str, it is a Hostile)",
        ),
        (misbehaving.EndlessPanel, "gave an answer that cannot be shown (the answer has more than 50 items)"),
        (misbehaving.HugePanel, "gave an answer that cannot be shown (the answer is too large)"),
    ],
)
def test_a_panel_that_misbehaves_says_so_in_its_own_place(panel, happened):
    bad, good = show(panel, EveryBlockPanel)[1]
    reference = bad.failed.rstrip(".").rpartition(" ")[2]
    assert bad.failed == (
        f"The plugin {panel.name.replace('-', '_')} {happened} while loading the panel {panel.title}. "
        f"The log says more at {reference}."
    )
    assert (bad.title, bad.blocks) == (panel.title, ())
    assert (good.failed, len(good.blocks)) == (None, len(BLOCKS))


@pytest.mark.parametrize("panel", [misbehaving.HangingPanel, misbehaving.SpinningPanel])
def test_a_panel_that_hangs_costs_its_deadline_and_its_own_place(panel, short):
    bad, good = show(panel, EveryBlockPanel)[1]
    assert not misbehaving.released.is_set()
    assert bad.failed == (
        f"The plugin {panel.name} did not answer within 3 s while loading the panel {panel.title}; it rests."
    )
    assert good.failed is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "panel", [misbehaving.FailedStatementPanel, misbehaving.WritingPanel, misbehaving.SleepingQueryPanel]
)
def test_a_panel_with_a_bad_statement_leaves_the_request_alone(panel, member, short):
    bad, good = show(panel, EveryBlockPanel)[1]
    assert bad.failed is not None
    assert "no_such_column" not in bad.failed
    assert good.failed is None
    member.refresh_from_db()


@pytest.mark.django_db
def test_a_transaction_left_open_does_not_reach_the_next_panel(settings):
    settings.PLUGIN_THREADS = 1
    items = [added(misbehaving.TransactionPanel), added(misbehaving.AutocommitPanel)]
    left, after = entity_panels_by_entity(items, entities(), viewer=None)[1]
    assert left.failed is None
    assert after.blocks == (Stat("autocommit", "True"),)


def test_in_a_list_one_entity_costs_its_own_panel_only():
    class SecondFailsPanel(EveryBlockPanel):
        def blocks(self, entity, *, viewer):
            if entity.pk == 2:
                raise RuntimeError
            yield Stat("Name", entity.name)

    shown = show(SecondFailsPanel, count=3)
    assert [shown[pk][0].blocks for pk in (1, 3)] == [(Stat("Name", "e1"),), (Stat("Name", "e3"),)]
    assert shown[2][0].failed is not None


def test_a_row_with_too_few_cells_is_refused():
    class ShortRowPanel(EveryBlockPanel):
        def blocks(self, entity, *, viewer):
            yield Table(("a", "b"), (("1",),))

    [panel] = show(ShortRowPanel)[1]
    assert "a row of a Table has more or fewer cells" in panel.failed


def test_home_panels_are_contained_too():
    class HugeHomePanel(HomePanel):
        title = "Huge"

        def blocks(self, *, viewer):
            return [Stat("x" * 1_000_000, "1")]

    items = [added(panel) for panel in (misbehaving.RaisingHomePanel, HugeHomePanel, GreetingPanel)]
    bad, huge, good = home_panels_for(items, viewer=None)
    assert "failed while loading the panel Raising" in bad.failed
    assert "too large" in huge.failed
    assert (good.id, good.slot, good.blocks) == ("dummy-greeting", None, (Stat("Greeting", "hello"),))


def test_search_documents_that_fail_have_no_hits():
    items = [
        Contribution("bad", "bad", SearchDocuments("bad", misbehaving.raising_find), 100),
        Contribution("good", "greetings", SearchDocuments("greetings", contributions.find_greetings), 100),
    ]
    assert search_hits(items, "tea", viewer=None, limit=5) == {
        "bad": None,
        "greetings": [SearchHit("Greeting tea", "hello", "/catalog", 0.5)],
    }


def test_every_point_is_known():
    assert {name for name in POINTS if not name.startswith("test.")} >= {
        "catalog.entity_panels",
        "catalog.entity_fields",
        "portal.home_panels",
        "portal.schedules",
        "portal.search_documents",
    }


@pytest.mark.parametrize(
    "panel",
    [misbehaving.RaisingPanel, misbehaving.BytesPanel, misbehaving.HangingPanel, misbehaving.HostilePanel],
)
def test_a_thousand_calls_of_a_bad_panel_rest_it_and_leave_the_other_alone(panel, settings):
    settings.PLUGIN_DEADLINE, settings.PLUGIN_REST = 3, 600
    asked = []

    class CountedPanel(panel):
        name = panel.name

        def blocks(self, entity, *, viewer):
            asked.append(1)
            return super().blocks(entity, viewer=viewer)

    for _ in range(1000):
        bad, good = show(CountedPanel, GoodPanel)[1]
        assert bad.failed is not None
        assert (good.failed, good.blocks) == (None, (Stat("Name", "e1"),))
    assert len(asked) <= 5
    condition = guard.health(panel.name.replace("-", "_"))
    assert (condition.state, condition.reason) == ("resting", bad.failed)


class GoodPanel(EveryBlockPanel):
    def blocks(self, entity, *, viewer):
        yield Stat("Name", entity.name)
