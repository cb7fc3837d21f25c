"""Who may see and change what: roles in a namespace, and ownership through the groups of the catalog."""

from collections.abc import Collection, Sequence

from django.db import connection
from django.db.models import BooleanField, F, Func, Q
from django.db.models.expressions import RawSQL

from catalog.ingestion.rules import is_allowed
from catalog.models import Entity, Location
from portal.accounts.models import NamespaceGrant
from portal.accounts.permissions import require_scope
from portal.accounts.principal import Principal
from portal.rest.errors import Denied

WRITE_SCOPE = "catalog:write"
READ_SCOPE = "read"
NOTHING = Q(pk__in=[])

# Only trusted locations may define users and groups, so these rows may give rights. Both directions count:
# a user names its groups or a group its members; a group names its parent or a parent its children.
# A group's members are members of every group above it.
SUBJECTS = """
    WITH RECURSIVE subject(ref) AS (
        SELECT %s::text
      UNION
        SELECT above.ref FROM subject JOIN LATERAL (
            SELECT r.target_ref AS ref FROM catalog_entity e JOIN catalog_relation r ON r.source_id = e.id
             WHERE e.ref = subject.ref AND e.kind IN ('User', 'Group') AND r.type IN ('memberOf', 'childOf')
          UNION ALL
            SELECT g.ref FROM catalog_relation r JOIN catalog_entity g ON g.id = r.source_id
             WHERE r.target_ref = subject.ref AND r.inverse IN ('memberOf', 'childOf') AND g.kind = 'Group'
        ) above ON true
    )
    SELECT ref FROM subject
"""

# The other way: everybody whose subjects these are.
BELOW = """
    WITH RECURSIVE below(ref) AS (
        SELECT unnest(%s::text[])
      UNION
        SELECT next.ref FROM below JOIN LATERAL (
            SELECT e.ref FROM catalog_relation r JOIN catalog_entity e ON e.id = r.source_id
             WHERE r.target_ref = below.ref AND r.type IN ('memberOf', 'childOf')
               AND e.kind IN ('User', 'Group')
          UNION ALL
            SELECT r.target_ref FROM catalog_entity g JOIN catalog_relation r ON r.source_id = g.id
             WHERE g.ref = below.ref AND g.kind = 'Group' AND r.inverse IN ('memberOf', 'childOf')
        ) next ON true
    )
    SELECT ref FROM below WHERE ref LIKE 'user:%%'
"""

# Namespaces that have grants, none of them for everyone or for one of the subjects.
HIDDEN = f"""
    SELECT namespace FROM accounts_namespacegrant GROUP BY namespace
    HAVING NOT bool_or(subject = %s OR subject IN ({SUBJECTS}))
"""  # noqa: S608 - both texts are constants


def subjects_of(principal: Principal) -> frozenset[str]:
    """The refs that rights and ownership are given to: the user's own and all its groups', transitively."""
    if principal.user_ref is None:
        return frozenset()
    with connection.cursor() as cursor:
        cursor.execute(SUBJECTS, [principal.user_ref])
        return frozenset(ref for (ref,) in cursor.fetchall())


def users_below(refs: Collection[str]) -> frozenset[str]:
    """The users among these refs, and the members of its groups and of all groups below them."""
    with connection.cursor() as cursor:
        cursor.execute(BELOW, [list(refs)])
        return frozenset(ref for (ref,) in cursor.fetchall())


def subjects_sql(principal: Principal) -> RawSQL:
    """The same refs as a part of a statement, for `__in`."""
    return RawSQL(SUBJECTS, [principal.user_ref or ""])  # noqa: S611 - a constant text


def hidden_namespaces(viewer: Principal) -> frozenset[str]:
    """The namespaces whose entities the viewer may not know of, also as ends of relations."""
    if viewer.sees_everything:
        return frozenset()
    with connection.cursor() as cursor:
        cursor.execute(HIDDEN, [NamespaceGrant.EVERYONE, viewer.user_ref or ""])
        return frozenset(namespace for (namespace,) in cursor.fetchall())


def visible_to(viewer: Principal, field: str = "namespace", *, hidden: frozenset[str] | None = None) -> Q:
    """The rows whose namespace, in `field`, the viewer may read; a token without its scope reads nothing.

    `hidden` is what is hidden from the viewer, where that was read a moment ago.
    """
    if not viewer.has_scope(READ_SCOPE):
        return NOTHING
    if viewer.sees_everything:
        return Q()
    if hidden is not None:
        return ~Q(**{f"{field}__in": sorted(hidden)}) if hidden else Q()
    found = RawSQL(HIDDEN, [NamespaceGrant.EVERYONE, viewer.user_ref or ""])  # noqa: S611 - a constant text
    return ~Q(_IsOneOf(F(field), found))


class _IsOneOf(Func):
    """Whether a column is one of a list that is read once for the whole statement.

    With IN, the planner takes the list to be read for every row of a join, and reads whole tables instead.
    """

    template = "(%(expressions)s))"
    arg_joiner = " = ANY(ARRAY"
    output_field = BooleanField()
    conditional = True


def may_edit(principal: Principal, entity: Entity) -> bool:
    """Change an entity: who owns it, who edits its namespace, administrators; tokens by their scope."""
    return bool(editable(principal, [entity]))


def editable(principal: Principal, entities: Sequence[Entity]) -> frozenset[str]:
    """The refs of those entities that the principal may edit."""
    if not principal.has_scope(WRITE_SCOPE):
        return frozenset()
    if principal.is_admin:
        return frozenset(entity.ref for entity in entities)
    subjects = subjects_of(principal)
    others = {entity.namespace for entity in entities if entity.owner_ref not in subjects}
    edited = _edited(subjects, others)
    return frozenset(e.ref for e in entities if e.owner_ref in subjects or e.namespace in edited)


def may_refresh(principal: Principal, entity: Entity) -> bool:
    """Read an entity's source again: who may edit it, who may refresh its location."""
    return bool(refreshable(principal, [entity]))


def refreshable(principal: Principal, entities: Sequence[Entity]) -> frozenset[str]:
    """The refs of those entities, with their locations, that the principal may refresh."""
    allowed = editable(principal, entities)
    rest = {e.ref: e.location for e in entities if e.location is not None and e.ref not in allowed}
    if not rest or not principal.has_scope(WRITE_SCOPE):
        return allowed
    own = {ref for ref, location in rest.items() if location.registered_by == principal.label}
    others = {location.namespace for ref, location in rest.items() if ref not in own}
    edited = _edited(subjects_of(principal), others)
    return allowed | {ref for ref, location in rest.items() if ref in own or location.namespace in edited}


def may_overlay(principal: Principal, entity: Entity) -> bool:
    """Overlay an entity: who may edit it; what its location defines only if trusted, administrators."""
    return bool(overlayable(principal, [entity]))


def overlayable(principal: Principal, entities: Sequence[Entity]) -> frozenset[str]:
    """The refs of those entities, with their locations, that the principal may overlay."""
    if principal.is_admin:
        return frozenset(entity.ref for entity in entities)
    places = [(entity, entity.location) for entity in entities]
    open_to_all = [
        entity
        for entity, where in places
        if where is not None and is_allowed(entity.kind, entity.type, type=where.type, target=where.target)
    ]
    return editable(principal, open_to_all)


def may_register(principal: Principal, namespace: str) -> bool:
    """Register a location for a namespace: everyone signed in where it has no grant, else its editors."""
    if not principal.has_scope(WRITE_SCOPE):
        return False
    if principal.is_admin or not NamespaceGrant.objects.filter(namespace=namespace).exists():
        return True
    return _edits(subjects_of(principal), namespace)


def may_manage(principal: Principal, location: Location) -> bool:
    """Refresh or unregister a location: who registered it, who edits its namespace, administrators."""
    if not principal.has_scope(WRITE_SCOPE):
        return False
    if principal.is_admin or location.registered_by == principal.label:
        return True
    return _edits(subjects_of(principal), location.namespace)


def _edits(subjects: frozenset[str], namespace: str) -> bool:
    return bool(_edited(subjects, [namespace]))


def _edited(subjects: frozenset[str], namespaces: Collection[str]) -> frozenset[str]:
    """Those of the namespaces that one of the subjects, or everyone, may edit."""
    if not namespaces:
        return frozenset()
    grants = NamespaceGrant.objects.filter(
        namespace__in=namespaces,
        subject__in=[*subjects, NamespaceGrant.EVERYONE],
        role__in=[NamespaceGrant.Role.EDITOR, NamespaceGrant.Role.OWNER],
    )
    return frozenset(grants.values_list("namespace", flat=True))


def require(allowed: bool, why: str, *, actor: Principal) -> None:
    """Raise Denied with `why` unless allowed; the `audit.operation` around it writes the denial down."""
    require_scope(actor, WRITE_SCOPE)
    if not allowed:
        raise Denied(why)
