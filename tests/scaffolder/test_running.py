"""From a template to a repository and its entity, through the worker's own function."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from catalog.models import Entity
from portal.integrations.git import GitHost
from scaffolder.models import Task
from tests.scaffolder.conftest import LOG

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_template_makes_a_repository_and_an_entity(
    publishing_template: Entity, run: Callable[..., Task], git_host: GitHost, log: Callable[[Task], list[str]]
) -> None:
    task = run(name="cart", description='Holds what: you "buy"')

    assert (task.status, task.error) == ("completed", "")
    assert git_host.read_file("default", "cart", "README.md") == b"# CART\n"
    entity = Entity.objects.get(ref="component:default/cart")
    assert entity.description == 'Holds what: you "buy"'
    assert json.loads(task.output) == {
        "links": [
            {"title": "Repository", "url": "http://127.0.0.1:8500/git/default/cart.git"},
            {"title": "Catalog", "icon": "catalog", "entityRef": "component:default/cart"},
        ]
    }
    assert log(task) == [
        "Starting up task with 3 steps",
        "Beginning step Write the files",
        "Fetched 2 files from ./skeleton",
        "Finished step Write the files",
        "Beginning step Create the repository",
        "Published default/cart at http://127.0.0.1:8500/git/default/cart.git",
        "Finished step Create the repository",
        "Beginning step Register it",
        "Registered component:default/cart from git:default/cart/catalog-info.yaml",
        "Finished step Register it",
        "Run completed with status: completed",
    ]
    assert not Path(git_host.root.parent / "workspaces" / str(task.uid)).exists()


def test_if_and_each(
    make_template: Callable[..., Entity], run: Callable[..., Task], log: Callable[[Task], list[str]]
) -> None:
    make_template(
        {**LOG, "id": "skipped", "if": "${{ parameters.port > 9000 }}"},
        {**LOG, "id": "never", "if": False},
        {**LOG, "id": "each", "each": ["x", "y"], "input": {"message": "${{ each.key }}=${{ each.value }}"}},
        {**LOG, "id": "object", "each": {"k": 1}, "input": {"message": "${{ each.key }}=${{ each.value }}"}},
    )
    task = run(name="a")
    assert [step.status for step in task.steps.all()] == ["skipped", "skipped", "completed", "completed"]
    lines = log(task)
    assert "Skipping step skipped because its if condition was false" in lines
    assert [line for line in lines if "=" in line] == ["0=x", "1=y", "k=1"]


def test_unsafe_links_of_the_output_are_dropped(
    make_template: Callable[..., Entity], run: Callable[..., Task], log: Callable[[Task], list[str]]
) -> None:
    links = [
        {"title": "bad", "url": "javascript:alert('${{ parameters.name }}')"},
        {"title": "away", "url": "//evil.test"},
        {"title": "no", "if": "${{ parameters.missing }}", "url": "https://example.com/no"},
        {"title": "good", "url": "https://example.com/${{ parameters.name }}"},
        {"title": "wrong", "url": "https://example.com/${{ nowhere }}"},
    ]
    make_template(LOG, output={"links": links, "text": [{"title": "t", "content": "c"}]})
    task = run(name="a")
    assert json.loads(task.output) == {
        "links": [{"title": "good", "url": "https://example.com/a"}],
        "text": [{"title": "t", "content": "c"}],
    }
    assert len([line for line in log(task) if "output.links" in line]) == 3
