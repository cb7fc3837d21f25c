"""The documentation of an entity as facts, and the check that ships for it."""

from datetime import timedelta

from catalog.models import Entity
from plugins.docs.facts import facts_by_entity
from plugins.docs.models import DocSet, Page
from plugins.scorecards.language import compiled, values_of


def passes(entity: Entity) -> bool | None:
    known = {f"docs.{name}": value for name, value in facts_by_entity([entity])[entity.pk].values.items()}
    now = Page.objects.order_by("-updated_at").values_list("updated_at", flat=True).first()
    expression = compiled("docs.pages > 0 && now - docs.updatedAt < duration('8760h')")
    return expression.answer(values_of(entity, known, [], now)).value


def test_documentation_is_there_and_fresh_or_not(folder):
    for name in ("engine", "bare"):
        folder.entity(name, reference="dir:." if name == "engine" else "dir:./docs")
    folder.write("engine/docs/index.md", "# Engine\n")
    folder.register()
    engine, bare = (Entity.objects.get(name=name) for name in ("engine", "bare"))
    known = facts_by_entity([engine, bare])
    assert (known[engine.pk].values["pages"], known[engine.pk].values["readable"]) == (1, True)
    assert known[bare.pk].values["pages"] == 0
    assert (passes(engine), passes(bare)) == (True, False)
    old = Page.objects.get()
    Page.objects.create(
        docset=old.docset, path="old.md", position=1, title="x", html="", text="", hash="",
        updated_at=old.updated_at - timedelta(days=400),
    )  # fmt: skip
    assert passes(engine) is True, "one fresh page is enough"


def test_documentation_of_another_entity_counts_and_what_was_not_read_yet_is_not_known(folder):
    folder.entity()
    folder.write("engine/docs/index.md", "# Engine\n")
    for name, more in (
        ("pump", "{backstage.io/techdocs-entity: component:default/engine}"),
        ("new", "{backstage.io/techdocs-ref: 'dir:./later'}"),
        ("plain", "{}"),
    ):
        folder.write(
            f"{name}/catalog-info.yaml",
            "apiVersion: backstage.io/v1alpha1\nkind: Component\n"
            f"metadata: {{name: {name}, annotations: {more}}}\n"
            "spec: {type: service, lifecycle: production, owner: team-a}\n",
        )
    folder.register()
    DocSet.objects.filter(entity_ref="component:default/new").delete()
    entities = {each.name: each for each in Entity.objects.filter(kind="Component")}
    known = facts_by_entity(list(entities.values()))
    pages = {name: known[each.pk].values["pages"] for name, each in entities.items() if each.pk in known}
    assert pages == {"engine": 1, "pump": 1, "plain": 0}
