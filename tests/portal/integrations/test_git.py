"""The embedded git host, with the real git."""

import os
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from portal.integrations.errors import Conflict, NotFound, Refused
from portal.integrations.git import Author, GitHost, Repository

JANE = Author("Jane Doe", "jane@example.com")
HOSTILE = [
    "../x",
    "a/b",
    "",
    ".",
    "..",
    "-x",
    "--upload-pack=touch pwn",
    "X",
    "x.git",
    "x y",
    "x\n",
    "é",
    "a" * 101,
]


@pytest.fixture
def host(tmp_path: Path) -> GitHost:
    return GitHost(tmp_path / "git")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace of two files, one of them executable."""
    folder = tmp_path / "workspace"
    (folder / "src").mkdir(parents=True)
    (folder / "README.md").write_text("# Shop\n")
    (folder / "src" / "run.sh").write_text("#!/bin/sh\n")
    (folder / "src" / "run.sh").chmod(0o755)
    return folder


def digest(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*"))


def test_a_committed_folder_can_be_read_back(host: GitHost, folder: Path) -> None:
    host.create_repository("shop", "cart")
    sha = host.commit_files("shop", "cart", folder, message="First\n", author=JANE)

    assert host.head("shop", "cart") == sha
    assert host.list_files("shop", "cart") == ["README.md", "src/run.sh"]
    assert host.list_files("shop", "cart", "src") == ["src/run.sh"]
    assert host.read_file("shop", "cart", "src/run.sh") == b"#!/bin/sh\n"
    assert [(file.path, file.executable) for file in host.read_files("shop", "cart")] == [
        ("README.md", False),
        ("src/run.sh", True),
    ]


def test_a_real_clone_has_the_files_and_the_author(host: GitHost, folder: Path, tmp_path: Path) -> None:
    repository = host.create_repository("shop", "cart")
    host.commit_files("shop", "cart", folder, message="First commit", author=Author("Jane\n<Doe>", "j@x\n"))

    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", str(repository.path), str(clone)], check=True)
    log = subprocess.run(
        ["git", "-C", str(clone), "log", "--format=%an|%ae|%s|%D"], check=True, capture_output=True, text=True
    )
    assert log.stdout == "Jane Doe|j@x|First commit|HEAD -> main, origin/main, origin/HEAD\n"
    assert os.access(clone / "src" / "run.sh", os.X_OK)


def test_an_unchanged_folder_makes_no_second_commit(host: GitHost, folder: Path) -> None:
    host.create_repository("shop", "cart")
    first = host.commit_files("shop", "cart", folder, message="First", author=JANE)
    assert host.commit_files("shop", "cart", folder, message="Again", author=JANE) == first

    (folder / "README.md").unlink()
    second = host.commit_files("shop", "cart", folder, message="Second", author=JANE)
    assert second != first
    assert host.list_files("shop", "cart") == ["src/run.sh"]
    assert host.list_files("shop", "cart", revision=first) == ["README.md", "src/run.sh"]


def test_a_repository_keeps_the_mark_of_its_creator(host: GitHost) -> None:
    host.create_repository("shop", "cart", created_for="task-1")
    assert host.get_repository("shop", "cart").created_for == "task-1"
    host.create_repository("shop", "till")
    assert host.get_repository("shop", "till").created_for == ""


def test_an_existing_repository_is_not_created_again(host: GitHost, folder: Path) -> None:
    host.create_repository("shop", "cart", created_for="task-1")
    before = digest(host.root)
    with pytest.raises(Conflict, match="shop/cart exists already"):
        host.create_repository("shop", "cart", created_for="task-2")
    assert digest(host.root) == before
    assert host.get_repository("shop", "cart").created_for == "task-1"


def test_of_many_creators_at_once_one_succeeds(host: GitHost) -> None:
    def create(number: int) -> Repository | None:
        try:
            return host.create_repository("shop", "cart", created_for=str(number))
        except Conflict:
            return None

    with ThreadPoolExecutor(4) as threads:
        made = [repository for repository in threads.map(create, range(8)) if repository]
    assert len(made) == 1
    assert host.get_repository("shop", "cart") == made[0]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_refused_and_nothing_is_made(host: GitHost, name: str) -> None:
    for act in (host.create_repository, host.exists, host.head, host.list_files):
        with pytest.raises(Refused):
            act("shop", name)
    if name != "x.git":
        with pytest.raises(Refused):
            host.create_repository(name if len(name) < 100 else "a" * 64, "cart")
    assert not host.root.exists()


@pytest.mark.parametrize("path", ["../x", "a/../../x", "/etc/passwd", "a\0b", "..\\x"])
def test_hostile_paths_are_refused(host: GitHost, folder: Path, path: str) -> None:
    host.create_repository("shop", "cart")
    host.commit_files("shop", "cart", folder, message="First", author=JANE)
    with pytest.raises(Refused):
        host.read_file("shop", "cart", path)


@pytest.mark.parametrize("revision", ["--output=pwn", "-x", "a..b", "HEAD@{1}", "HEAD:README.md", "", "a b"])
def test_hostile_revisions_are_refused(host: GitHost, revision: str) -> None:
    host.create_repository("shop", "cart")
    with pytest.raises(Refused):
        host.list_files("shop", "cart", revision=revision)


def test_what_is_missing_is_said(host: GitHost, folder: Path) -> None:
    with pytest.raises(NotFound, match="no repository shop/cart"):
        host.head("shop", "cart")
    host.create_repository("shop", "cart")
    with pytest.raises(NotFound, match="no commit at HEAD"):
        host.head("shop", "cart")
    host.commit_files("shop", "cart", folder, message="First", author=JANE)
    with pytest.raises(NotFound, match="no file 'src'"):
        host.read_file("shop", "cart", "src")
    with pytest.raises(NotFound, match="no commit at nowhere"):
        host.read_file("shop", "cart", "README.md", "nowhere")


def test_links_are_neither_followed_nor_listed(host: GitHost, folder: Path) -> None:
    (folder / "passwd").symlink_to("/etc/passwd")
    (folder / "root").symlink_to("/")
    host.create_repository("shop", "cart")
    host.commit_files("shop", "cart", folder, message="First", author=JANE)
    assert host.list_files("shop", "cart") == ["README.md", "src/run.sh"]
    with pytest.raises(NotFound):
        host.read_file("shop", "cart", "passwd")


def test_a_repository_inside_the_folder_is_refused(host: GitHost, folder: Path) -> None:
    subprocess.run(["git", "init", "-q", str(folder / "src")], check=True)
    host.create_repository("shop", "cart")
    with pytest.raises(Refused, match=r"src holds a \.git"):
        host.commit_files("shop", "cart", folder, message="First", author=JANE)
    assert host.find_revision("shop", "cart", "HEAD") is None


def test_configuration_hooks_and_filters_of_others_do_not_run(
    host: GitHost,
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    home_with_traps: Callable[[], Path],
) -> None:
    pwned = home_with_traps()
    (folder / ".gitattributes").write_text("* filter=trap\n")
    repository = host.create_repository("shop", "cart")
    (repository.path / "hooks").mkdir(exist_ok=True)
    for hook in ("post-commit", "reference-transaction", "update"):
        (repository.path / "hooks" / hook).write_text(f"#!/bin/sh\ntouch {pwned}\n")
        (repository.path / "hooks" / hook).chmod(0o755)

    host.commit_files("shop", "cart", folder, message="First", author=JANE)

    assert host.read_file("shop", "cart", "README.md") == b"# Shop\n"
    assert not pwned.exists()


@pytest.fixture
def home_with_traps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Path]:
    """A HOME whose git configuration touches a file whenever git looks at it."""

    def make() -> Path:
        home, pwned = tmp_path / "home", tmp_path / "pwned"
        home.mkdir()
        (home / ".gitconfig").write_text(
            f'[filter "trap"]\n\tclean = "touch {pwned}; cat"\n[core]\n\tfsmonitor = "touch {pwned}"\n'
        )
        monkeypatch.setenv("HOME", str(home))
        monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
        monkeypatch.setenv("GIT_CONFIG_KEY_0", "core.fsmonitor")
        monkeypatch.setenv("GIT_CONFIG_VALUE_0", f"touch {pwned}")
        return pwned

    return make
