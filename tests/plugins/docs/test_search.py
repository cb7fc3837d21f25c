"""Documentation is found by the portal's search and on the home page, by who may read its entity."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import SearchRevision
from plugins.docs import publishing
from plugins.docs.models import Page
from plugins.docs.services import refresh_due
from portal.accounts.models import NamespaceGrant
from portal.extension_points import search_documents
from portal.plugin_api.catalog import documents_changed

SEARCH = """query ($text: String!) { search(query: $text, types: ["docs"]) {
    nodes { type title text href ref entity { name } } } }"""
HOME = "{ homePanels { id title blocks { ... on LinksBlock { links { url title } } } } }"


@pytest.fixture
def documented(folder):
    folder.entity()
    folder.write("engine/docs/index.md", "# Engine\n\nThe **flywheel** turns. <script>alert(1)</script>")
    folder.write("engine/docs/repair.md", "# Flywheel repair\n\nTake it out first.")
    folder.entity("vault", namespace="secret")
    folder.write("vault/docs/index.md", "# Vault\n\nThe flywheel of the vault.")
    folder.register()
    NamespaceGrant.objects.create(namespace="secret", subject="group:default/guards", role="reader")
    return folder


def test_pages_are_found_with_a_snippet_titles_first(documented, graphql, member):
    found = graphql(member)(SEARCH, text="flywheel")["search"]["nodes"]
    assert found == [
        {
            "type": "docs", "title": "Flywheel repair · engine", "text": "Flywheel repair Take it out first.",
            "href": "/catalog/default/component/engine/docs?page=repair.md",
            "ref": "component:default/engine", "entity": {"name": "engine"},
        },
        {
            "type": "docs", "title": "Engine · engine", "text": "Engine The flywheel turns.",
            "href": "/catalog/default/component/engine/docs?page=index.md",
            "ref": "component:default/engine", "entity": {"name": "engine"},
        },
    ]  # fmt: skip


@pytest.mark.parametrize("query", ["flywh", "turning fly", "FLYWHEEL turns"])
def test_a_word_may_be_a_beginning_and_its_form_does_not_matter(documented, graphql, member, query):
    found = graphql(member)(SEARCH, text=query)["search"]["nodes"]
    assert "Engine · engine" in [hit["title"] for hit in found]


@pytest.mark.parametrize("query", ["'", ":*", "a & | !", "\\", "<->", "%", "  ", "ü:*'"])
def test_odd_characters_are_no_query_language(documented, graphql, member, query):
    assert graphql(member)(SEARCH, text=query)["search"]["nodes"] == []


def test_pages_of_a_hidden_entity_are_not_found_and_not_shown(documented, graphql, member, admin):
    assert [hit["ref"] for hit in graphql(admin)(SEARCH, text="vault")["search"]["nodes"]] == [
        "component:secret/vault"
    ]
    assert graphql(member)(SEARCH, text="vault")["search"]["nodes"] == []
    assert [link["title"] for link in links(graphql(member)(HOME))] == ["Engine (engine)"]
    assert {link["title"] for link in links(graphql(admin)(HOME))} == {"Engine (engine)", "Vault (vault)"}


def test_a_page_that_was_built_again_is_found_by_its_new_words_at_once(documented, graphql, member):
    find = graphql(member)
    assert find(SEARCH, text="gearbox")["search"]["nodes"] == []
    assert len(find(SEARCH, text="flywheel")["search"]["nodes"]) == 2
    documented.write("engine/docs/repair.md", "# Gearbox repair\n\nTake it out first.")
    assert refresh_due(check_every=timedelta(0), limit=10) == 1
    assert [hit["title"] for hit in find(SEARCH, text="gearbox")["search"]["nodes"]] == [
        "Gearbox repair · engine"
    ]
    assert len(find(SEARCH, text="flywheel")["search"]["nodes"]) == 1


def test_hits_are_remembered_until_the_plugin_announces_a_change(documented, client, member):
    client.force_login(member)

    def asked():
        with CaptureQueriesContext(connection) as statements:
            found = client.get("/api/search/query", {"term": "flywheel"}).json()
        return found["numberOfResults"], len(statements)

    assert asked()[0] == 2
    count, again = asked()
    Page.objects.filter(path="repair.md").delete()
    assert (count, asked()[0]) == (2, 2)
    documents_changed("docs")
    count, anew = asked()
    assert count == 1
    assert again < anew


@pytest.fixture
def change_docs(monkeypatch):
    """Lets the documents that are searched be others."""

    def change(**other):
        [item] = [item for item in search_documents.read() if item.name == "docs"]
        changed = replace(item, value=replace(item.value, **other))
        monkeypatch.setattr(search_documents, "_contributions", [changed])

    return change


@pytest.fixture
def program(bearer, member):
    """What a program finds with its token, and in how many statements it was found."""
    http = bearer(member, "read")

    def search(**headers):
        with CaptureQueriesContext(connection) as statements:
            answer = http.get("/api/search/query", {"term": "flywheel"}, headers=headers)
        return answer, len(statements)

    return search


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("documented")
def test_a_search_is_answered_again_until_hits_or_claims_change(program, settings):
    first, _ = program()
    assert first.json()["numberOfResults"] == 2
    again, statements = program()
    assert (again.content, statements) == (first.content, 2)  # who asks, and what is hidden from it
    assert program(**{"If-None-Match": first.headers["ETag"]})[0].status_code == 304
    Page.objects.filter(path="repair.md").delete()
    documents_changed("docs")
    assert program()[0].json()["numberOfResults"] == 1
    settings.CLAIMS_ACCEPTED = []
    assert program()[0].json()["numberOfResults"] == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("documented")
def test_a_search_known_before_django_is_asked_ends_with_the_claims(bearer, admin, settings):
    http = bearer(admin, "read")

    def found():
        return http.get("/api/search/query", {"term": "flywheel"}).json()["numberOfResults"]

    assert [found(), found()] == [3, 3]
    asked = http.handler.by_django
    assert found() == 3
    assert http.handler.by_django == asked
    settings.CLAIMS_ACCEPTED = []
    assert found() == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("documented")
def test_a_search_in_what_is_not_announced_is_not_kept_whole(program, change_docs):
    change_docs(announced=False)
    first, _ = program()
    assert "ETag" not in first.headers
    Page.objects.filter(path="repair.md").delete()
    assert program()[0].json()["numberOfResults"] == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("documented")
def test_a_search_without_a_plugin_that_failed_is_not_kept(program, change_docs):
    def fail(*_, **__):
        raise RuntimeError("no hits today")

    find = search_documents.read()[0].value.find
    change_docs(find=fail)
    answer, _ = program()
    assert answer.json()["numberOfResults"] == 0
    assert answer.headers["Cache-Control"] == "no-store"
    change_docs(find=find)
    assert program()[0].json()["numberOfResults"] == 2


@pytest.mark.parametrize(("every", "announced"), [(60, 1), (0, 3)])
def test_what_is_built_fast_is_announced_together(folder, graphql, member, monkeypatch, every, announced):
    """Each announcement makes all processes forget their hits; what is slow to build waits for no other."""
    monkeypatch.setattr(publishing, "EVERY", every)
    for name in ("bilge", "crane", "davit"):
        folder.entity(name)
        folder.write(f"{name}/docs/index.md", f"# The {name}\n\nHas a winch.")
    folder.register()
    assert len(graphql(member)(SEARCH, text="winch")["search"]["nodes"]) == 3
    assert SearchRevision.objects.get(name="docs").revision == announced


def test_a_claim_that_is_refused_takes_its_hits_along(documented, graphql, member, settings):
    assert len(graphql(member)(SEARCH, text="flywheel")["search"]["nodes"]) == 2
    settings.CLAIMS_ACCEPTED = []
    assert graphql(member)(SEARCH, text="flywheel")["search"]["nodes"] == []


def links(home):
    [panel] = [panel for panel in home["homePanels"] if panel["id"] == "docs-recent-pages"]
    return panel["blocks"][0]["links"]
