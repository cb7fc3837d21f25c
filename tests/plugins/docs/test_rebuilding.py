"""When documentation is built again, and where it is read: another address, another entity."""

from django.utils import timezone

from catalog.services import register_location
from plugins.docs.models import DocSet, Page
from plugins.docs.services import refresh_due
from portal.accounts.principal import SYSTEM
from tests.catalog.sources.conftest import git, web  # noqa: F401 - fixtures
from tests.servers import Repository

from .conftest import DESCRIPTOR
from .test_files import NOW, PNG


def test_a_repository_is_built_by_commit_and_again_only_if_its_documentation_changed(
    folder,
    docs_of,
    git,  # noqa: F811
):
    repository = git.repository("engine")
    folder.entity()
    entity = (folder.path / "engine/catalog-info.yaml").read_text()
    repository.commit({"catalog-info.yaml": entity, "docs/index.md": "# Engine", "src/a.py": "1"})
    (repository.work / "docs/link.md").symlink_to("/etc/passwd")
    (repository.work / "docs/huge.png").write_bytes(PNG + b"\0" * 6 * 1024 * 1024)
    repository.commit({"docs/map.png": ""})
    register_location(f"git:{repository.url}", actor=SYSTEM)
    folder.read()
    first = DocSet.objects.get()
    assert [page.path for page in Page.objects.all()] == ["index.md"]
    assert [note for note in first.notes if "huge.png" in note]

    repository.commit({"src/a.py": "2"})
    folder.poll()
    assert refresh_due(check_every=NOW, limit=10) == 1
    second = DocSet.objects.get()
    assert (second.revision != first.revision, second.build) == (True, first.build)

    repository.commit({"docs/index.md": "# Changed"})
    folder.poll()
    assert refresh_due(check_every=NOW, limit=10) == 1
    assert docs_of()["page"]["title"] == "Changed"


CHANGED = """{ entity(ref: "component:default/engine") { docs { pages { path updatedAt } } } }"""


def test_a_page_changed_when_the_last_commit_to_its_file_was_made(
    folder, graphql, member, settings, tmp_path, monkeypatch
):
    settings.GIT_ROOT = str(tmp_path / "git")
    (tmp_path / "git/team-a").mkdir(parents=True)
    folder.entity()
    entity = (folder.path / "engine/catalog-info.yaml").read_text()
    repository = Repository(tmp_path / "work", tmp_path / "git/team-a/engine.git", "")

    def commit(day: str, files: dict[str, str]) -> None:
        monkeypatch.setenv("GIT_COMMITTER_DATE", f"{day}T12:00:00Z")
        repository.commit(files)

    commit("2024-01-01", {"catalog-info.yaml": entity, "docs/index.md": "# Engine", "docs/oil.md": "# Oil"})
    commit("2024-02-01", {"docs/oil.md": "# More oil", "docs/a\x01b.md": "# Odd"})
    commit("2024-03-01", {"src/a.py": "1"})
    register_location("git:team-a/engine", actor=SYSTEM)
    folder.read()

    def seen() -> dict[str, str]:
        pages = graphql(member)(CHANGED)["entity"]["docs"]["pages"]
        return {page["path"]: page["updatedAt"][:10] for page in pages if page["path"].isprintable()}

    assert seen() == {"index.md": "2024-01-01", "oil.md": "2024-02-01"}
    Page.objects.update(updated_at=timezone.now())
    commit("2024-04-01", {"docs/index.md": "# Better engine"})
    assert refresh_due(check_every=NOW, limit=10) == 1
    assert seen() == {"index.md": "2024-04-01", "oil.md": "2024-02-01"}


def test_pages_of_a_repository_without_its_history_changed_at_the_commit_that_was_read(
    folder,
    graphql,
    member,
    git,  # noqa: F811
    monkeypatch,
):
    repository = git.repository("engine")
    folder.entity()
    entity = (folder.path / "engine/catalog-info.yaml").read_text()
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2024-01-01T12:00:00Z")
    repository.commit({"catalog-info.yaml": entity, "docs/index.md": "# Engine", "docs/oil.md": "# Oil"})
    register_location(f"git:{repository.url}", actor=SYSTEM)
    folder.read()
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2024-02-01T12:00:00Z")
    repository.commit({"docs/oil.md": "# More oil"})
    folder.poll()
    assert refresh_due(check_every=NOW, limit=10) == 1
    pages = graphql(member)(CHANGED)["entity"]["docs"]["pages"]
    assert {page["path"]: page["updatedAt"][:10] for page in pages} == {
        "index.md": "2024-01-01",
        "oil.md": "2024-02-01",
    }


def test_documentation_of_another_repository_is_read_at_its_address(folder, docs_of, git):  # noqa: F811
    repository = git.repository("handbook")
    repository.commit({"guide/docs/index.md": "# Guide", "guide/mkdocs.yml": "site_name: The guide"})
    folder.entity(reference=f"url:{repository.url}@main/guide")
    folder.register()
    assert docs_of()["problem"] is None
    assert (docs_of()["page"]["title"], DocSet.objects.get().site_name) == ("Guide", "The guide")
    assert refresh_due(check_every=NOW, limit=10) == 0
    repository.commit({"guide/docs/index.md": "# Better guide"})
    assert refresh_due(check_every=NOW, limit=10) == 1
    assert docs_of()["page"]["title"] == "Better guide"


def test_an_address_that_is_no_repository_is_tried_as_often_for_many_entities_as_for_one(folder, web):  # noqa: F811
    def asked(count: int) -> int:
        parts = [f"of-{count}-{at}" for at in range(count)]
        texts = [DESCRIPTOR.format(name=each, namespace="default", reference="dir:.") for each in parts]
        web.routes[f"/{count}.yaml"] = (200, {}, "---\n".join(texts).encode())
        register_location(f"url:{web.url}/{count}.yaml", actor=SYSTEM, trusted=True)
        web.seen.clear()
        folder.read()
        return len([each for each in web.seen if "git-upload-pack" in each.path])

    alone = asked(1)
    assert asked(6) == alone > 0
    assert DocSet.objects.exclude(error="").count() == 7


def test_an_entity_may_show_the_documentation_of_another(folder, docs_of):
    folder.entity()
    folder.write("engine/docs/index.md", "# Engine")
    text = (folder.path / "engine/catalog-info.yaml").read_text()
    folder.write(
        "rudder/catalog-info.yaml",
        text.replace("name: engine", "name: rudder").replace(
            'techdocs-ref: "dir:."', "techdocs-entity: component:default/engine"
        ),
    )
    folder.register()
    assert docs_of("rudder")["page"] == docs_of("engine")["page"]
    assert DocSet.objects.count() == 1
