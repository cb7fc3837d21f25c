"""The outbound client against real sockets: what it refuses, what it bounds, what it keeps to itself."""

import json
import socket

import httpcore
import pytest

from portal.env import SettingError
from portal.integrations.addresses import is_public
from portal.integrations.credentials import all_credentials, find_credential, forge_of
from portal.integrations.errors import (
    IntegrationError,
    NotFound,
    Refused,
    Unauthorized,
)
from portal.integrations.http import fetch, request
from portal.integrations.outbound import check_url
from tests.servers import HttpServer


@pytest.fixture
def names(monkeypatch):
    """A resolver with scripted answers: `names["evil.example"] = ["127.0.0.1"]`; lists of lists per call."""
    scripted: dict[str, list] = {}
    real = socket.getaddrinfo

    def getaddrinfo(host, port, *args, **kwargs):
        if host not in scripted:
            return real(host, port, *args, **kwargs)
        answer = scripted[host]
        if answer and isinstance(answer[0], list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        return [info for address in answer for info in real(address, port, *args, **kwargs)]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return scripted


def test_an_allowed_host_answers(allowed):
    allowed.routes["/a b"] = allowed.routes["/a%20b"] = (200, {"ETag": '"1"'}, b"hello")
    answer = fetch(f"{allowed.url}/a%20b?x=%C3%A4#fragment")
    assert (answer.status, answer.body, answer.headers["etag"]) == (200, b"hello", '"1"')
    assert [each.path for each in allowed.seen] == ["/a%20b?x=%C3%A4"]
    assert allowed.seen[0].headers["host"] == allowed.host


@pytest.mark.parametrize(
    "spelling",
    ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "127.1", "2130706433", "0x7f.0.0.1", "017700000001",
     "[::ffff:127.0.0.1]", "[0:0:0:0:0:ffff:7f00:1]", "localhost.", "LOCALHOST", "127.0.0.1."],
)  # fmt: skip
def test_no_spelling_of_loopback_is_called(forbidden, settings, spelling):
    port = forbidden.server.server_port
    settings.OUTBOUND_HOSTS = [f"*:{port}", f"{spelling.strip('[]').lower()}:{port}"]
    with pytest.raises(IntegrationError) as caught:
        fetch(f"http://{spelling}:{port}/")
    assert caught.value.code in ("REFUSED", "INTEGRATION_FAILED")
    assert forbidden.seen == []


@pytest.mark.parametrize(
    "url",
    ["http://169.254.169.254/latest/meta-data/", "http://[fd00:ec2::254]/", "http://[fe80::1]/",
     "http://10.0.0.1/", "http://192.168.1.1/", "http://100.100.100.200/", "http://168.63.129.16/",
     "http://[64:ff9b::a9fe:a9fe]/", "http://[2002:7f00:1::]/", "http://198.18.0.1/", "http://224.0.0.1/"],
)  # fmt: skip
def test_private_addresses_are_refused(db, url):
    with pytest.raises(Refused, match="private network"):
        fetch(url)


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://example.org/", "gopher://example.org/", "dict://example.org/", "data:,x",
     "jar:http://example.org!/", "http+unix://%2Frun%2Fx/", "//example.org/", "HTTPS//example.org", ""],
)  # fmt: skip
def test_other_schemes_are_refused_before_anything_else(url):
    with pytest.raises(Refused, match="unsupported scheme"):
        check_url(url)


@pytest.mark.parametrize(
    "url",
    ["http://user:pw@example.org/", "http://example.org\\@evil.test/", "http://exa mple.org/",
     "http://example.org/\r\nX: y", "http://example.org:99999/", "http://[::1%25lo]/", "http:///x",
     "http://example.org:22/", "https://example.org:8443/", "http://-x/", "http://ex\u00e4mple.org/"],
)  # fmt: skip
def test_odd_addresses_and_ports_are_refused(url):
    with pytest.raises(Refused):
        check_url(url)


def test_the_permission_of_a_private_host_is_exact(allowed, forbidden):
    port = allowed.server.server_port
    for url in (
        forbidden.url,
        f"http://localhost:{port}",
        f"http://127.1:{port}",
        f"http://127.0.0.1.:{port}",
    ):
        with pytest.raises(Refused):
            fetch(f"{url}/")
    assert allowed.seen == forbidden.seen == []


def test_a_list_of_hosts_closes_all_others(settings):
    settings.OUTBOUND_HOSTS = ["github.com", "*.example.org", "git.example.org:8443"]
    assert check_url("https://git.example.org:8443/x").origin == "https://git.example.org:8443"
    assert check_url("https://a.example.org/").host == "a.example.org"
    for url in ("https://gitlab.com/", "https://example.org/", "https://evil-example.org/",
                "https://a.example.org:8443/", "https://github.com.evil.test/"):  # fmt: skip
        with pytest.raises(Refused):
            check_url(url)


def test_a_name_that_means_a_private_address_is_refused(forbidden, names, settings):
    port = forbidden.server.server_port
    settings.OUTBOUND_HOSTS = [f"evil.example:{port}"]
    for addresses in (["127.0.0.1"], ["93.184.216.34", "127.0.0.1"]):
        names["evil.example"] = addresses
        with pytest.raises(Refused, match="private network"):
            fetch(f"http://evil.example:{port}/")
    assert forbidden.seen == []


def test_the_metadata_of_the_machine_is_not_asked_by_its_name(db, names, settings, monkeypatch):
    """Whatever the operator allowed to be asked by name, its address is nobody's."""
    connected = []
    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", lambda *_, **said: connected.append(said))
    for name, address in (("metadata.google.internal", "169.254.169.254"), ("imds.example", "fd00:ec2::254")):
        names[name] = [address]
        settings.OUTBOUND_HOSTS = [name, f"{name}:80"]
        with pytest.raises(Refused, match="private network"):
            fetch(f"http://{name}/computeMetadata/v1/")
    assert connected == []


def test_a_name_that_changes_between_check_and_connection_is_asked_once(
    forbidden, names, settings, monkeypatch
):
    """Rebinding: the first answer is public, every later one is loopback; the first is connected to."""
    connected = []

    def connect_tcp(self, host, port, **kwargs):
        connected.append(host)
        raise httpcore.ConnectError("no way out of here")

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect_tcp)
    port = forbidden.server.server_port
    settings.OUTBOUND_HOSTS = [f"evil.example:{port}"]
    names["evil.example"] = [["8.8.8.8", "2001:4860:4860::8888"], ["127.0.0.1"]]
    with pytest.raises(IntegrationError):
        fetch(f"http://evil.example:{port}/")
    assert connected == ["8.8.8.8", "2001:4860:4860::8888"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_each_redirect_is_checked_like_the_first_address(allowed, forbidden, status):
    allowed.routes["/"] = (status, {"Location": f"{forbidden.url}/"}, b"")
    with pytest.raises(Refused):
        fetch(f"{allowed.url}/")
    assert (len(allowed.seen), forbidden.seen) == (1, [])


def test_three_redirects_are_followed_and_a_fourth_is_not(allowed):
    for number in range(4):
        allowed.routes[f"/{number}"] = (302, {"Location": f"/{number + 1}"}, b"")
    allowed.routes["/4"] = (200, {}, b"there")
    assert fetch(f"{allowed.url}/1").body == b"there"
    with pytest.raises(Refused, match="more than 3 redirects"):
        fetch(f"{allowed.url}/0")


def test_a_post_is_not_redirected(allowed):
    allowed.routes["/"] = (307, {"Location": "/other"}, b"")
    assert request("POST", f"{allowed.url}/", body=b"x").status == 307
    assert [(each.method, each.path, each.body) for each in allowed.seen] == [("POST", "/", b"x")]


def test_a_credential_goes_to_its_own_origin_and_path_only(allowed, settings):
    with HttpServer() as other:
        settings.OUTBOUND_PRIVATE = [*settings.OUTBOUND_PRIVATE, other.host]
        settings.CREDENTIALS = json.dumps(
            [{"url": f"{allowed.url}/team/", "kind": "bearer", "token": "canary-1"},
             {"url": other.url, "kind": "gitlab", "token": "canary-2"}]
        )  # fmt: skip
        other.routes["/"] = (200, {}, b"elsewhere")
        allowed.routes["/team/x"] = (302, {"Location": f"{other.url}/"}, b"")
        allowed.routes["/team-b"] = allowed.routes["/"] = (200, {}, b"")
        fetch(f"{allowed.url}/team/x", headers={"Private-Token": "mine", "Cookie": "a=b", "Accept": "x/y"})
        fetch(f"{allowed.url}/team-b")
        fetch(f"{allowed.url}/")
    assert [each.headers.get("authorization") for each in allowed.seen] == ["Bearer canary-1", None, None]
    assert other.seen[0].headers["accept"] == "x/y"
    assert not {"authorization", "private-token", "cookie"} & set(other.seen[0].headers)


def test_refusals_have_names(allowed):
    allowed.routes |= {"/401": (401, {}, b""), "/403": (403, {}, b""), "/500": (500, {}, b"boom")}
    for path, error in (("/401", Unauthorized), ("/403", Unauthorized), ("/404", NotFound)):
        with pytest.raises(error):
            fetch(f"{allowed.url}{path}?token=canary")
    with pytest.raises(IntegrationError, match="answered 500") as caught:
        fetch(f"{allowed.url}/500?token=canary")
    assert "canary" not in str(caught.value)


def test_credentials_are_read_once_and_mistakes_are_named(settings):
    settings.CREDENTIALS = json.dumps(
        [{"url": "https://github.com", "kind": "github", "token": "t",
          "app": {"id": 1, "installationId": 2, "privateKey": "k"}},
         {"url": "https://git.example.org/", "kind": "gitea", "token": "u"}]
    )  # fmt: skip
    found = find_credential(check_url("https://git.example.org/a/b"))
    assert found is not None and found.headers() == {"authorization": "Bearer u"}
    assert "canary" not in repr(all_credentials()) and "'t'" not in repr(all_credentials())
    origins = ("https://git.example.org", "https://gitlab.com", "https://x.org")
    assert [forge_of(origin) for origin in origins] == ["gitea", "gitlab", ""]
    for text, words in (
        ("{", "not JSON"),
        ('[{"url": "https://x.org"}]', "Entry 1 .* needs `url` and `kind`"),
        ('[{"url": "ftp://x", "kind": "basic"}]', "unsupported scheme"),
        ('[{"url": "https://x.org", "kind": "github", "app": {"id": 1}}]', "app needs"),
        ('[{"url": "https://x.org", "kind": "github", "tokn": "x"}]', "unknown key 'tokn'"),
    ):
        settings.CREDENTIALS = text
        with pytest.raises(SettingError, match=words):
            all_credentials()


def test_public_addresses_are_public():
    assert all(map(is_public, ["140.82.121.4", "2606:50c0:8000::153", "8.8.8.8"]))
    assert not any(map(is_public, ["127.0.0.1", "::1", "fe80::1%eth0", "::ffff:8.8.8.8", "", "nonsense"]))
