"""Files beside the pages are kept with a build, and served to who may see the entity, never to run."""

from datetime import timedelta

import pytest

from plugins.docs.media import MAX_ASSET
from plugins.docs.models import Build, DocSet, Page
from plugins.docs.services import delete_abandoned_builds, refresh_due
from portal.accounts.models import NamespaceGrant
from tests.portal.extension.harmful import Seen

NOW = timedelta(0)
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20


def image_addresses(html):
    return [dict(attributes).get("src") for tag, attributes in Seen(html).elements if tag == "img"]


def test_pictures_beside_the_pages_are_shown(folder, docs_of, client, member):
    folder.entity()
    folder.write(
        "engine/docs/how/index.md", '![Map](../img/a%20map.png) <img src="../img/b.webp" onerror=x width=9>'
    )
    folder.write("engine/docs/img/a map.png", PNG)
    folder.write("engine/docs/img/b.webp", b"RIFF\x00\x00\x00\x00WEBPVP8 ")
    folder.write("engine/docs/img/unused.png", PNG)
    folder.register()
    first, second = image_addresses(docs_of()["page"]["html"])
    assert first.startswith("/api/plugins/docs/files/")
    assert first.endswith("/img/a%20map.png")
    client.force_login(member)
    answer = client.get(first)
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, PNG, "image/png")
    assert client.get(second)["Content-Type"] == "image/webp"
    assert client.get(first, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    for gone in ("nothing.png", "../index.html", "%2e%2e/index.html", "..%5cindex.html", "%252e%252e/x"):
        assert client.get(first.replace("img/a%20map.png", gone)).status_code == 404


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("evil.png", b"<html><script>alert(1)</script>"),
        ("evil.html", b"<html><script>alert(1)</script>"),
        ("evil.js", b"alert(1)"),
        ("huge.png", PNG + b"\x00" * MAX_ASSET),
    ],
)
def test_files_that_are_no_pictures_are_not_served(folder, docs_of, client, member, name, content):
    folder.entity()
    folder.write("engine/docs/index.md", f"![Evil]({name}) [Evil]({name}) ![Map](map.png)")
    folder.write(f"engine/docs/{name}", content)
    folder.write("engine/docs/map.png", PNG)
    folder.register()
    [_, shown] = image_addresses(docs_of()["page"]["html"])
    client.force_login(member)
    assert client.get(shown).status_code == 200
    assert client.get(shown.replace("map.png", name)).status_code == 404
    assert {row[1] for row in DocSet.objects.get().broken} == {name}


def test_an_svg_is_a_picture_and_never_a_document(folder, docs_of, client, member):
    folder.entity()
    svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(2)</script></svg>"
    folder.write("engine/docs/index.md", "![Map](map.svg) <svg onload=alert(3)></svg> [Map](map.svg)")
    folder.write("engine/docs/map.svg", svg)
    folder.register()
    html = docs_of()["page"]["html"]
    assert "<svg" not in html
    [address] = image_addresses(html)
    client.force_login(member)
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"], answer.content) == (200, "image/svg+xml", svg)
    assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none';")
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_picture_of_a_hidden_entity_is_not_there(folder, client, member, admin):
    folder.entity("vault", namespace="secret")
    folder.write("vault/docs/index.md", "![Map](map.png)")
    folder.write("vault/docs/map.png", PNG)
    folder.register()
    NamespaceGrant.objects.create(namespace="secret", subject="group:default/guards", role="reader")
    [address] = image_addresses(Page.objects.get().html)
    client.force_login(admin)
    assert client.get(address).status_code == 200
    client.force_login(member)
    assert client.get(address).status_code == 404
    client.logout()
    assert client.get(address).status_code == 401


def test_a_build_replaces_another_and_the_old_one_goes_later(folder, client, member, docs_of):
    folder.entity()
    folder.write("engine/docs/index.md", "![A](a.png) ![B](b.png)")
    folder.write("engine/docs/a.png", PNG)
    folder.write("engine/docs/b.png", PNG)
    folder.register()
    a, b = image_addresses(docs_of()["page"]["html"])
    folder.write("engine/docs/a.png", PNG + b"new")
    (folder.path / "engine/docs/b.png").unlink()
    assert refresh_due(check_every=NOW, limit=10) == 1
    client.force_login(member)
    assert client.get(a).content == PNG + b"new"
    assert client.get(b).status_code == 404
    assert (Build.objects.count(), delete_abandoned_builds()) == (2, 0)
    Build.objects.update(created_at="2020-01-01T00:00Z")
    assert (delete_abandoned_builds(), Build.objects.count()) == (1, 1)
    kept = [path.name for path in (folder.path.parent / "home/docs").rglob("*") if path.is_file()]
    assert sorted(kept) == ["a.png", "index.html", "search_index.json", "techdocs_metadata.json"]
    DocSet.objects.all().delete()
    assert delete_abandoned_builds() == 1
    assert not [path for path in (folder.path.parent / "home/docs").rglob("*") if path.is_file()]
