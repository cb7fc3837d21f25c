"""An entity's documentation is read from its source, in order, rendered, and shown."""

import threading
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from django.db.backends.signals import connection_created

from catalog.services import register_location
from plugins.docs.models import DocSet, Page
from plugins.docs.services import refresh_changed, refresh_due
from portal.accounts.principal import SYSTEM
from portal.extension import guard
from portal.integrations.git import Author, GitHost
from tests.portal.extension.harmful import Seen

from .test_files import PNG

NOW = timedelta(0)


def links(html):
    return [attributes for tag, attributes in Seen(html).elements if tag == "a"]


@contextmanager
def counted_statements():
    """How many statements plugin threads run, on the connections of their own that they open meanwhile."""
    seen = []

    def note(execute, sql, params, many, context):
        seen.append(sql)
        return execute(sql, params, many, context)

    def watch(connection, **_):
        is_new = note not in connection.execute_wrappers  # to learn a server's version Django connects twice
        if is_new and threading.current_thread().name.startswith("plugin-"):
            connection.execute_wrappers.append(note)

    guard.shut_down()
    connection_created.connect(watch)
    try:
        yield lambda: len(seen)
    finally:
        connection_created.disconnect(watch)


def test_pages_come_in_file_order_with_their_titles(folder, docs_of):
    folder.entity()
    folder.write("engine/docs/zebra.md", "# Zebras\n\nStripes.")
    folder.write("engine/docs/how-to/start.md", "No heading.")
    folder.write("engine/docs/how-to/index.md", "Also none.")
    folder.write("engine/docs/index.md", "# Engine\n\nHello.")
    folder.write("engine/docs/alpha.md", "---\nx: y\n---\n# Alpha & *more*\n")
    folder.register()
    docs = docs_of()
    assert [(page["path"], page["title"]) for page in docs["pages"]] == [
        ("index.md", "Engine"),
        ("alpha.md", "Alpha & more"),
        ("zebra.md", "Zebras"),
        ("how-to/index.md", "How to"),
        ("how-to/start.md", "Start"),
    ]
    assert docs["page"] == {
        "path": "index.md", "title": "Engine", "html": '<h1 id="doc-engine">Engine</h1>\n<p>Hello.</p>',
    }  # fmt: skip
    assert docs["problem"] is None
    assert docs_of(path="zebra.md")["page"]["title"] == "Zebras"
    assert docs_of(path="nothing.md")["page"] is None


def test_mkdocs_yml_decides_order_titles_and_folder(folder, docs_of):
    folder.entity()
    folder.write(
        "engine/mkdocs.yml",
        "site_name: !!python/name:os.system x\ndocs_dir: pages\nnav:\n  - Start: index.md\n"
        "  - Guides:\n      - b.md\n      - First: a.md\n  - Away: https://x.example\n  - ../secret.md\n",
    )
    for name in ("a", "b", "c", "index"):
        folder.write(f"engine/pages/{name}.md", f"# {name.upper()}")
    folder.write("engine/secret.md", "# Secret")
    folder.register()
    assert [(page["path"], page["title"]) for page in docs_of()["pages"]] == [
        ("index.md", "Start"), ("b.md", "B"), ("a.md", "First"), ("c.md", "C"),
    ]  # fmt: skip


def test_a_readme_is_documentation_where_there_is_no_folder(folder, docs_of):
    folder.entity()
    folder.write("engine/README.md", "# Engine room")
    folder.register()
    assert docs_of()["pages"] == [{"path": "README.md", "title": "Engine room"}]
    folder.write("engine/docs/index.md", "# Proper documentation")
    refresh_due(check_every=NOW, limit=10)
    assert docs_of()["pages"] == [{"path": "index.md", "title": "Proper documentation"}]


def test_links_between_pages_lead_to_pages_of_the_portal(folder, docs_of):
    folder.entity()
    folder.write(
        "engine/docs/how-to/start.md",
        "[a](../index.md#top) [b](stop.md) [c](/catalog/x) [d](https://x.example/) [e](../../secret.txt) "
        "[f](../) [g](#here) [h](stop/)",
    )
    folder.write("engine/docs/how-to/stop.md", "# Stop")
    folder.write("engine/docs/index.md", "# Engine")
    folder.register()
    html = docs_of(path="how-to/start.md")["page"]["html"]
    assert [dict(attributes).get("href") for attributes in links(html)] == [
        "/catalog/default/component/engine/docs?page=index.md#doc-top",
        "/catalog/default/component/engine/docs?page=how-to/stop.md",
        "/catalog/x",
        "https://x.example/",
        None,
        "/catalog/default/component/engine/docs?page=index.md",
        "#doc-here",
        "/catalog/default/component/engine/docs?page=how-to/stop.md",
    ]


def test_the_tab_shows_the_first_page_among_the_others(folder, graphql, member):
    folder.entity()
    folder.entity("silent", reference="dir:nowhere")
    folder.entity("other")
    text = (folder.path / "other/catalog-info.yaml").read_text()
    folder.write("other/catalog-info.yaml", text.replace("backstage.io/techdocs-ref", "x/y"))
    folder.write("engine/docs/index.md", "# Engine")
    folder.register()
    query = """{ entities(first: 3, filter: {kind: "Component"}) { nodes { name panels(slot: TAB) {
        plugin id title failed
        blocks { __typename ... on DocumentBlock { html current pages { label url } }
        ... on ErrorBlock { title message } } } } } }"""
    panels = {node["name"]: node["panels"] for node in graphql(member)(query)["entities"]["nodes"]}
    href = "/catalog/default/component/engine/docs?page=index.md"
    assert panels["engine"] == [
        {
            "plugin": "docs", "id": "docs", "title": "Docs", "failed": None,
            "blocks": [
                {
                    "__typename": "DocumentBlock",
                    "html": '<h1 id="doc-engine">Engine</h1>',
                    "current": href,
                    "pages": [{"label": "Engine", "url": href}],
                },
            ],
        }
    ]  # fmt: skip
    assert panels["other"] == []
    assert panels["silent"][0]["blocks"] == [
        {
            "__typename": "ErrorBlock",
            "title": "The documentation could not be read",
            "message": "There is neither a folder docs nor a README.md in silent/nowhere. Add docs/index.md.",
        }
    ]


def test_changes_are_noticed_and_only_they_are_written(folder, docs_of):
    folder.entity()
    folder.write("engine/docs/index.md", "# Engine")
    folder.write("engine/docs/old.md", "# Old")
    folder.register()
    before = {page.path: page for page in Page.objects.all()}
    assert (refresh_changed(), refresh_due(check_every=NOW, limit=10)) == (0, 0)
    (folder.path / "engine/docs/old.md").unlink()
    folder.write("engine/docs/new.md", "# New")
    assert refresh_due(check_every=NOW, limit=10) == 1
    after = {page.path: page for page in Page.objects.all()}
    assert set(after) == {"index.md", "new.md"}
    assert after["index.md"].pk == before["index.md"].pk
    assert after["index.md"].updated_at == before["index.md"].updated_at


def test_nothing_changed_costs_nine_statements_and_no_file(folder, django_assert_num_queries):
    folder.entity()
    folder.write("engine/docs/index.md", "# Engine")
    folder.register()
    (folder.path / "engine/docs/index.md").unlink()
    with django_assert_num_queries(9):
        assert refresh_changed() == 0


def test_an_error_never_replaces_the_last_good_pages(folder, docs_of):
    folder.entity()
    folder.write("engine/docs/index.md", "# Engine")
    folder.register()
    folder.write("engine/docs/index.md", b"x" * (1024 * 1024 + 1))
    refresh_due(check_every=NOW, limit=10)
    docs = docs_of()
    assert docs["problem"] == "engine/docs/index.md has 1048577 bytes; at most 1048576 are read."
    assert docs["page"]["title"] == "Engine"
    folder.write("engine/docs/index.md", "# Mended")
    refresh_due(check_every=NOW, limit=10)
    assert (docs_of()["problem"], docs_of()["page"]["title"]) == (None, "Mended")


def test_documentation_goes_with_its_entity_and_with_its_annotation(folder, docs_of):
    for name in ("engine", "rudder"):
        folder.entity(name)
        folder.write(f"{name}/docs/index.md", f"# {name}")
    folder.register()
    assert set(DocSet.objects.values_list("entity_ref", flat=True)) == {
        "component:default/engine", "component:default/rudder",
    }  # fmt: skip
    text = (folder.path / "engine/catalog-info.yaml").read_text()
    folder.write("engine/catalog-info.yaml", text.replace("backstage.io/techdocs-ref", "x/y"))
    (folder.path / "rudder/catalog-info.yaml").unlink()
    folder.ingest()
    folder.read()
    assert list(DocSet.objects.values_list("entity_ref", flat=True)) == []
    assert Page.objects.count() == 0
    assert docs_of() is None


def test_pages_of_many_entities_cost_as_many_statements_as_of_one(folder, graphql, member):
    for number in range(6):
        folder.entity(f"e{number}")
        folder.write(f"e{number}/docs/index.md", f"# E{number}")
    folder.register()
    query = """query ($first: Int) { entities(first: $first, filter: {kind: "Component"}) { nodes {
        docs { pages { title } page { title } } } } }"""
    counts = []
    for first in (1, 6):
        with counted_statements() as count:
            nodes = graphql(member)(query, first=first)["entities"]["nodes"]
        assert [node["docs"]["page"]["title"] for node in nodes] == [f"E{n}" for n in range(first)]
        counts.append(count())
    assert counts == [2, 2]


def test_documentation_of_a_repository_follows_its_commits(folder, docs_of, settings, tmp_path):
    settings.GIT_ROOT = str(tmp_path / "git")
    host = GitHost(Path(settings.GIT_ROOT))
    host.create_repository("team-a", "engine")
    folder.entity()
    folder.write("engine/docs/index.md", "# Engine\n\n![Map](map.png)")
    folder.write("engine/docs/map.png", PNG)
    commit = {"message": "Documentation", "author": Author("Ada", "ada@example.org")}
    host.commit_files("team-a", "engine", folder.path / "engine", **commit)
    register_location("git:team-a/engine", actor=SYSTEM)
    folder.read()
    assert docs_of()["page"]["title"] == "Engine"
    assert refresh_due(check_every=NOW, limit=10) == 0
    folder.write("engine/docs/index.md", "# Rebuilt engine")
    host.commit_files("team-a", "engine", folder.path / "engine", **commit)
    assert refresh_due(check_every=NOW, limit=10) == 1
    assert docs_of()["page"]["title"] == "Rebuilt engine"
