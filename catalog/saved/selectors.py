"""Reading saved views: one's own, and those of the groups that one is in."""

from uuid import UUID

from django.db.models import Q, QuerySet

from catalog.permissions import READ_SCOPE, subjects_sql
from catalog.saved.models import SavedView
from portal.accounts.principal import Principal
from portal.rest.errors import NotFound


def find_saved_views(*, viewer: Principal) -> QuerySet[SavedView]:
    """The viewer's own and the viewer's groups', by name; what others keep for themselves is theirs alone."""
    rows = SavedView.objects.order_by("name", "id")
    if not viewer.has_scope(READ_SCOPE) or viewer.account is None:
        return rows.none()
    return rows.filter(Q(account=viewer.account) | Q(group_ref__in=subjects_sql(viewer)))


def get_saved_view(uid: UUID | None, *, viewer: Principal, lock: bool = False) -> SavedView:
    """With `lock`, nobody else changes it before the end of the transaction.

    Raises NotFound where it is missing or somebody else's.
    """
    rows = find_saved_views(viewer=viewer)
    view = (rows.select_for_update() if lock else rows).filter(uid=uid).first() if uid else None
    if view is None:
        raise NotFound(
            "There is no saved view with this id, or it is somebody else's.",
            code="SAVED_VIEW_NOT_FOUND",
            path=("id",),
        )
    return view
