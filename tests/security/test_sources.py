"""Attacks and faults of sources, as somebody who may register locations sends them.

Elsewhere: the client itself in tests/portal/integrations (test_http.py, test_http_limits.py, test_github.py);
what is hidden in tests/catalog (schema/test_hidden.py, rest/test_hidden.py, history/test_history.py);
rules and ownership in tests/catalog (test_rules.py, test_ingestion.py); killed and racing writers in
tests/catalog/history/test_faults.py; the database in tests/portal/database (test_faults.py and
test_full_disk.py); entities that move between sources in tests/catalog/test_moves.py; hosts that fail or
answer with nothing, and broken files, in tests/catalog/sources (test_urls.py, test_state.py, test_github.py).
"""

import json
import ssl
import time

import pytest
from django.core.cache import cache
from django.utils import timezone

from catalog.models import Entity, Location, Problem
from catalog.refresh.polling import poll_due
from portal.integrations import http
from tests.catalog.sources.conftest import components
from tests.kubernetes_api import make_certificate
from tests.servers import GitServer, HttpServer

REGISTER = """mutation ($target: String!) { registerLocation(input: {target: $target}) {
    location { id } problems { code path message } } }"""
WHO = "{ portal { version } }"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_budget_of_others():
    yield
    cache.clear()


@pytest.fixture
def listener():
    """On loopback, and allowed to nobody."""
    with HttpServer() as server:
        yield server


@pytest.fixture
def host(settings):
    """A host of the company's network that the operator allowed."""
    with HttpServer() as server:
        settings.OUTBOUND_PRIVATE = [server.host]
        yield server


@pytest.fixture
def register(graphql, member):
    """Registers a target as a member; the problem there is. Whatever it is, nothing is stored and the portal
    answers the next request."""
    client = graphql(member)

    def run(target: str) -> dict[str, str]:
        answer = client(REGISTER, target=target)["registerLocation"]
        assert answer["location"] is None
        assert not Location.objects.exists()
        assert not Entity.objects.exists()
        assert not Problem.objects.exists()
        assert client(WHO)["portal"]
        (problem,) = answer["problems"]
        assert "Traceback" not in problem["message"]
        return problem

    return run


@pytest.mark.parametrize("form", ["{}", "url:{}", "git:{}", "github-discovery:{}/acme", "github-org:{}/acme"])
@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "2130706433"])
def test_no_kind_of_location_calls_this_machine(register, listener, settings, form, name):
    port = listener.server.server_port
    settings.OUTBOUND_HOSTS = [f"*:{port}", f"{name.strip('[]')}:{port}"]
    problem = register(form.format(f"http://{name}:{port}"))
    assert problem["code"] in ("REFUSED", "INTEGRATION_FAILED")
    assert listener.seen == []


@pytest.mark.parametrize("form", ["{}", "git:{}", "github-org:{}"])
@pytest.mark.parametrize(
    "address", ["http://169.254.169.254/latest", "http://[fd00:ec2::254]/latest", "http://10.1.2.3/x"]
)
def test_no_kind_of_location_calls_the_metadata_of_the_machine(register, form, address):
    problem = register(form.format(address))
    assert (problem["code"], "private network" in problem["message"]) == ("REFUSED", True)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_checked_like_the_address_itself(register, host, listener, status):
    host.routes["/a.yaml"] = (status, {"Location": f"{listener.url}/a.yaml"}, b"")
    assert register(f"{host.url}/a.yaml")["code"] == "REFUSED"
    assert listener.seen == []


def test_redirects_end_after_three(register, host):
    for hop in range(6):
        host.routes[f"/{hop}.yaml"] = (302, {"Location": f"/{hop + 1}.yaml"}, b"")
    assert "redirects" in register(f"{host.url}/0.yaml")["message"]
    assert [each.path for each in host.seen] == [f"/{hop}.yaml" for hop in range(4)]


def test_a_redirect_never_leads_from_https_to_http(register, host, settings, monkeypatch, tmp_path):
    """A server with a certificate that is trusted here; what it names may be asked, but not in the clear."""
    certificate, key = make_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setattr(http, "_pool", http._pool.__wrapped__)  # it knows authorities from its beginning on
    host.routes["/a.yaml"] = (200, {}, b"kind: Component")
    with HttpServer() as safe:
        settings.OUTBOUND_PRIVATE = [*settings.OUTBOUND_PRIVATE, safe.host]
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        safe.server.socket = context.wrap_socket(safe.server.socket, server_side=True)
        safe.routes["/a.yaml"] = (302, {"Location": f"{host.url}/a.yaml"}, b"")
        problem = register(f"https://{safe.host}/a.yaml")
    assert "from https to http" in problem["message"]
    assert [each.path for each in safe.seen] == ["/a.yaml"]
    assert host.seen == []


@pytest.mark.parametrize("elsewhere", ["another port", "another name"])
def test_a_credential_stays_with_its_host(register, host, settings, elsewhere):
    settings.CREDENTIALS = json.dumps([{"url": host.url, "kind": "bearer", "token": "canary"}])
    with HttpServer() as other:
        port = other.server.server_port
        name = "127.0.0.1" if elsewhere == "another port" else "localhost"
        settings.OUTBOUND_PRIVATE = [*settings.OUTBOUND_PRIVATE, f"{name}:{port}"]
        host.routes["/a.yaml"] = (302, {"Location": f"http://{name}:{port}/a.yaml"}, b"")
        register(f"{host.url}/a.yaml")
        assert host.seen[0].headers["authorization"] == "Bearer canary"
        assert len(other.seen) == 1
        assert "canary" not in str(other.seen)


@pytest.mark.parametrize(
    "scheme", ["file", "ftp", "gopher", "dict", "data", "jar", "http+unix", "javascript", "ext", "ssh"]
)
def test_other_schemes_are_refused_before_anything_is_asked(register, scheme):
    problem = register(f"{scheme}:///etc/passwd")
    assert problem["code"] in ("UNKNOWN_LOCATION_TYPE", "INVALID_REF", "OUTSIDE_ROOT")
    for form in ("url", "git", "github-org"):
        assert register(f"{form}:{scheme}://127.0.0.1/x")["code"] in ("REFUSED", "TARGET_NOT_READ")


def test_a_host_that_drips_frees_the_worker_at_the_deadline(register, host, settings):
    settings.OUTBOUND_SECONDS = 1
    sent = []

    def drip(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(600):
            sent.append(handler.wfile.write(b"x"))
            time.sleep(0.1)

    host.raw["/a.yaml"] = drip
    assert register(f"{host.url}/a.yaml")["code"] == "UPSTREAM_DEADLINE_EXCEEDED"
    assert len(sent) < 600, "it was not waited for to the end"


def test_what_the_rules_do_not_allow_is_refused_and_the_rest_is_there(graphql, member, settings, tmp_path):
    settings.CATALOG_ROOTS, settings.CATALOG_KINDS = [tmp_path], ("Component", "API")
    other = "".join(
        f"---\napiVersion: {version}\nkind: {kind}\nmetadata: {{name: mine}}\nspec: {spec}\n"
        for version, kind, spec in (
            ("backstage.io/v1alpha1", "User", "{memberOf: [admins]}"),
            ("backstage.io/v1alpha1", "Group", "{type: team, children: [], members: [outsider]}"),
            ("scaffolder.backstage.io/v1beta3", "Template", "{type: service, steps: []}"),
            ("backstage.io/v1alpha1", "Location", "{targets: [./more.yaml]}"),
        )
    )
    (tmp_path / "all.yaml").write_text(components("web") + other)
    (tmp_path / "more.yaml").write_text(components("more"))
    client = graphql(member)
    client(REGISTER, target=f"file:{tmp_path}/all.yaml")
    found = set(Entity.objects.exclude(name__startswith="generated-").values_list("ref", flat=True))
    assert "component:default/web" in found
    assert not {ref for ref in found if ref.partition(":")[0] in ("user", "group", "template")}
    refused = Problem.objects.filter(code="KIND_NOT_ALLOWED").values_list("ref", flat=True)
    assert {ref.partition(":")[0] for ref in refused} == {"user", "group", "template", "location"}


def test_a_repository_that_was_renamed_is_read_at_its_new_address(settings, tmp_path, graphql, member):
    settings.GIT_CACHE = tmp_path / "cache"
    with GitServer(tmp_path / "served") as git:
        settings.OUTBOUND_PRIVATE = [git.host]
        repository = git.repository("acme/new")
        repository.commit({"catalog-info.yaml": components("web")})
        asked = "/acme/old.git/info/refs"
        moved = f"{repository.url}/info/refs?service=git-upload-pack"
        git.routes[asked] = (301, {"Location": moved}, b"")
        answer = graphql(member)(REGISTER, target=f"git:{git.url}/acme/old.git")["registerLocation"]
        assert answer["problems"] == []
        assert Entity.objects.filter(kind="Component").values_list("name", flat=True).get() == "web"


def test_many_sources_that_are_due_at_once_keep_to_the_budget_of_their_host(host, settings, register):
    settings.OUTBOUND_PER_MINUTE = 1000
    for number in range(40):
        host.routes[f"/{number}.yaml"] = (200, {}, components(f"c{number}").encode())
        Location.objects.create(
            type="url", target=f"{host.url}/{number}.yaml", next_attempt_at=timezone.now(), registered_by="x"
        )
    settings.OUTBOUND_PER_MINUTE = 15
    poll_due()
    assert len(host.seen) <= 30, "15 a minute, and a minute may have ended"
    waiting = Location.objects.filter(last_success_at=None)
    assert waiting.count() == 40 - len(host.seen)
    assert not waiting.filter(next_attempt_at__lte=timezone.now()).exists(), "none is asked again at once"
    cache.clear()
    settings.OUTBOUND_PER_MINUTE = 1000
    Location.objects.update(next_attempt_at=timezone.now())
    poll_due()
    assert Entity.objects.filter(kind="Component").count() == 40
