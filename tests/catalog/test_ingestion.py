"""Reading locations: what is written, kept and removed; each test begins with the command."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import CatalogState, Entity, Location, Problem, Relation, Term
from catalog.problems import DERIVED
from catalog.selectors import get_entity, related_by_entity
from catalog.services import refresh_entity
from catalog.tasks import refresh_locations
from portal.accounts.models import NamespaceGrant
from portal.accounts.principal import SYSTEM

from .conftest import COMPONENT, Folder, command, everything

pytestmark = pytest.mark.django_db
Refs = Callable[..., list[str]]


def problems() -> list[tuple[str, int | None, str, str]]:
    """What reading found; what follows from the catalog as it is stands in test_problems.py."""
    found = Problem.objects.exclude(code__in=DERIVED).order_by("path", "line", "id")
    return list(found.values_list("path", "line", "code", "ref"))


def generation() -> int:
    return CatalogState.objects.get().generation


def test_a_broken_document_spoils_only_itself(folder: Folder, refs: Refs) -> None:
    folder.write(
        "all.yaml", COMPONENT.format(name="one") + "---\n{a: 'x\n---\n" + COMPONENT.format(name="two")
    )
    result = folder.add()
    assert refs() == ["component:default/one", "component:default/two"]
    assert "all.yaml:12: YAML_SYNTAX: " in result.output


def test_a_refused_descriptor_keeps_the_last_good_entity_until_it_is_mended(folder: Folder) -> None:
    folder.components("all.yaml", "web", "other")
    folder.add()
    before = get_entity("component:web", viewer=SYSTEM)
    folder.write("all.yaml", "kind: [\n---" + COMPONENT.format(name="other"))
    folder.refresh()
    kept = get_entity("component:web", viewer=SYSTEM)
    assert (kept.uid, kept.document, kept.orphan) == (before.uid, before.document, False)
    assert problems() == [("all.yaml", 2, "YAML_SYNTAX", "component:default/web")]
    folder.write(
        "all.yaml",
        (COMPONENT.format(name="web") + "---" + COMPONENT.format(name="other")).replace(
            "production", "retired"
        ),
    )
    refresh_locations()
    mended = get_entity("component:web", viewer=SYSTEM)
    assert (mended.uid, mended.lifecycle) == (before.uid, "retired")
    assert problems() == []


def test_an_entity_that_is_no_longer_valid_keeps_its_last_good_document(folder: Folder) -> None:
    folder.components("all.yaml", "web")
    folder.add()
    before = everything()
    folder.write("all.yaml", COMPONENT.format(name="web").replace("  owner: team-a\n", "  owner: 7\n"))
    folder.refresh()
    assert everything() == before
    assert problems() == [("all.yaml", 9, "WRONG_TYPE", "component:default/web")]


def test_what_is_no_longer_declared_is_removed_and_its_ends_forget_it(folder: Folder, refs: Refs) -> None:
    web = COMPONENT.format(name="web") + "  dependsOn: [component:db]\n"
    folder.write("all.yaml", web + "---" + COMPONENT.format(name="db"))
    folder.add()
    assert "dependencyOf" in Entity.objects.get(ref="component:default/db").relations_text
    folder.components("all.yaml", "db")
    folder.refresh()
    assert refs() == ["component:default/db"]
    rendered = '[{"type":"ownedBy","targetRef":"group:default/team-a"}]'
    assert Entity.objects.get(ref="component:default/db").relations_text == rendered
    assert Relation.objects.exclude(type="ownedBy").count() == 0
    assert set(Term.objects.values_list("entity__ref", flat=True)) <= set(
        Entity.objects.values_list("ref", flat=True)
    )


def test_a_source_that_is_gone_deletes_nothing_and_says_so(folder: Folder, refs: Refs) -> None:
    file = folder.components("all.yaml", "web")
    folder.add()
    file.unlink()
    folder.refresh()
    assert refs() == ["component:default/web"]
    assert Location.objects.get().last_error == "all.yaml is not there."
    assert [problem[2] for problem in problems()] == ["FILE_MISSING"]


def test_a_source_that_is_empty_deletes_nothing(folder: Folder, refs: Refs) -> None:
    folder.components("all.yaml", "web", "db")
    folder.add()
    folder.write("all.yaml", "# nothing\n")
    folder.refresh()
    assert refs() == ["component:default/db", "component:default/web"]
    assert [problem[2] for problem in problems()] == ["EMPTY_SOURCE"]


def test_a_large_removal_waits_until_it_is_allowed(folder: Folder, refs: Refs) -> None:
    folder.components("all.yaml", *(f"c{number}" for number in range(30)))
    folder.add()
    folder.components("all.yaml", "c0")
    folder.refresh()
    assert len(refs()) == 30
    assert len(refs(orphan=True)) == 29
    assert [problem[2] for problem in problems()] == ["REMOVAL_HELD"]
    folder.refresh("all.yaml", "--allow-removal")
    assert refs() == ["component:default/c0"]
    assert problems() == []


def test_the_first_location_keeps_a_ref_and_the_second_says_who_has_it(folder: Folder, refs: Refs) -> None:
    first, second = Folder(folder.path / "first"), Folder(folder.path / "second")
    first.components("all.yaml", "web", "one")
    second.write(
        "all.yaml",
        COMPONENT.format(name="web").replace("team-a", "thieves") + "---" + COMPONENT.format(name="two"),
    )
    first.add()
    before = get_entity("component:web", viewer=SYSTEM).document
    result = second.add()
    assert (
        f"REF_CONFLICT: component:default/web is declared by file:{first.path}/all.yaml already"
        in result.output
    )
    assert get_entity("component:web", viewer=SYSTEM).document == before
    (first.path / "all.yaml").write_text("kind: [")
    first.refresh()
    second.refresh()
    assert get_entity("component:web", viewer=SYSTEM).document == before
    first.components("all.yaml", "one")
    refresh_locations()
    refresh_locations()
    assert get_entity("component:web", viewer=SYSTEM).owner_ref == "group:default/thieves"
    assert problems() == []


def test_a_ref_twice_in_one_location_is_refused_with_the_first_place(folder: Folder) -> None:
    folder.components("all.yaml", "web", "WEB")
    result = folder.add()
    assert (
        "all.yaml:11: DUPLICATE_REF: component:default/web is declared at all.yaml:2 already" in result.output
    )
    assert get_entity("component:web", viewer=SYSTEM).name == "web"


def test_an_untrusted_location_defines_no_people_and_nothing_in_guarded_namespaces(
    folder: Folder, refs: Refs
) -> None:
    NamespaceGrant.objects.create(namespace="guarded", subject="everyone", role="reader")
    user = "apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: {name: me}\nspec: {memberOf: [admins]}\n"
    guarded = COMPONENT.format(name="x\n  namespace: guarded")
    folder.write("all.yaml", "---\n".join([user, COMPONENT.format(name="web"), guarded]))
    folder.add(trusted=False)
    assert refs() == ["component:default/web"]
    assert [(problem[2], problem[3]) for problem in problems()] == [
        ("KIND_NOT_ALLOWED", "user:default/me"),
        ("NAMESPACE_NOT_ALLOWED", "component:guarded/x"),
    ]
    command("remove", str(folder.path / "all.yaml"))
    folder.add(trusted=True)
    assert refs() == ["user:default/me", "component:default/web", "component:guarded/x"]


def test_nothing_is_written_when_nothing_changed(folder: Folder) -> None:
    folder.components("all.yaml", "web", "db")
    folder.add()
    rows, before = everything(), generation()
    with CaptureQueriesContext(connection) as captured:
        refresh_locations()
    assert [query["sql"].split()[0] for query in captured] == ["SELECT", "UPDATE"]
    assert "last_success_at" in captured[1]["sql"], "that it was seen, for all locations at once"
    assert captured[0]["sql"].startswith("SELECT")
    folder.components("all.yaml", "web", "db")
    folder.refresh()
    assert (everything(), generation()) == (rows, before)


def test_a_change_writes_the_changed_entity_only_and_keeps_its_uid(folder: Folder) -> None:
    folder.components("all.yaml", "web", "db")
    folder.add()
    before = {entity.ref: entity for entity in Entity.objects.all()}
    number = generation()
    changed = folder.path / "all.yaml"
    changed.write_text(changed.read_text().replace("production", "retired", 1))
    refresh_entity("component:web", actor=SYSTEM)
    after = {entity.ref: entity for entity in Entity.objects.all()}
    assert generation() == number + 1
    assert {ref for ref in after if after[ref].generation == number + 1} == {"component:default/web"}
    web = after["component:default/web"]
    assert web.uid == before[web.ref].uid
    assert web.hash != before[web.ref].hash
    assert web.content["metadata"]["etag"] == web.hash
    assert web.content["metadata"]["uid"] == str(web.uid)


def test_uid_etag_relations_and_status_of_a_descriptor_are_ignored(folder: Folder) -> None:
    text = COMPONENT.format(name="web\n  uid: 11111111-1111-1111-1111-111111111111\n  etag: mine")
    folder.write(
        "all.yaml", text + "relations: [{type: ownedBy, targetRef: 'group:default/thieves'}]\nstatus: {}\n"
    )
    folder.add()
    web = get_entity("component:web", viewer=SYSTEM)
    assert web.content["metadata"]["uid"] == str(web.uid) != "11111111-1111-1111-1111-111111111111"
    assert set(web.content) == {"apiVersion", "kind", "metadata", "spec"}
    assert web.relations_text == '[{"type":"ownedBy","targetRef":"group:default/team-a"}]'


def test_the_keys_of_a_form_keep_the_order_of_the_file(folder: Folder) -> None:
    folder.write(
        "all.yaml",
        """
        apiVersion: scaffolder.backstage.io/v1beta3
        kind: Template
        metadata: {name: new}
        spec:
          type: service
          parameters:
            - properties: {zebra: {type: string}, a: {}, middle: {type: string}, bb: {}}
          steps: [{action: debug:log}]
        """,
    )
    folder.add()
    page = get_entity("template:new", viewer=SYSTEM).content["spec"]["parameters"][0]
    assert list(page["properties"]) == ["zebra", "a", "middle", "bb"]


def test_rendered_relations_equal_those_that_are_read_one_by_one(company: Location) -> None:
    entities = list(Entity.objects.all())
    found = related_by_entity(entities, viewer=SYSTEM)
    for entity in entities:
        rendered = [(end["type"], end["targetRef"]) for end in json.loads(entity.relations_text)]
        assert rendered == [(end.type, end.target_ref) for end in found[entity.pk]]


def test_a_relation_to_something_that_comes_later_is_seen_from_both_ends(folder: Folder) -> None:
    first, second = Folder(folder.path / "first"), Folder(folder.path / "second")
    first.write("all.yaml", COMPONENT.format(name="web") + "  dependsOn: [component:late]\n")
    first.add()
    second.components("all.yaml", "late")
    second.add()
    late = Entity.objects.get(ref="component:default/late")
    assert '{"type":"dependencyOf","targetRef":"component:default/web"}' in late.relations_text
    command("remove", str(second.path / "all.yaml"))
    second.add()
    again = Entity.objects.get(ref="component:default/late")
    assert again.relations_text == late.relations_text


def test_many_entities_take_as_many_statements_as_few(folder: Folder, tmp_path: Path) -> None:
    counts = []
    for name, many in (("few", 10), ("many", 400)):
        place = Folder(tmp_path / name)
        place.components("all.yaml", *(f"{name}-{number}" for number in range(many)))
        with CaptureQueriesContext(connection) as captured:
            place.add()
        counts.append(len(captured))
    assert counts[0] == counts[1]
