"""What plugins rely on is written down, and used by the dummy plugin and by the guide's own example."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import portal.plugin_api
import portal.plugin_api.catalog
import portal.plugin_api.graphql
import tests.dummy_plugin
from portal.extension.blocks import BLOCKS
from portal.extension.points import POINTS
from portal.graphql.blocks import BLOCK_TYPES, PanelBlock
from portal.schema import schema
from tests.dummy_plugin.apps import DummyPlugin
from tests.portal.extension.test_discovery import run

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "plugins.md").read_text(encoding="utf-8")
CHAPTERS = re.findall(r"^### (.+)$", GUIDE, re.MULTILINE)
COMPONENTS = ROOT / "frontend" / "src" / "blocks"


def test_every_extension_point_has_a_chapter_and_every_chapter_a_point() -> None:
    points = [name for name in POINTS if not name.startswith("test.")]
    assert sorted(chapter for chapter in CHAPTERS if "." in chapter) == sorted(points)


def test_no_name_of_the_api_is_also_a_module_of_it() -> None:
    """`from portal.plugin_api import x` must mean the same thing whatever was imported before."""
    modules = {path.stem for path in Path(portal.plugin_api.__path__[0]).glob("*.py")}
    assert modules.isdisjoint(portal.plugin_api.__all__)


def test_every_extension_point_has_a_user_in_the_dummy_plugin() -> None:
    added: list[str] = []

    class Recording(DummyPlugin):
        def add(self, point: Any, *contributions: Any, order: int | None = None) -> None:
            with point.temporarily(*contributions, plugin="dummy", order=order):
                added.append(point.name)

    plugin = Recording("tests.dummy_plugin", tests.dummy_plugin)
    plugin._read_environment()
    plugin.register()
    assert sorted(set(added)) == sorted(name for name in POINTS if not name.startswith("test."))


def test_every_block_has_a_chapter_and_every_chapter_a_block() -> None:
    assert [chapter for chapter in CHAPTERS if "." not in chapter] == [block.__name__ for block in BLOCKS]


def test_every_block_has_a_type_in_the_api() -> None:
    assert tuple(BLOCK_TYPES) == BLOCKS
    assert [kind.__name__ for kind in BLOCK_TYPES.values()] == [f"{block.__name__}Block" for block in BLOCKS]
    union = schema.graphql_schema.type_map[PanelBlock.__name__]
    assert [kind.name for kind in union.types] == [f"{block.__name__}Block" for block in BLOCKS]


@pytest.mark.skipif(not COMPONENTS.is_dir(), reason="the page is not in this checkout")
def test_every_block_has_a_component_in_the_page() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in sorted(COMPONENTS.glob("*.tsx")))
    assert [block.__name__ for block in BLOCKS if f"{block.__name__}Block" not in code] == []


def test_every_name_of_the_plugin_api_is_there() -> None:
    for module in (portal.plugin_api, portal.plugin_api.catalog, portal.plugin_api.graphql):
        assert [name for name in module.__all__ if not hasattr(module, name)] == []


def test_the_plugin_api_can_be_imported_before_there_are_models_and_settings() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import portal.plugin_api"],
        cwd=ROOT, env={"PATH": ""}, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


def test_the_guides_example_works_as_it_is_written(tmp_path: Path) -> None:
    files = re.findall(
        r"^`(portal_tier/\w+\.py)`[^\n]*\n\n```python\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL
    )
    assert len(files) == 5
    for name, code in files:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(code, encoding="utf-8")
    entry = re.search(r'^tier = "(.+)"$', GUIDE, re.MULTILINE)
    assert entry is not None
    info = tmp_path / "portal_tier-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: portal-tier\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[portal.plugins]\ntier = {entry.group(1)}\n")
    script = """
        import django; django.setup()
        from portal.plugin_api.testing import entity
        from catalog.extension_points import entity_panels
        from portal.extension.collecting import entity_panels_by_entity
        from portal.schema import schema
        metadata = {"name": "engine", "labels": {"example.org/tier": "1"}}
        engine = entity({"kind": "Component", "metadata": metadata})
        shown = entity_panels_by_entity(entity_panels.read(), [engine], viewer=None)
        print(shown[engine.pk][0].blocks)
        print(schema.graphql_schema.type_map["Component"].fields["tier"].type)
    """
    done = run(script, tmp_path, "tier")
    assert done.stdout.splitlines() == [
        "(Status(label='Tier 1', level='error', detail=None),)",
        "EntityTier",
    ], done.stderr
