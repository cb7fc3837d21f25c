"""What somebody should mend: references to nothing, orphans, stale sources, conflicts; and whose they are."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.ingestion.rebuild import rebuild
from catalog.models import CatalogState, Entity, Location, Problem
from catalog.tasks import refresh_locations, remove_old_orphans, report_stale_sources
from portal.accounts.models import NamespaceGrant

from .conftest import COMPONENT, Folder, command

pytestmark = pytest.mark.django_db

GROUP = """
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: member}
spec: {memberOf: [team-a]}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: team-a}
spec: {type: team, children: [], members: [member]}
"""
LIST = """query($filter: ProblemFilter) { problems(filter: $filter) { totalCount nodes {
    code level ref target path line message location { target } } } }"""


def unresolved() -> list[tuple[str, str]]:
    rows = Problem.objects.filter(code="UNRESOLVED_REFERENCE").order_by("ref", "target")
    return list(rows.values_list("ref", "target"))


def depends(name: str, on: str) -> str:
    return COMPONENT.format(name=name) + f"  dependsOn: [{on}]\n"


def test_a_reference_that_leads_nowhere_is_a_warning_with_who_declares_it_where(
    folder: Folder, graphql: Any, member: Any
) -> None:
    folder.write("all.yaml", GROUP + "---" + depends("web", "component:lost"))
    folder.add()
    (found,) = graphql(member)(LIST)["problems"]["nodes"]
    assert found == {
        "code": "UNRESOLVED_REFERENCE",
        "level": "warning",
        "ref": "component:default/web",
        "target": "component:default/lost",
        "path": "all.yaml",
        "line": 12,
        "message": "spec.dependsOn names component:default/lost, which nothing in the catalog has. "
        "Declare it, or correct the ref.",
        "location": {"target": str(folder.path / "all.yaml")},
    }
    entity = graphql(member)('{ entity(ref: "component:web") { problems { code } } }')["entity"]
    assert entity["problems"] == [{"code": "UNRESOLVED_REFERENCE"}]


def test_a_warning_goes_when_the_ref_is_declared_and_comes_when_it_goes_wherever_that_is(
    folder: Folder,
) -> None:
    folder.write("all.yaml", GROUP + "---" + depends("web", "component:db"))
    folder.add()
    assert unresolved() == [("component:default/web", "component:default/db")]
    folder.components("db.yaml", "db")
    folder.add("db.yaml")
    assert unresolved() == []
    command("remove", str(folder.path / "db.yaml"))
    assert unresolved() == [("component:default/web", "component:default/db")]
    folder.write("all.yaml", GROUP + "---" + depends("web", "component:other"))
    folder.refresh()
    assert unresolved() == [("component:default/web", "component:default/other")]
    folder.write("all.yaml", GROUP)
    folder.refresh()
    assert unresolved() == []


def test_warnings_about_refs_are_kept_by_reading_and_by_a_rebuild_and_cost_no_writes(folder: Folder) -> None:
    folder.write("all.yaml", GROUP + "---" + depends("web", "component:lost"))
    folder.add()

    def state() -> tuple[list[int], int]:
        return list(Problem.objects.values_list("pk", flat=True)), CatalogState.objects.get().generation

    before = state()
    folder.refresh()
    refresh_locations()
    assert (
        list(Problem.objects.values_list("pk", flat=True)),
        CatalogState.objects.get().generation,
    ) == before
    rebuild()
    assert unresolved() == [("component:default/web", "component:default/lost")]
    folder.write("all.yaml", "# moved\n" + GROUP + "---" + depends("web", "component:lost"))
    folder.refresh()
    assert Problem.objects.get().line == 13


def test_the_statements_of_an_ingestion_do_not_grow_with_unresolved_references(folder: Folder) -> None:
    counts = []
    for size in (3, 30):
        folder.write(
            f"{size}.yaml", "---".join(depends(f"c{size}-{i}", f"component:x{i}") for i in range(size))
        )
        with CaptureQueriesContext(connection) as statements:
            folder.add(f"{size}.yaml")
        counts.append(len(statements))
    assert counts[0] == counts[1]
    assert len(unresolved()) == 2 * 33


def test_whether_something_hidden_exists_cannot_be_learnt_from_warnings(
    folder: Folder, graphql: Any, outsider: Any, admin: Any
) -> None:
    hidden = COMPONENT.format(name="secret").replace("  name:", "  namespace: vault\n  name:")
    folder.write("all.yaml", hidden)
    folder.add()
    NamespaceGrant.objects.create(namespace="vault", subject="group:default/none", role="reader")
    folder.write(
        "mine.yaml",
        depends("a", "component:vault/secret") + "---" + depends("b", "component:vault/missing"),
    )
    folder.add("mine.yaml")
    query = """{ problems(filter: {code: ["UNRESOLVED_REFERENCE"]}) { nodes { ref target } }
        entities(filter: {hasProblems: true, name: ["a", "b"]}) { totalCount }
        a: entity(ref: "component:a") { problems { target } }
        b: entity(ref: "component:b") { problems { target } } }"""
    seen = graphql(outsider)(query)
    assert [node["target"] for node in seen["problems"]["nodes"]] == ["group:default/team-a"] * 2
    assert seen["a"] == seen["b"] == {"problems": [{"target": "group:default/team-a"}]}
    assert "component:vault/missing" in str(graphql(admin)(query)["problems"])


def test_orphans_are_marked_listed_and_deleted_by_who_may_or_by_the_setting(
    folder: Folder, graphql: Any, member: Any, outsider: Any, settings: Any
) -> None:
    location = "\n---\napiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: more}\n"
    folder.write("all.yaml", GROUP + location + "spec: {targets: [./web.yaml, ./old.yaml]}\n")
    folder.components("web.yaml", "web")
    folder.components("old.yaml", "old")
    folder.add()
    (folder.path / "web.yaml").unlink()
    (folder.path / "old.yaml").unlink()
    folder.refresh()
    entity = Entity.objects.get(ref="component:default/web")
    assert (entity.orphan, entity.content["metadata"]["annotations"]["backstage.io/orphan"]) == (True, "true")
    ask = graphql(member)
    listed = ask(LIST, filter={"code": ["ORPHAN"], "mine": True})["problems"]["nodes"]
    assert [(each["ref"], each["level"]) for each in listed] == [
        ("component:default/old", "warning"),
        ("component:default/web", "warning"),
    ]
    remove = """mutation($ref: String!) { removeEntity(input: {ref: $ref}) { ref problems { code } } }"""
    assert graphql(outsider)(remove, ref="component:web")["removeEntity"]["problems"] == [{"code": "DENIED"}]
    assert Entity.objects.filter(orphan=True).count() == 2
    stale = """mutation($ref: String!) { removeEntity(input: {ref: $ref, expectedEtag: "0"}) {
        problems { code } } }"""
    assert ask(stale, ref="component:web")["removeEntity"]["problems"] == [{"code": "ENTITY_CHANGED"}]
    assert ask(remove, ref="component:web")["removeEntity"] == {
        "ref": "component:default/web",
        "problems": [],
    }
    settings.CATALOG_ORPHAN_DAYS = 7
    remove_old_orphans()
    assert Entity.objects.filter(orphan=True).count() == 1
    Entity.objects.filter(orphan=True).update(orphan_since=timezone.now() - timedelta(days=8))
    remove_old_orphans()
    assert not Entity.objects.filter(orphan=True).exists()
    assert not Problem.objects.filter(code="ORPHAN").exists()


def test_an_orphan_that_is_declared_again_is_one_no_longer(folder: Folder) -> None:
    folder.write("all.yaml", "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: more}\n"
                 "spec: {target: ./web.yaml}\n")  # fmt: skip
    folder.components("web.yaml", "web")
    folder.add()
    uid = Entity.objects.get(ref="component:default/web").uid
    (folder.path / "web.yaml").unlink()
    folder.refresh()
    folder.components("web.yaml", "web")
    folder.refresh()
    entity = Entity.objects.get(ref="component:default/web")
    assert (entity.uid, entity.orphan, entity.orphan_since) == (uid, False, None)
    assert "backstage.io/orphan" not in entity.document
    assert not Problem.objects.filter(code="ORPHAN").exists()


def test_a_source_that_fails_for_too_long_is_stale_and_keeps_everything(
    folder: Folder, graphql: Any, member: Any
) -> None:
    folder.write("all.yaml", GROUP + "---" + COMPONENT.format(name="web"))
    folder.add()
    moved = (folder.path / "all.yaml").rename(folder.path / "away.yaml")
    refresh_locations()
    assert not Problem.objects.filter(code="SOURCE_STALE").exists()
    Location.objects.update(last_success_at=timezone.now() - timedelta(days=2))
    refresh_locations()
    report_stale_sources()
    report_stale_sources()
    (stale,) = graphql(member)(LIST, filter={"code": ["SOURCE_STALE"], "mine": True})["problems"]["nodes"]
    assert (stale["level"], "Not read since" in stale["message"]) == ("warning", True)
    assert Entity.objects.filter(ref="component:default/web", orphan=False).exists()
    moved.rename(folder.path / "all.yaml")
    refresh_locations()
    assert not Problem.objects.filter(code="SOURCE_STALE").exists()


def test_problems_are_found_by_owner_level_code_location_and_whose_they_are(
    folder: Folder, graphql: Any, member: Any, outsider: Any
) -> None:
    folder.write("all.yaml", GROUP + "---" + depends("web", "component:lost"))
    folder.add()
    folder.write("other.yaml", COMPONENT.format(name="web") + "---" + depends("x", "component:y").replace(
        "owner: team-a", "owner: team-b"))  # fmt: skip
    folder.add("other.yaml")
    ask = graphql(member)

    def codes(client: Any = ask, **filter: Any) -> list[str]:
        return sorted(each["code"] for each in client(LIST, filter=filter)["problems"]["nodes"])

    assert codes() == ["REF_CONFLICT"] + ["UNRESOLVED_REFERENCE"] * 3
    assert codes(owner="team-a") == ["REF_CONFLICT", "UNRESOLVED_REFERENCE"]
    assert codes(owner=["group:default/team-b"]) == ["UNRESOLVED_REFERENCE"] * 2
    assert codes(level="error") == ["REF_CONFLICT"]
    assert codes(code=["REF_CONFLICT", "ORPHAN"]) == ["REF_CONFLICT"]
    assert codes(mine=True) == ["REF_CONFLICT", "UNRESOLVED_REFERENCE"]
    assert codes(graphql(outsider), mine=True) == []
    ids = {
        each["target"]: each["id"]
        for each in ask("{ locations { nodes { id target } } }")["locations"]["nodes"]
    }
    assert codes(location=ids[str(folder.path / "all.yaml")]) == ["UNRESOLVED_REFERENCE"]
    assert codes(location="nonsense") == []
