"""A plugin in a package of its own: written by the command, installed, accepted, used, and broken."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalog.models import Entity
from portal.plugin_admin.models import PluginDecision
from tests.databases import database_url

ROOT = Path(__file__).resolve().parents[3]
BESIDE = Path(sys.executable).parent
UV = shutil.which("uv") or shutil.which("uv", path=f"{BESIDE}:{BESIDE.parent / 'uv' / 'bin'}")
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(UV is None, reason="uv is not installed"),
]
ASK = """
import sys, django; django.setup()
from django.test import Client
query = '''{ entity(ref: "component:default/engine") { name harbour { value }
    panels { plugin failed blocks { ... on StatBlock { label value } } } } }'''
client = Client(headers={"Authorization": "Bearer " + sys.argv[1]}, SERVER_NAME="127.0.0.1")
print(client.post("/graphql", {"query": query}, content_type="application/json").content.decode())
"""
FAILING = """
from django.db import migrations

class Migration(migrations.Migration):
    operations = [migrations.RunSQL("SELECT no_such_column")]
"""


class Site:
    """A folder that packages are installed into, and a portal that has it on its path."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.package = folder / "site", folder / "site" / "portal_harbour"
        self.run("-m", "portal", "plugin", "new", "harbour", "--folder", str(folder))
        subprocess.run(
            [str(UV), "pip", "install", "--offline", "--no-deps", "-q", "--target", str(self.folder),
             str(folder / "portal-harbour")],
            check=True, capture_output=True, timeout=300,
            env=os.environ | {"UV_CACHE_DIR": str(folder / "cache")},
        )  # fmt: skip

    def run(self, *arguments: str) -> str:
        path = os.pathsep.join([str(self.folder), str(ROOT)])
        ours = {
            "PYTHONPATH": path, "PORTAL_PLUGINS": "docs,harbour", "PORTAL_CLAIMS_ACCEPTED": "tree",
            "DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "portal.settings",
            "PORTAL_LOG_LEVEL": "ERROR", "PORTAL_HOME": str(self.folder.parent / "home"),
        }  # fmt: skip
        done = subprocess.run(
            [sys.executable, *arguments], env=os.environ | ours, cwd=self.folder.parent, text=True,
            capture_output=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def ask(self, token: str) -> Any:
        return json.loads(self.run("-c", ASK, token).splitlines()[-1])

    def state(self) -> str:
        """What `portal plugins` says of the plugin."""
        lines = self.run("-m", "portal", "plugins").splitlines()
        assert [line for line in lines if line.startswith("docs ") and " ready: " in line]
        return next(line for line in lines if line.startswith("harbour"))


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


@pytest.fixture
def token(token_of: Callable[..., str], member: Any) -> str:
    metadata = {"name": "engine", "annotations": {"harbour.example.org/value": "42"}}
    Entity.objects.create(
        ref="component:default/engine", kind="Component", namespace="default", name="engine",
        sort_name="engine", hash="", generation=1, updated_at="2026-01-31T08:15:00Z",
        document=json.dumps({"kind": "Component", "metadata": metadata, "spec": {}}),
    )  # fmt: skip
    return token_of(member, "read")


def test_it_is_installed_accepted_and_used(site, token):
    assert " waiting: Nothing that harbour reads and calls is accepted." in site.state()
    before = site.ask(token)
    assert before["data"]["entity"]["harbour"] is None
    [error] = before["errors"]
    assert (error["path"], error["extensions"]["code"]) == (["entity", "harbour"], "CLAIM_NOT_ACCEPTED")
    site.run("-m", "portal", "plugins", "accept", "harbour")
    assert PluginDecision.objects.get(plugin="harbour").claims["kinds"] == ["Component"]
    after = site.ask(token)
    assert "errors" not in after
    assert after["data"]["entity"] == {
        "name": "engine", "harbour": {"value": "42"},
        "panels": [
            {"plugin": "harbour", "failed": None, "blocks": [{"label": "Harbour", "value": "42"}]},
        ],
    }  # fmt: skip
    assert "harbour 0.1.0 ready: " in site.state()


def test_what_fails_to_be_imported_is_left_out_and_the_portal_answers(site, token):
    with (site.package / "apps.py").open("a") as file:
        file.write("\nimport no_such_library\n")
    assert "harbour broken: The plugin harbour cannot be imported" in site.state()
    entity = site.ask(token)
    assert "harbour" in entity["errors"][0]["message"]  # its field is not there to be asked for
    answer = site.run("-c", ASK.replace(" harbour { value }", ""), token)
    assert json.loads(answer.splitlines()[-1])["data"]["entity"] == {"name": "engine", "panels": []}


def test_a_migration_that_fails_leaves_only_its_plugin_behind(site):
    folder = site.package / "migrations"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "0001_initial.py").write_text(FAILING)
    script = "import django; django.setup(); from portal.stack.prepare import migrate; migrate()"
    said = site.run("-c", script)
    assert said.startswith(
        'The plugin harbour is not ready: a migration failed (column "no_such_column" does not exist'
    )
    assert "broken: The migration 0001_initial of harbour is not applied" in site.state()
