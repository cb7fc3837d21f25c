"""Locations in repositories of the embedded git host."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalog.models import Location
from catalog.selectors import get_entity
from catalog.sources import open_source
from catalog.tasks import refresh_locations
from portal.accounts.principal import SYSTEM
from portal.integrations.git import Author, GitHost

from .conftest import COMPONENT, Folder, command, found_by_reading

pytestmark = pytest.mark.django_db
Refs = Callable[..., list[str]]


class Repository:
    """`acme/web` on an embedded git host of this test."""

    def __init__(self, root: Path, workspace: Folder) -> None:
        self.host = GitHost(root)
        self.workspace = workspace
        self.host.create_repository("acme", "web")

    def commit(self) -> str:
        author = Author("Test", "test@example.com")
        return self.host.commit_files("acme", "web", self.workspace.path, message="Change", author=author)


@pytest.fixture
def repository(tmp_path: Path, settings: Any) -> Repository:
    (tmp_path / "git").mkdir()
    (tmp_path / "work").mkdir()
    settings.GIT_ROOT = str(tmp_path / "git")
    return Repository(tmp_path / "git", Folder(tmp_path / "work"))


def test_a_repository_is_read_at_its_last_commit(repository: Repository, refs: Refs) -> None:
    repository.workspace.write(
        "catalog-info.yaml", COMPONENT.format(name="web") + "  note: {$text: ./docs/index.md}\n"
    )
    repository.workspace.write("docs/index.md", "Hello")
    commit = repository.commit()
    result = command("add", "git:acme/web")
    assert result.output == "git:acme/web: 1 entities, 0 problems.\n"
    web = get_entity("component:web", viewer=SYSTEM).content
    assert web["spec"]["note"] == "Hello"
    annotations = web["metadata"]["annotations"]
    assert annotations["backstage.io/managed-by-location"] == "git:acme/web/catalog-info.yaml"
    assert annotations["backstage.io/source-location"] == "git:acme/web/"
    assert Location.objects.get().etag == commit


def test_a_new_commit_is_noticed(repository: Repository, refs: Refs) -> None:
    repository.workspace.components("services/a/catalog-info.yaml", "a")
    repository.commit()
    command("add", "git:acme/web")
    repository.workspace.components("services/b/catalog-info.yaml", "b")
    repository.commit()
    refresh_locations()
    assert refs(kind=("component",)) == ["component:default/a", "component:default/b"]


def test_a_repository_without_a_commit_is_refused(repository: Repository) -> None:
    result = command("add", "git:acme/web")
    assert result.exit_code == 1
    assert "FILE_MISSING" in result.output
    assert Location.objects.count() == 0


def test_a_repository_that_vanishes_deletes_nothing(
    repository: Repository, refs: Refs, settings: Any, tmp_path: Path
) -> None:
    repository.workspace.components("catalog-info.yaml", "web")
    repository.commit()
    command("add", "git:acme/web")
    (tmp_path / "git" / "acme" / "web.git").rename(tmp_path / "git" / "acme" / "gone.git")
    refresh_locations()
    assert refs() == ["component:default/web"]
    assert list(found_by_reading().values_list("code", flat=True)) == ["FILE_MISSING"]


def test_a_link_in_a_repository_is_not_followed(repository: Repository, refs: Refs) -> None:
    repository.workspace.components("catalog-info.yaml", "web")
    (repository.workspace.path / "secret.txt").symlink_to("/etc/passwd")
    repository.workspace.write(
        "catalog-info.yaml", COMPONENT.format(name="web") + "  note: {$text: ./secret.txt}\n"
    )
    repository.commit()
    assert "PLACEHOLDER_UNREADABLE" in command("add", "git:acme/web").output
    assert refs() == []


def test_a_source_shows_files_and_resolves_paths_inside_of_the_repository(repository: Repository) -> None:
    repository.workspace.components("catalog-info.yaml", "web")
    repository.workspace.write("docs/a.md", "A")
    commit = repository.commit()
    command("add", "git:acme/web")
    source = open_source(Location.objects.get())
    assert source.list() == ["catalog-info.yaml", "docs/a.md"]
    assert source.resolve("docs/a.md", "../catalog-info.yaml") == "catalog-info.yaml"
    assert source.read("docs/a.md") == b"A"
    assert source.revision() == commit
