"""The answers of TechDocs' addresses and of files are as their OpenAPI documents say."""

from tests.openapi import Recorder, described

from .test_files import PNG, image_addresses

DECISION = "# 1. Diesel\n\n## Status\n\nAccepted\n\n## Decision\n\n![Map](map.png)\n"


def test_answers_are_as_the_documents_say(folder, docs_of, client, member):
    folder.entity()
    written = folder.path / "engine" / "catalog-info.yaml"
    written.write_text(
        written.read_text().replace("annotations:", "annotations:\n    backstage.io/adr-location: decisions")
    )
    folder.write("engine/docs/index.md", "# Engine\n\n![Map](map.png)")
    folder.write("engine/docs/map.png", PNG)
    folder.write("engine/decisions/0001-diesel.md", DECISION)
    folder.write("engine/decisions/map.png", PNG)
    folder.register()
    client.force_login(member)
    engine = {"namespace": "default", "kind": "component", "name": "engine"}
    ask = Recorder(client, described(client, "/api/techdocs"))
    for path in ("/metadata/techdocs", "/metadata/entity", "/sync"):
        ask("get", path + "/{namespace}/{kind}/{name}", **engine)
        ask("get", path + "/{namespace}/{kind}/{name}", status=404, **{**engine, "name": "none"})
    file = "/static/docs/{namespace}/{kind}/{name}/{path}"
    assert b"<h1" in ask("get", file, **engine, path="index.html")
    ask("get", file, status=404, **engine, path="none.html")
    ask("get", "/cookie")
    ask("get", "/.backstage/auth/v1/cookie")
    assert ask.unproven() == set()

    files = Recorder(client, described(client, "/api/plugins/docs"))
    uid = image_addresses(docs_of()["page"]["html"])[0].split("/")[5]
    assert files("get", "/files/{uid}/{path}", uid=uid, path="map.png") == PNG
    files("get", "/files/{uid}/{path}", status=404, uid=uid, path="none.png")
    assert files("get", "/decision-files/{uid}/{path}", uid=uid, path="map.png") == PNG
    files("get", "/decision-files/{uid}/{path}", status=404, uid=uid, path="none.png")
    assert files.unproven() == set()
