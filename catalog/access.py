"""Who can see and change an entity, and why: the same rules as in permissions.py, told in words."""

from dataclasses import dataclass, field

from catalog.entities.refs import namespace_of
from catalog.models import Entity
from catalog.permissions import hidden_namespaces, may_edit, subjects_of
from catalog.selectors import get_entity
from portal.accounts.models import NamespaceGrant
from portal.accounts.principal import Principal

ADMINISTRATORS = "administrators"


@dataclass(frozen=True, slots=True)
class AccessEntry:
    """A subject (a ref, `everyone` or `administrators`), what it may (reader, editor, owner), and why."""

    subject: str
    role: str
    because: str


@dataclass(slots=True)
class Access:
    """`everyone` says whether all who sign in may see it; the lists hold who has more than that."""

    everyone: bool
    readers: list[AccessEntry] = field(default_factory=list)
    editors: list[AccessEntry] = field(default_factory=list)
    owners: list[AccessEntry] = field(default_factory=list)
    complete: bool = True


def explain_access(ref: str, *, viewer: Principal) -> Access:
    """Who may see and change an entity. Raises NotFound where it is missing or hidden.

    Who may not change it is told of everyone and of the viewer's own groups only: `complete` is false then.
    """
    entity = get_entity(ref, viewer=viewer)
    grants = list(NamespaceGrant.objects.filter(namespace=entity.namespace).order_by("subject"))
    entries = [*_of_everyone(entity, grants), *_of_grants(entity, grants), *_of_owner(entity)]
    complete = may_edit(viewer, entity) or viewer.sees_everything
    if not complete:
        known = {*subjects_of(viewer), NamespaceGrant.EVERYONE, ADMINISTRATORS}
        entries = [entry for entry in entries if entry.subject in known]
    hidden = hidden_namespaces(viewer)
    shown = [entry for entry in entries if namespace_of(entry.subject) not in hidden]
    access = Access(
        everyone=not grants or any(grant.subject == NamespaceGrant.EVERYONE for grant in grants),
        complete=complete,
    )
    lists = {"reader": access.readers, "editor": access.editors, "owner": access.owners}
    for entry in shown:
        lists[entry.role].append(entry)
    return access


def _of_everyone(entity: Entity, grants: list[NamespaceGrant]) -> list[AccessEntry]:
    entries = [AccessEntry(ADMINISTRATORS, "editor", "Administrators see and change everything.")]
    if not grants:
        why = f"The namespace {entity.namespace} has no grants, so everyone signed in may read it."
        entries.append(AccessEntry(NamespaceGrant.EVERYONE, "reader", why))
    return entries


def _of_grants(entity: Entity, grants: list[NamespaceGrant]) -> list[AccessEntry]:
    return [
        AccessEntry(grant.subject, grant.role, f"{grant.role} of the namespace {entity.namespace}")
        for grant in grants
    ]


def _of_owner(entity: Entity) -> list[AccessEntry]:
    """Whoever is owner may change the entity; a group's members, and those of groups below it, are it too."""
    if not entity.owner_ref:
        return []
    return [AccessEntry(entity.owner_ref, "owner", "spec.owner names it; members count, transitively.")]
