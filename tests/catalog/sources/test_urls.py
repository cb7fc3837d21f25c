"""Locations at addresses of the web, read from a real server."""

import json
import threading

import pytest
from django.utils import timezone

from catalog.ingestion.targets import new_location
from catalog.models import Entity, Location, PendingRemoval, SourceRun
from catalog.refresh.polling import poll_due
from catalog.selectors import get_entity
from portal.accounts.principal import SYSTEM
from tests.catalog.conftest import found_by_reading
from tests.catalog.sources.conftest import components
from tests.servers import HttpServer

LOCATION = """apiVersion: backstage.io/v1alpha1
kind: Location
metadata: {name: all}
spec: {targets: [./one.yaml, %s]}
"""


def with_etag(text, etag):
    """Answers 304 to who knows the etag."""

    def answer(seen):
        if seen.headers.get("if-none-match") == etag:
            return 304, {"ETag": etag}, b""
        return 200, {"ETag": etag}, text.encode()

    return answer


def test_a_file_and_what_it_names_are_read(web, add, names):
    web.routes["/c/all.yaml"] = (200, {}, (LOCATION % f"{web.url}/other/two.yaml").encode())
    web.routes["/c/one.yaml"] = (200, {}, (components("one") + "  note: {$text: ../note.md}\n").encode())
    web.routes["/note.md"] = (200, {}, b"Hello")
    web.routes["/other/two.yaml"] = (200, {}, components("two").encode())
    assert add(f"{web.url}/c/all.yaml") == f"url:{web.url}/c/all.yaml: 3 entities, 0 problems.\n"
    assert names() == ["one", "two"]
    one = get_entity("component:one", viewer=SYSTEM).content
    assert one["spec"]["note"] == "Hello"
    assert one["metadata"]["annotations"]["backstage.io/managed-by-location"] == f"url:{web.url}/c/one.yaml"


def test_an_unchanged_poll_sends_conditions_and_writes_one_small_row(web, add, poll, names):
    web.routes["/a.yaml"] = with_etag(components("one"), '"1"')
    add(f"{web.url}/a.yaml")
    before = Location.objects.get()
    web.seen.clear()
    after = poll()
    assert [each.headers.get("if-none-match") for each in web.seen] == ['"1"']
    assert after.last_success_at > before.last_success_at
    assert after.next_attempt_at > after.last_success_at
    assert (SourceRun.objects.count(), after.unchanged_since) == (1, before.unchanged_since)


def test_a_change_is_read_once_and_counted(web, add, poll, names):
    web.routes["/a.yaml"] = with_etag(components("one", "two"), '"1"')
    add(f"{web.url}/a.yaml")
    web.routes["/a.yaml"] = with_etag(components("one", "three"), '"2"')
    web.seen.clear()
    poll()
    assert (len(web.seen), names()) == (1, ["one", "three"])
    run = SourceRun.objects.latest("id")
    assert (run.outcome, run.added, run.changed, run.removed, run.unchanged) == ("changed", 1, 0, 1, 2)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((500, {}, b"boom"), "INTEGRATION_FAILED"),
        ((404, {}, b""), "UPSTREAM_NOT_FOUND"),
        ((401, {}, b""), "UPSTREAM_UNAUTHORIZED"),
        ((200, {"Content-Type": "text/html"}, b"<html>Please sign in</html>"), "NOT_A_FILE"),
        ((429, {"Retry-After": "90"}, b""), "UPSTREAM_RATE_LIMITED"),
        ((200, {}, b""), "EMPTY_SOURCE"),
        ((200, {}, b"a: [\n"), "YAML_SYNTAX"),
        ((200, {"Content-Encoding": "gzip"}, b"\x1f\x8b broken"), "INTEGRATION_FAILED"),
    ],
)
def test_whatever_goes_wrong_deletes_nothing_and_is_mended_by_the_next_good_answer(
    web, add, poll, names, answer, code
):
    web.routes["/a.yaml"] = (200, {}, components("one", "two").encode())
    add(f"{web.url}/a.yaml")
    rows = list(Entity.objects.order_by("ref").values_list("ref", "uid", "document"))
    web.routes["/a.yaml"] = answer
    for _ in range(3):
        location = poll()
    assert list(Entity.objects.order_by("ref").values_list("ref", "uid", "document")) == rows
    assert list(found_by_reading().values_list("code", flat=True)) == [code]
    failing = code not in ("EMPTY_SOURCE", "YAML_SYNTAX")
    assert (bool(location.last_error), location.failures) == (failing, 3 if failing else 0)
    web.routes["/a.yaml"] = (200, {}, components("one", "three").encode())
    location = poll()
    assert (names(), location.last_error, location.failures) == (["one", "three"], "", 0)
    assert not found_by_reading().exists()
    assert not PendingRemoval.objects.exists()


def test_failures_wait_longer_and_longer(web, add, poll, settings):
    web.routes["/a.yaml"] = (200, {}, components("one").encode())
    add(f"{web.url}/a.yaml")
    web.routes.clear()
    waits = []
    for _ in range(6):
        location = poll()
        waits.append((location.next_attempt_at - location.last_attempt_at).total_seconds())
    for failures, wait in enumerate(waits, 1):
        expected = min(300 * 2**failures, 3600)
        assert expected - 1 <= wait <= expected * 1.2 + 1
    assert SourceRun.objects.count() == 2, "the same failure again is no new run"


def test_a_host_that_asks_to_wait_is_left_alone_by_all_its_locations(web, add):
    for number in range(5):
        web.routes[f"/{number}.yaml"] = (200, {}, components(f"c{number}").encode())
        add(f"{web.url}/{number}.yaml")
    for number in range(5):
        web.routes[f"/{number}.yaml"] = (429, {"Retry-After": "120"}, b"")
    web.seen.clear()

    for _ in range(3):
        Location.objects.update(next_attempt_at=timezone.now())
        poll_due()
    assert len(web.seen) == 1
    for location in Location.objects.all():
        assert (location.next_attempt_at - location.last_attempt_at).total_seconds() > 100
    assert Entity.objects.filter(kind="Component").count() == 5


def test_a_host_that_hangs_does_not_keep_the_others_from_their_turn(web, add, poll, settings, names):
    released = threading.Event()
    settings.OUTBOUND_SECONDS = 3
    web.routes["/slow.yaml"] = (200, {}, components("slow").encode())
    web.routes["/quick.yaml"] = (200, {}, components("quick").encode())
    add(f"{web.url}/slow.yaml")
    add(f"{web.url}/quick.yaml")
    web.raw["/slow.yaml"] = lambda handler: released.wait(60)
    web.routes["/quick.yaml"] = (200, {}, components("quick", "new").encode())
    slow = poll()
    released.set()
    assert names() == ["new", "quick", "slow"]
    assert "did not answer in time" in slow.last_error


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("http://127.0.0.1:9/a.yaml", "REFUSED"),
        ("http://localhost/a.yaml", "REFUSED"),
        ("http://[::1]/a.yaml", "REFUSED"),
        ("http://169.254.169.254/latest/meta-data/", "REFUSED"),
        ("url:file:///etc/passwd", "REFUSED"),
        ("url:gopher://example.org/", "REFUSED"),
        ("ftp://example.org/a.yaml", "UNKNOWN_LOCATION_TYPE"),
        ("http://user:pw@example.org/a.yaml", "REFUSED"),
    ],
)
def test_attacks_by_address_are_refused_and_nothing_is_registered(db, add, target, code):
    assert code in add(target)
    assert not Location.objects.exists()


def test_a_file_that_names_another_host_does_not_make_us_call_it(web, add, settings, names):
    with HttpServer() as other:
        settings.OUTBOUND_PRIVATE = [*settings.OUTBOUND_PRIVATE, other.host]
        text = LOCATION % f"{other.url}/two.yaml" + "---\n" + components("one")
        web.routes["/all.yaml"] = (200, {}, (text + f"  x: {{$text: '{other.url}/secret'}}\n").encode())
        output = add(f"{web.url}/all.yaml")
        assert other.seen == []
    assert "TARGET_NOT_READ" in output and "PLACEHOLDER_UNREADABLE" in output


FORGES = [
    ("github", "/acme/web/blob/main/a/c.yaml", "/repos/acme/web/contents/a/c.yaml?ref=main"),
    ("gitlab", "/acme/sub/web/-/blob/main/a/c.yaml",
     "/projects/acme%2Fsub%2Fweb/repository/files/a%2Fc.yaml/raw?ref=main"),
    ("gitea", "/acme/web/src/branch/main/a/c.yaml", "/repos/acme/web/raw/a/c.yaml?ref=main"),
    ("bitbucket", "/acme/web/src/main/a/c.yaml", "/2.0/repositories/acme/web/src/main/a/c.yaml"),
]  # fmt: skip


@pytest.mark.parametrize(("forge", "page", "asked"), FORGES)
def test_the_address_of_a_page_is_read_through_the_forges_api(web, add, settings, names, forge, page, asked):
    settings.CREDENTIALS = json.dumps(
        [
            {
                "url": f"{web.url}/acme/",
                "kind": forge,
                "token": "canary",
                "apiUrl": f"{web.url}/api",
                "user": "u",
            }
        ]
    )
    web.routes[f"/api{asked.partition('?')[0]}"] = (200, {}, components("web").encode())
    output = add(f"{web.url}{page}?x=y#L1")
    assert output == f"url:{web.url}{page}: 1 entities, 0 problems.\n"
    assert {each.path for each in web.seen} == {f"/api{asked}"}
    sent = web.seen[0].headers
    assert sent.get("authorization") or sent.get("private-token")
    assert "canary" not in output + str(list(Location.objects.values()))


@pytest.mark.parametrize(
    ("pasted", "target"),
    [
        ("https://github.com/acme/web", "git:https://github.com/acme/web"),
        ("https://github.com/acme/web/tree/main/services", "git:https://github.com/acme/web@main/services"),
        ("https://github.com/acme/web/blob/main/**/catalog-info.yaml",
         "git:https://github.com/acme/web@main/**/catalog-info.yaml"),
        ("https://gitlab.com/a/b/c/-/tree/main", "git:https://gitlab.com/a/b/c@main"),
        ("https://github.com/acme/web/blob/main/a.yaml#L3", "url:https://github.com/acme/web/blob/main/a.yaml"),
        ("https://dev.azure.com/o/p/_git/r?path=/a.yaml&version=GBmain",
         "url:https://dev.azure.com/o/p/_git/r?path=/a.yaml&version=GBmain"),
        ("https://example.org/x?y=z", "url:https://example.org/x?y=z"),
    ],
)  # fmt: skip
def test_what_people_paste_becomes_a_location(pasted, target):
    assert str(new_location(pasted, actor=SYSTEM, namespace="default")) == target
