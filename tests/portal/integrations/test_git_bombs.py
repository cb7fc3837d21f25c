"""Repositories of a few kilobytes that unfold without end: refused in a moment and in little memory."""

import resource
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from catalog.models import Entity, Location
from portal.integrations.errors import Refused
from portal.integrations.git import Author, GitHost
from scaffolder.models import Task
from tests.catalog.sources.conftest import components
from tests.scaffolder.conftest import _no_broker, _own_folders, make_template, run  # noqa: F401 - fixtures
from tests.servers import GitServer, Repository

MIB = 1024 * 1024
JANE = Author("Jane", "jane@example.com")


@pytest.fixture(autouse=True)
def _little_time_and_memory() -> Iterator[None]:
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, seconds()
    yield
    assert seconds() - began < 60
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 * 1024, "in KiB"


def seconds() -> float:
    """Of a processor, that this process and git had."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def git(folder: Path, *arguments: str, text: bytes = b"") -> str:
    who = ["-c", "user.name=a", "-c", "user.email=a@b"]
    done = subprocess.run(
        ["git", *who, "-C", str(folder), *arguments], input=text, capture_output=True, check=True
    )
    return done.stdout.decode().strip()


def commit_tree(folder: Path, tree: str) -> None:
    commit = git(folder, "commit-tree", tree, "-m", "Unfolds")
    git(folder, "update-ref", "refs/heads/main", commit)


def tree_of(folder: Path, mode: str, kind: str, inner: str, count: int) -> str:
    """A folder that holds one thing under many names."""
    lines = "".join(f"{mode} {kind} {inner}\t{number}\n" for number in range(count))
    return git(folder, "mktree", text=lines.encode())


def endless(folder: Path) -> None:
    """Ten folders in ten folders, ten deep, all of them the same: ten thousand million files."""
    inner = tree_of(folder, "100644", "blob", git(folder, "hash-object", "-w", "--stdin", text=b"x"), 10)
    for _ in range(9):
        inner = tree_of(folder, "040000", "tree", inner, 10)
    descriptor = git(folder, "hash-object", "-w", "--stdin", text=components("web").encode())
    lines = f"100644 blob {descriptor}\tcatalog-info.yaml\n040000 tree {inner}\tdeep\n"
    commit_tree(folder, git(folder, "mktree", text=lines.encode()))


def repeated(folder: Path, count: int = 100) -> None:
    """One file of four mebibytes under many names: 400 MiB out of some kilobytes."""
    blob = git(folder, "hash-object", "-w", "--stdin", text=b"\0" * 4 * MIB)
    inner = tree_of(folder, "100644", "blob", blob, count)
    commit_tree(folder, git(folder, "mktree", text=f"040000 tree {inner}\tskeleton\n".encode()))


@pytest.fixture
def host(tmp_path: Path) -> GitHost:
    host = GitHost(tmp_path / "host")
    host.create_repository("shop", "cart")
    return host


@pytest.fixture
def remote(tmp_path: Path, settings: Any) -> Iterator[Repository]:
    settings.GIT_CACHE = tmp_path / "cache"
    with GitServer(tmp_path / "served") as server:
        settings.OUTBOUND_PRIVATE = [server.host]
        yield server.repository("acme/web")


def test_the_files_of_an_endless_repository_are_not_listed(host: GitHost) -> None:
    endless(host.get_repository("shop", "cart").path)
    with pytest.raises(Refused, match="more files below its root than are listed"):
        host.list_files("shop", "cart")
    with pytest.raises(Refused):
        host.commit_changes("shop", "cart", "change", written={"a": (b"x", False)}, message="A", author=JANE)
    assert host.read_file("shop", "cart", "catalog-info.yaml") == components("web").encode()
    assert host.find_revision("shop", "cart", "change") is None


@pytest.mark.django_db
def test_an_endless_repository_is_not_registered(remote: Repository, graphql: Any, member: Any) -> None:
    endless(remote.bare)
    register = """mutation ($target: String!) { registerLocation(input: {target: $target}) {
        problems { code message } } }"""
    answer = graphql(member)(register, target=f"git:{remote.url}")["registerLocation"]
    assert [problem["code"] for problem in answer["problems"]] == ["REFUSED"]
    assert "more files" in answer["problems"][0]["message"]
    assert not Location.objects.exists()


def test_a_file_under_many_names_is_read_a_piece_at_a_time(host: GitHost) -> None:
    repeated(host.get_repository("shop", "cart").path)
    assert sum(len(file.content) for file in host.read_files("shop", "cart")) == 400 * MIB


@pytest.mark.django_db(transaction=True)
def test_a_skeleton_that_unfolds_ends_at_the_limit_of_the_workspace(
    remote: Repository,
    make_template: Callable[..., Entity],  # noqa: F811
    run: Callable[..., Task],  # noqa: F811
    settings: Any,
) -> None:
    settings.WORKSPACE_MAX_MIB = 100
    repeated(remote.bare)
    url = f"{remote.url}/skeleton"
    make_template(
        {"id": "fetch", "action": "fetch:plain", "input": {"url": url}}, parameters={"properties": {}}
    )
    task = run()
    assert task.status == "failed"
    assert "at most 5000 files of 100 MiB in all are fetched" in task.error
    assert not list(settings.WORKSPACES.iterdir())
