"""From a template to a repository and its entity, through the worker's own function."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from catalog.models import Entity
from portal.integrations.git import GitHost
from scaffolder.models import Task


@pytest.mark.django_db(transaction=True)
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
