"""Locations in repositories of other git hosts, over real git HTTP; and what hostile ones try."""

import base64
import json
import os
import subprocess

import pytest

from catalog.models import Entity, Location, SourceRun
from catalog.selectors import get_entity
from catalog.sources import open_source
from portal.accounts.principal import SYSTEM
from tests.catalog.conftest import found_by_reading
from tests.catalog.sources.conftest import components


def test_a_repository_is_read_at_one_commit_and_again_when_it_moves(git, add, poll, names):
    repository = git.repository("acme/web")
    first = repository.commit(
        {
            "catalog-info.yaml": components("web") + "  note: {$text: ./docs/index.md}\n",
            "docs/index.md": "Hello",
        }
    )
    target = f"git:{repository.url}"
    assert add(target) == f"{target}: 1 entities, 0 problems.\n"
    document = get_entity("component:web", viewer=SYSTEM).content
    assert document["spec"]["note"] == "Hello"
    where = document["metadata"]["annotations"]["backstage.io/managed-by-location"]
    assert where == f"{target}@HEAD/catalog-info.yaml"
    assert Location.objects.get().etag == first

    git.seen.clear()
    poll()
    assert [each.path for each in git.seen] == ["/acme/web.git/info/refs?service=git-upload-pack"]
    assert SourceRun.objects.count() == 1

    second = repository.commit({"catalog-info.yaml": components("web", "api")})
    assert (poll().etag, names()) == (second, ["api", "web"])
    assert SourceRun.objects.latest("id").revision == second


def test_a_branch_a_path_a_pattern_and_a_commit(git, add, names):
    repository = git.repository("acme/mono")
    files = {f"services/{name}/catalog-info.yaml": components(name) for name in ("a", "b")}
    first = repository.commit({**files, "other/c.yaml": components("c")}, branch="feature/x")
    repository.commit({"services/a/catalog-info.yaml": components("later")}, branch="main")
    url = repository.url
    for place, expected in (
        ("@feature%2Fx/services/*/catalog-info.yaml", ["a", "b"]),
        ("@feature%2Fx/other/c.yaml", ["c"]),
        ("@feature%2Fx/**/*.yaml", ["a", "b", "c"]),
        (f"@{first}/services", ["a", "b"]),
        ("@main/services", ["b", "later"]),
        ("/services", ["b", "later"]),
    ):
        add(f"git:{url}{place}")
        assert names() == expected, place
        location = Location.objects.get()
        Entity.objects.all().delete()
        location.delete()


def test_a_branch_that_is_not_there_is_refused(git, add):
    repository = git.repository("acme/web")
    repository.commit({"catalog-info.yaml": components("web")})
    assert "no branch or tag nope" in add(f"git:{repository.url}@nope")
    assert not Location.objects.exists()


def test_a_private_repository_is_read_with_its_credential_alone(git, add, settings, names):
    repository = git.repository("acme/web")
    repository.commit({"catalog-info.yaml": components("web")})
    git.token = base64.b64encode(b"x-access-token:canary").decode()
    assert "UPSTREAM_UNAUTHORIZED" in add(f"git:{repository.url}")
    settings.CREDENTIALS = json.dumps([{"url": f"{git.url}/acme/", "kind": "github", "token": "canary"}])
    assert "1 entities, 0 problems" in add(f"git:{repository.url}")
    assert names() == ["web"]
    stored = subprocess.run(
        ["grep", "-r", "canary", str(settings.GIT_CACHE)], capture_output=True, check=False
    )
    assert stored.stdout == b""


@pytest.mark.parametrize(("status", "code"), [(404, "UPSTREAM_NOT_FOUND"), (401, "UPSTREAM_UNAUTHORIZED"),
                                              (500, "INTEGRATION_FAILED")])  # fmt: skip
def test_a_host_that_refuses_deletes_nothing_and_says_which_way(git, add, poll, names, status, code):
    repository = git.repository("acme/web")
    repository.commit({"catalog-info.yaml": components("web")})
    add(f"git:{repository.url}")
    git.status = status
    for _ in range(2):
        location = poll()
    assert (names(), location.failures) == (["web"], 2)
    assert list(found_by_reading().values_list("code", flat=True)) == [code]
    git.status = 0
    poll()
    assert not found_by_reading().exists()


def test_other_readers_see_the_commit_that_was_ingested_without_asking_the_host(git, add, settings):
    repository = git.repository("acme/web")
    repository.commit({"catalog-info.yaml": components("web"), "docs/a.md": "A"})
    add(f"git:{repository.url}")
    repository.commit({"docs/a.md": "B"})
    git.seen.clear()
    source = open_source(Location.objects.get())
    assert (source.read("docs/a.md"), source.list("docs")) == (b"A", ["docs/a.md"])
    assert source.revision() == Location.objects.get().etag
    assert git.seen == []


@pytest.mark.parametrize(
    "target",
    ["git:ext::sh -c touch% ./pwn", "git:fd::3", "git:file:///srv/x", "git:ssh://-oProxyCommand=x/y",
     "git:https://example.org/a@--upload-pack=touch", "git:https://example.org/a@main/../../x",
     "git:--upload-pack=touch ./pwn", "git:git://example.org/x", "git:http://127.0.0.1:1/x",
     "git:https://u:p@example.org/x", "git:../x/y", "git:https://example.org/x y",
     "git:foo::bar", "git:/srv/x", "git:host.example:path", "git:-c core.x=y",
     "git:https://example.org/a@-c/x", "git:https://example.org/a@--output=pwn"],
)  # fmt: skip
def test_transports_and_options_are_refused_before_git_starts(db, add, target, monkeypatch, tmp_path):
    """Also where the configuration of whoever runs the portal would let git run them."""
    (tmp_path / ".gitconfig").write_text('[protocol "ext"]\n\tallow = always\n')
    monkeypatch.setenv("HOME", str(tmp_path))
    started = []
    monkeypatch.setattr(subprocess, "Popen", lambda *a, **k: started.append(a))
    output = add(target)
    assert output.startswith("Error: ")
    assert (started, Location.objects.count()) == ([], 0)


def test_what_a_repository_brings_along_is_not_run_and_not_followed(git, add, tmp_path, names):
    repository = git.repository("acme/evil")
    mark = tmp_path / "pwned"
    hook = f"#!/bin/sh\ntouch {mark}\n"
    repository.commit(
        {
            "catalog-info.yaml": components("web") + "  note: {$text: ./link.txt}\n---\n" + components("ok"),
            ".gitattributes": "*.yaml filter=evil\n",
            ".gitmodules": f'[submodule "x"]\n\tpath = x\n\turl = {git.url}/acme/other.git\n',
            "hooks/post-checkout": hook,
            "bare/HEAD": "ref: refs/heads/main\n",
            "bare/config": f"[core]\n\tfsmonitor = touch {mark}\n",
        }
    )
    (repository.work / "link.txt").symlink_to("/etc/passwd")
    repository.commit({})
    output = add(f"git:{repository.url}")
    assert "PLACEHOLDER_UNREADABLE" in output
    assert (names(), mark.exists()) == (["ok"], False)
    assert not [each for each in git.seen if "other.git" in each.path]


def test_a_repository_larger_than_the_limit_is_refused(git, add, settings):
    settings.GIT_FETCH_MIB = 1
    repository = git.repository("acme/big")
    repository.commit({"catalog-info.yaml": components("web")})
    (repository.work / "big.bin").write_bytes(os.urandom(3 * 1024 * 1024))
    repository.commit({})
    assert "more than 1 MiB" in add(f"git:{repository.url}")
    assert not Location.objects.exists()
    assert not list(settings.GIT_CACHE.glob("*.git"))


def test_the_cache_is_bounded(git, add, settings):
    settings.GIT_CACHE_MIB = 2
    for name in ("a", "b", "c"):
        repository = git.repository(f"acme/{name}")
        repository.commit({"catalog-info.yaml": components(name)})
        (repository.work / "big.bin").write_bytes(os.urandom(1024 * 1024))
        repository.commit({})
        add(f"git:{repository.url}")
    assert len(list(settings.GIT_CACHE.glob("*.git"))) < 3
    source = open_source(Location.objects.order_by("id")[0])
    assert source.list() == ["big.bin", "catalog-info.yaml"], "what was dropped is fetched again"


def test_a_redirect_to_another_host_is_not_followed(git, web, add):
    web.routes["/acme/web.git/info/refs"] = (
        301, {"Location": f"{git.url}/acme/web.git/info/refs?service=git-upload-pack"}, b""
    )  # fmt: skip
    repository = git.repository("acme/web")
    repository.commit({"catalog-info.yaml": components("web")})
    assert "has moved" in add(f"git:{web.url}/acme/web.git")
    assert not Location.objects.exists()
