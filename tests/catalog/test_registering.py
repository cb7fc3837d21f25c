"""Who registers, previews and removes locations, and where."""

from typing import Any

import pytest

from catalog.models import Entity, Location
from catalog.services import (
    preview_location,
    register_location,
    unregister_location,
)
from portal.accounts.models import Account, NamespaceGrant
from portal.accounts.principal import Principal
from portal.audit.models import Record
from portal.rest.errors import Conflict, Denied, Invalid, PortalError

from .conftest import COMPONENT, Folder, everything


def test_only_who_registered_a_location_or_edits_its_namespace_removes_it(
    folder: Folder, inside: Principal, outside: Principal, settings: Any
) -> None:
    settings.CATALOG_ROOTS = [folder.path]
    folder.components("all.yaml", "web")
    location = register_location(f"file:{folder.path}/all.yaml", actor=inside)
    before = everything()
    with pytest.raises(Denied):
        unregister_location(location.uid, actor=outside)
    assert everything() == before
    unregister_location(location.uid, actor=inside)
    assert everything() == []
    assert list(Record.objects.order_by("id").values_list("actor", "action", "outcome")) == [
        ("user:default/member", "location.register", "allowed"),
        ("user:default/outsider", "location.unregister", "denied"),
        ("user:default/member", "location.unregister", "allowed"),
    ]


def test_members_register_inside_of_the_roots_only(folder: Folder, inside: Principal, settings: Any) -> None:
    root = Folder(folder.path / "root")
    folder.components("outside.yaml", "outside")
    root.components("all.yaml", "web")
    (root.path / "link.yaml").symlink_to(folder.path / "outside.yaml")
    settings.CATALOG_ROOTS = [root.path]
    for target in (
        f"file:{folder.path}/outside.yaml",
        f"file:{root.path}/../outside.yaml",
        f"file:{root.path}/link.yaml",
        f"file:{folder.path}/root-sibling/all.yaml",
        "file:all.yaml",
        "file:/etc/passwd",
        "file:~/x",
    ):
        with pytest.raises(Invalid) as caught:
            register_location(target, actor=inside)
        assert caught.value.code == "OUTSIDE_ROOT"
    assert everything() == []
    assert Location.objects.count() == 0
    register_location(f"file:{root.path}/all.yaml", actor=inside)
    with pytest.raises(Conflict):
        register_location(f"file:{root.path}/./all.yaml", actor=inside)


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("ftp://example.com/x", "UNKNOWN_LOCATION_TYPE"),
        ("url:http://127.0.0.1:1/x", "REFUSED"),
        ("git:../../etc", "TARGET_NOT_READ"),
        ("git:one", "TARGET_NOT_READ"),
        ("git:acme/nothing", "FILE_MISSING"),
        ("git:acme/--upload-pack=x", "REFUSED"),
        ("nothing", "INVALID_REF"),
    ],
)
def test_a_target_that_cannot_be_read_is_not_registered(
    inside: Principal, target: str, code: str, settings: Any, folder: Folder
) -> None:
    settings.GIT_ROOT = str(folder.path)
    with pytest.raises(PortalError) as caught:
        register_location(target, actor=inside)
    assert caught.value.code == code
    assert Location.objects.count() == 0


def test_members_register_nothing_trusted_and_nothing_in_a_namespace_they_do_not_edit(
    folder: Folder, inside: Principal, admin: Account, settings: Any
) -> None:
    settings.CATALOG_ROOTS = [folder.path]
    target = f"file:{folder.components('all.yaml', 'web')}"
    NamespaceGrant.objects.create(namespace="team", subject="user:default/member", role="reader")
    for extra in ({"trusted": True}, {"root": "/"}, {"namespace": "team"}):
        with pytest.raises(Denied):
            register_location(target, actor=inside, **extra)  # type: ignore[arg-type]
    assert Location.objects.count() == 0
    NamespaceGrant.objects.update(role="editor")
    assert register_location(target, actor=inside, namespace="team").namespace == "team"
    Location.objects.all().delete()
    Entity.objects.all().delete()
    assert register_location(target, actor=Principal(account=admin), trusted=True).trusted


def test_a_preview_says_what_would_happen_and_changes_nothing(
    folder: Folder, company: Location, inside: Principal, settings: Any
) -> None:
    settings.CATALOG_ROOTS = [folder.path]
    user = "---\napiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: {name: x}\nspec: {memberOf: []}\n"
    taken, new = COMPONENT.format(name="orders"), COMPONENT.format(name="new")
    folder.write("all.yaml", f"{taken}---{new}{user}---\nkind: [\n")
    before, locations = everything(), Location.objects.count()
    found = preview_location(f"file:{folder.path}/all.yaml", actor=inside)
    assert [(each.ref, each.outcome, each.path, each.message.partition(":")[0]) for each in found] == [
        ("component:default/new", "add", "all.yaml:11", ""),
        ("", "refused", "all.yaml:26", "YAML_SYNTAX"),
        ("user:default/x", "refused", "all.yaml:20", "KIND_NOT_ALLOWED"),
        ("component:default/orders", "refused", "all.yaml:2", "REF_CONFLICT"),
    ]
    assert (everything(), Location.objects.count()) == (before, locations)
    register_location(f"file:{folder.path}/all.yaml", actor=inside)
    again = preview_location(f"file:{folder.path}/all.yaml", actor=inside)
    assert (again[0].ref, again[0].outcome) == ("component:default/new", "unchanged")
