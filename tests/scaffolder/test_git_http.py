"""Git over HTTP with the real git client, against the live server."""

import os
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from portal.accounts.models import Account, NamespaceGrant
from portal.audit.models import Record
from portal.integrations.git import Author, GitHost

pytestmark = pytest.mark.django_db(transaction=True)
JANE = Author("Jane", "jane@example.com")
TokenOf = Callable[..., str]


def git(*arguments: str, cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0", "GIT_CONFIG_GLOBAL": os.devnull}
    return subprocess.run(  # noqa: PLW1510 - the exit code is what is looked at
        ["git", *arguments], capture_output=True, text=True, env=environment, cwd=cwd, timeout=300
    )


def address(streams_server: str, token: str, name: str = "cart", owner: str = "default") -> str:
    return f"{streams_server.replace('://', f'://git:{quote(token)}@')}/git/{owner}/{name}.git"


@pytest.fixture
def repository(git_host: GitHost, tmp_path: Path) -> str:
    """The first commit of default/cart."""
    folder = tmp_path / "first"
    folder.mkdir()
    (folder / "README.md").write_text("# Cart\n")
    git_host.create_repository("default", "cart")
    return git_host.commit_files("default", "cart", folder, message="First", author=JANE)


@pytest.fixture
def clone(streams_server: str, repository: str, member: Account, token_of: TokenOf, tmp_path: Path) -> Path:
    """A clone of `member`, who may push."""
    url = address(streams_server, token_of(member, "read", "catalog:write"))
    assert git("clone", "-q", url, str(tmp_path / "clone")).returncode == 0
    for key, value in (("user.name", "Member"), ("user.email", "m@example.com")):
        git("config", key, value, cwd=tmp_path / "clone")
    return tmp_path / "clone"


def commit(clone: Path, text: str, *options: str) -> None:
    (clone / "README.md").write_text(text)
    assert git("commit", "-qam", text, *options, cwd=clone).returncode == 0


def test_a_repository_is_cloned_and_pushed_to_with_a_token(
    clone: Path, repository: str, git_host: GitHost
) -> None:
    assert (clone / "README.md").read_text() == "# Cart\n"
    commit(clone, "# Second\n")
    pushed = git("push", "-q", cwd=clone)
    assert pushed.returncode == 0, pushed.stderr
    assert git_host.read_file("default", "cart", "README.md") == b"# Second\n"
    assert git_host.head("default", "cart") != repository


def test_history_of_the_default_branch_is_neither_rewritten_nor_deleted(
    clone: Path, repository: str, git_host: GitHost
) -> None:
    commit(clone, "# Rewritten\n", "--amend")
    assert git("push", "-q", "--force", cwd=clone).returncode != 0
    assert git("push", "-q", "origin", ":main", cwd=clone).returncode != 0
    assert git_host.head("default", "cart") == repository


def test_hooks_in_a_repository_do_not_run(clone: Path, git_host: GitHost, tmp_path: Path) -> None:
    hooks = git_host.get_repository("default", "cart").path / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("pre-receive", "update", "post-receive", "reference-transaction"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch {tmp_path}/pwned\n")
        (hooks / name).chmod(0o755)
    commit(clone, "# Second\n")
    assert git("push", "-q", cwd=clone).returncode == 0
    assert not (tmp_path / "pwned").exists()


@pytest.mark.parametrize("scopes", [("read",), ("scaffolder:run",)])
def test_a_token_does_what_its_scopes_say(
    streams_server: str,
    clone: Path,
    repository: str,
    member: Account,
    token_of: TokenOf,
    git_host: GitHost,
    scopes: tuple[str, ...],
) -> None:
    url = address(streams_server, token_of(member, *scopes))
    assert (git("ls-remote", url).returncode == 0) == ("read" in scopes)
    commit(clone, "# Second\n")
    assert git("push", "-q", url, "main", cwd=clone).returncode != 0
    assert git_host.head("default", "cart") == repository
    if "read" in scopes:
        assert Record.objects.get(action="repository.push").outcome == "denied"


def test_without_a_good_token_nothing_is_said(streams_server: str, repository: str) -> None:
    for name in ("cart", "missing"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(
                f"{streams_server}/git/default/{name}.git/info/refs?service=git-upload-pack"
            )
        assert refused.value.code == 401
        assert refused.value.headers["WWW-Authenticate"] == 'Basic realm="portal"'
        assert git("ls-remote", address(streams_server, "ptl_wrong_wrong", name)).returncode != 0


def test_a_hidden_repository_is_a_missing_one(
    streams_server: str,
    repository: str,
    outsider: Account,
    member: Account,
    token_of: TokenOf,
    git_host: GitHost,
) -> None:
    git_host.create_repository("secret", "plans")
    NamespaceGrant.objects.create(namespace="secret", subject=member.user_ref, role="reader")
    hidden = git("ls-remote", address(streams_server, token_of(outsider, "read"), "plans", "secret"))
    missing = git("ls-remote", address(streams_server, token_of(outsider, "read"), "plans", "nowhere"))
    strip = lambda text: text.rsplit("@", 1)[-1].replace("secret", "nowhere").split("/", 1)[1]  # noqa: E731
    assert strip(hidden.stderr) == strip(missing.stderr) != ""
    assert (
        git("ls-remote", address(streams_server, token_of(member, "read"), "plans", "secret")).returncode == 0
    )


@pytest.mark.parametrize(
    "path",
    [
        "/git/default/cart.git/HEAD",
        "/git/default/cart.git/config",
        "/git/default/cart.git/objects/info/packs",
        "/git/default/cart.git/info/refs",
        "/git/default/../default/cart.git/info/refs?service=git-upload-pack",
        "/git/default/cart.git/info/refs?service=git-upload-archive",
        "/git/default/cart.git/../cart.git/HEAD",
        "/git/../../etc/passwd",
        "/git/default/%2e%2e/%2e%2e/etc/passwd",
    ],
)
def test_only_the_smart_protocol_is_spoken(
    streams_server: str, repository: str, member: Account, token_of: TokenOf, path: str
) -> None:
    request = urllib.request.Request(f"{streams_server}{path}")
    import base64

    credential = base64.b64encode(f"git:{token_of(member, 'read')}".encode()).decode()
    request.add_header("Authorization", f"Basic {credential}")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)
    assert refused.value.code in (400, 403, 404)
