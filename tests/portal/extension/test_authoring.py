"""`portal plugin new` writes a plugin that works at once; `portal plugin check` names what to mend in one."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from portal.extension.authoring.commands import plugin
from portal.extension.authoring.new import write_in_tree

ROOT = Path(__file__).resolve().parents[3]


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(plugin, arguments)


def python(*arguments: str, folder: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """As in a shell of its own: nothing of the test run that it is called from."""
    path = os.pathsep.join([str(folder), str(ROOT)])
    ours = ("DJANGO_", "PORTAL_PLUGINS", "PYTEST_")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, capture_output=True, text=True, timeout=120, check=False,
        env=inherited | {"PYTHONPATH": path} | environment,
    )  # fmt: skip


@pytest.fixture
def tide(tmp_path: Path) -> Path:
    """A new plugin, and what an installer leaves beside it."""
    assert invoke("new", "tide", "--folder", str(tmp_path)).exit_code == 0
    root = tmp_path / "portal-tide"
    info = root / "portal_tide-0.1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: portal-tide\nVersion: 0.1.0\n")
    (info / "entry_points.txt").write_text("[portal.plugins]\ntide = portal_tide.apps:TidePlugin\n")
    return root


def test_a_new_plugin_passes_its_own_tests(tide: Path) -> None:
    done = python("-m", "pytest", "-q", "-p", "no:cacheprovider", folder=tide)
    assert "2 passed" in done.stdout, done.stdout + done.stderr


def test_a_new_plugin_has_nothing_to_mend(tide: Path) -> None:
    answer = invoke("check", str(tide))
    assert (answer.exit_code, answer.output) == (0, "tide: nothing to mend.\n")


def test_a_new_plugin_is_part_of_the_api(tide: Path) -> None:
    script = (
        "import django; django.setup(); from portal.schema import schema; "
        "print(schema.graphql_schema.type_map['Component'].fields['tide'].type)"
    )
    settings = {"PORTAL_PLUGINS": "tide", "DJANGO_SETTINGS_MODULE": "portal.settings"}
    assert python("-c", script, folder=tide, **settings).stdout == "EntityTide\n"


def test_a_plugin_in_the_tree_has_its_tests_beside_the_others(tmp_path: Path) -> None:
    written = write_in_tree("tide", tmp_path)
    assert written == tmp_path / "plugins" / "tide"
    assert (tmp_path / "tests/plugins/tide/test_tide.py").exists()


@pytest.mark.parametrize("name", ["Tide", "2tide", "portal", "class", "a-b"])
def test_a_name_that_cannot_be_used_is_refused_and_nothing_is_written(tmp_path: Path, name: str) -> None:
    answer = invoke("new", name, "--folder", str(tmp_path))
    assert answer.exit_code == 1
    assert "cannot be called" in answer.output
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_over(tide: Path) -> None:
    before = (tide / "portal_tide/apps.py").read_text()
    answer = invoke("new", "tide", "--folder", str(tide.parent))
    assert (answer.exit_code, "exists already" in answer.output) == (1, True)
    assert (tide / "portal_tide/apps.py").read_text() == before


def change(root: Path, name: str, old: str, new: str) -> None:
    path = root / "portal_tide" / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_mistakes_in_the_source_are_named_with_their_remedies(tide: Path) -> None:
    change(
        tide, "panels.py", "from portal.plugin_api.catalog import Entity", "from catalog.models import Entity"
    )
    early = "from dataclasses import dataclass\nfrom portal.plugin_api.catalog import Entity"
    change(tide, "apps.py", "from dataclasses import dataclass", early)
    change(tide, "__init__.py", '"""', "#")
    change(tide, "selectors.py", "found = {}", "found = {")
    answer = invoke("check", str(tide))
    assert answer.exit_code == 1
    for said in (
        "portal_tide/panels.py:6: it imports catalog.models. Import from portal.plugin_api only",
        "portal_tide/apps.py:4: it imports portal.plugin_api.catalog before there are models.",
        "portal_tide/__init__.py: it does not say what the plugin is.",
        ": it is not Python (",
        "tide: apps.py cannot be imported",
    ):
        assert said in answer.output


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("apps.py", 'label = "tide"', 'label = "ebb"', "tide: no app is labelled tide."),
        (
            "schema.py",
            "value = String(required=True)",
            "value = String(required=True)\n\n    def resolve_value(root, info):\n        return 1",
            "has a resolver for EntityTide.value",
        ),
    ],
)
def test_mistakes_that_show_at_the_start_are_named(
    tide: Path, name: str, old: str, new: str, said: str
) -> None:
    change(tide, name, old, new)
    answer = invoke("check", str(tide))
    assert answer.exit_code == 1
    assert said in answer.output


def test_models_need_migrations_and_no_foreign_key_to_the_catalog(tide: Path) -> None:
    (tide / "portal_tide/models.py").write_text(
        "from django.db import models\n\n\nclass Ebb(models.Model):\n"
        "    entity = models.ForeignKey('catalog.Entity', on_delete=models.CASCADE)\n"
    )
    output = invoke("check", str(tide)).output
    assert "Ebb.entity is a foreign key to the catalog. Keep the entity's uid" in output
    assert "its models have changes without a migration. Run PORTAL_PLUGINS=+tide python -m django " in output


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    answer = invoke("check", "nothing_here")
    assert (answer.exit_code, "There is no plugin and no folder nothing_here" in answer.output) == (1, True)
    shutil.rmtree(tmp_path, ignore_errors=True)


def test_the_plugins_of_the_house_have_nothing_to_mend() -> None:
    for folder in sorted(path.parent.name for path in (ROOT / "plugins").glob("*/apps.py")):
        assert invoke("check", folder).output == f"{folder}: nothing to mend.\n"


def test_a_package_that_no_portal_would_find_is_named(tide: Path) -> None:
    project = tide / "pyproject.toml"
    project.write_text(project.read_text().replace("portal.plugins", "other.plugins"))
    answer = invoke("check", str(tide))
    assert (answer.exit_code, answer.output) == (
        1,
        "pyproject.toml: no entry point of portal.plugins names a plugin of portal_tide, "
        "so no portal finds it. "
        'Add `tide = "portal_tide.apps"` to [project.entry-points."portal.plugins"].\n',
    )
