"""What the demo templates write is what they promise: rendered by the portal's renderer, then really used."""

import json
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from portal.stack.demo import COMPANY
from scaffolder.renderer.process import Renderer

TEMPLATES = COMPANY / "templates"
DESCRIPTION = 'High & "low" water: every harbour'


@pytest.fixture
def renderer() -> Iterator[Renderer]:
    with Renderer() as renderer:
        yield renderer


def written_by(template: str, parameters: dict[str, Any], workspace: Path, renderer: Renderer) -> Path:
    """The workspace after the fetch steps of a template."""
    folder = TEMPLATES / template
    steps = yaml.safe_load((folder / "template.yaml").read_text())["spec"]["steps"]
    declared = dict.fromkeys(("name", "system", "volumeSize", "title", "python", "tags", "pages"))
    context = {"parameters": declared | parameters, "steps": {}}
    for step in steps:
        if not step["action"].startswith("fetch:"):
            continue
        if not renderer.render_value(step.get("if", True), context, where="if"):
            continue
        given = renderer.render_value(step["input"], context, where="input")
        skeleton = folder / given["url"]
        if step["action"] == "fetch:plain":
            shutil.copytree(skeleton, workspace, dirs_exist_ok=True)
            continue
        for path in sorted(skeleton.rglob("*")):
            if path.is_file():
                values = {"values": given["values"]}
                name = renderer.render_text(str(path.relative_to(skeleton)), values, where="name")
                target = workspace / name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(renderer.render_text(path.read_text(), values, where=name))
    return workspace


def run_its_tests(repository: Path) -> str:
    command = [sys.executable, "-m", "unittest", "discover", "-s", "tests", "-t", "."]
    done = subprocess.run(command, cwd=repository, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stderr.splitlines()[-3]


def documents(path: Path) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all(path.read_text()))


def service(tmp_path: Path, renderer: Renderer, **parameters: Any) -> Path:
    given = {
        "name": "tide-tables",
        "description": DESCRIPTION,
        "owner": "group:default/reservations",
        "lifecycle": "experimental",
        "port": 8123,
        "store": "memory",
        "pipeline": True,
    }
    return written_by("python-web-service", given | parameters, tmp_path, renderer)


def test_the_web_service_passes_its_tests_with_the_memory_store(tmp_path: Path, renderer: Renderer) -> None:
    assert run_its_tests(service(tmp_path, renderer)).startswith("Ran 9 tests")


def test_the_web_service_passes_its_tests_with_the_sqlite_store(tmp_path: Path, renderer: Renderer) -> None:
    repository = service(tmp_path, renderer, store="sqlite", volumeSize="5Gi")
    assert run_its_tests(repository).startswith("Ran 8 tests")


def test_the_pipeline_keeps_the_expressions_of_github(tmp_path: Path, renderer: Renderer) -> None:
    text = (service(tmp_path, renderer) / ".github/workflows/ci.yaml").read_text()
    jobs = yaml.safe_load(text)["jobs"]
    assert list(jobs) == ["test", "image"]
    assert jobs["test"]["name"] == "Tests on Python ${{ matrix.python }}"
    assert jobs["image"]["steps"][2]["env"]["TOKEN"] == "${{ secrets.GITHUB_TOKEN }}"
    assert "{%" not in text


def test_without_a_pipeline_there_is_no_pipeline_file(tmp_path: Path, renderer: Renderer) -> None:
    assert not (service(tmp_path, renderer, pipeline=False) / ".github").exists()


def test_the_manifests_run_the_image_as_nobody_special(tmp_path: Path, renderer: Renderer) -> None:
    (deployment,) = documents(service(tmp_path, renderer) / "deploy/deployment.yaml")
    pod = deployment["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert container["ports"] == [{"name": "http", "containerPort": 8123}]
    assert container["readinessProbe"]["httpGet"] == {"path": "/readyz", "port": "http"}
    assert "volumeMounts" not in container


def test_the_sqlite_store_gets_a_volume_and_one_writer(tmp_path: Path, renderer: Renderer) -> None:
    repository = service(tmp_path, renderer, store="sqlite", volumeSize="5Gi")
    deployment, claim = documents(repository / "deploy/deployment.yaml")
    assert deployment["spec"]["strategy"] == {"type": "Recreate"}
    assert claim["spec"]["resources"]["requests"]["storage"] == "5Gi"
    assert "VOLUME /data" in (repository / "Dockerfile").read_text().splitlines()


def test_the_descriptor_names_owner_system_and_api(tmp_path: Path, renderer: Renderer) -> None:
    repository = service(tmp_path, renderer, system="system:default/timetable")
    component, api = documents(repository / "catalog-info.yaml")
    assert component["metadata"]["description"] == DESCRIPTION
    assert component["spec"] == {
        "type": "service",
        "lifecycle": "experimental",
        "owner": "group:default/reservations",
        "system": "system:default/timetable",
        "providesApis": ["tide-tables-api"],
    }
    definition = yaml.safe_load(api["spec"]["definition"])
    assert list(definition["paths"]) == ["/items", "/items/{id}"]


def test_without_a_system_the_descriptor_has_none(tmp_path: Path, renderer: Renderer) -> None:
    component, api = documents(service(tmp_path, renderer) / "catalog-info.yaml")
    assert "system" not in component["spec"]
    assert "system" not in api["spec"]


def test_the_library_passes_its_tests_and_has_a_package(tmp_path: Path, renderer: Renderer) -> None:
    given = {
        "name": "tide-client",
        "description": DESCRIPTION,
        "owner": "group:default/data",
        "python": "3.12",
        "tags": ["python", "tides"],
    }
    repository = written_by("python-library", given, tmp_path, renderer)
    assert run_its_tests(repository).startswith("Ran 2 tests")
    project = tomllib.loads((repository / "pyproject.toml").read_text())["project"]
    assert (project["description"], project["requires-python"]) == (DESCRIPTION, ">=3.12")
    (component,) = documents(repository / "catalog-info.yaml")
    assert component["metadata"]["tags"] == ["python", "tides"]
    workflow = yaml.safe_load((repository / ".github/workflows/ci.yaml").read_text())
    assert workflow["jobs"]["test"]["strategy"]["matrix"]["python"] == ["3.12", "3.13"]


def test_the_handbook_has_the_chosen_pages(tmp_path: Path, renderer: Renderer) -> None:
    given = {"team": "group:default/data", "pages": ["On call", "Decisions"], "examples": True}
    repository = written_by("documentation-site", given, tmp_path, renderer)
    text = (repository / "docs/index.md").read_text()
    assert [line for line in text.splitlines() if line.startswith("#")] == [
        "# Data handbook",
        "## On call",
        "## Decisions",
        "## Examples to copy",
    ]
    assert "{{ braces like these stay as they are }}" in (repository / "docs/example-how-to.md").read_text()


def test_without_examples_the_handbook_links_to_none(tmp_path: Path, renderer: Renderer) -> None:
    given = {"team": "group:default/data", "title": 'The "data" book', "examples": False}
    repository = written_by("documentation-site", given, tmp_path, renderer)
    assert [path.name for path in (repository / "docs").iterdir()] == ["index.md"]
    assert yaml.safe_load((repository / "mkdocs.yml").read_text()) == {
        "site_name": 'The "data" book',
        "nav": [{"Start": "index.md"}],
    }


@pytest.mark.parametrize("template", ["python-web-service", "python-library", "documentation-site"])
def test_a_form_is_plain_json(template: str) -> None:
    document = yaml.safe_load((TEMPLATES / template / "template.yaml").read_text())
    pages = document["spec"]["parameters"]
    assert json.loads(json.dumps(pages)) == pages
    assert all(page["title"] for page in pages)
