"""Keeping views of the catalog's list by a name, and forgetting them; each writes its audit record."""

from uuid import UUID

from django.db import IntegrityError, transaction

from catalog.entities.refs import EntityRef, InvalidRef
from catalog.permissions import WRITE_SCOPE, subjects_of
from catalog.saved.models import MAX_NAME, SavedView
from catalog.saved.selectors import get_saved_view
from portal.accounts.permissions import require_scope
from portal.accounts.principal import Principal
from portal.audit.services import operation
from portal.rest.errors import Conflict, Denied, Invalid

MAX_VIEWS = 100
"""Of an account, and of a group."""

MAX_SEARCH = 4000


def save_view(
    uid: UUID | None, *, name: str, search: str, group_ref: str | None, actor: Principal
) -> SavedView:
    """Keep what the list shows under a name, for the actor or for one of the actor's groups; with `uid`,
    change the view that there is.

    Raises NotFound, Denied for groups that the actor is not in, Conflict where the name is taken, Invalid.
    """
    with operation("view.save", actor=actor, target=f"{actor.label}: {name[:MAX_NAME]}") as now:
        require_scope(actor, WRITE_SCOPE)
        if actor.account is None:
            raise Invalid("The portal itself keeps no views: sign in.")
        view = get_saved_view(uid, viewer=actor, lock=True) if uid else SavedView()
        view.name, view.search = _checked_name(name), _checked_search(search)
        view.group_ref = _own_group(group_ref, actor) if group_ref else ""
        view.account = None if view.group_ref else actor.account
        view.author = actor.label
        _refuse_taken(view)
        _keep(view)
        now.target = f"view:{view.uid}"
        now.detail = {"name": view.name, "search": view.search, "group": view.group_ref}
    return view


def delete_view(uid: UUID | None, *, actor: Principal) -> None:
    """Forget a view, one's own or a group's that the actor is in. Raises NotFound and Denied."""
    with operation("view.delete", actor=actor, target=f"view:{uid}") as now:
        require_scope(actor, WRITE_SCOPE)
        view = get_saved_view(uid, viewer=actor)
        now.detail = {"name": view.name, "group": view.group_ref}
        view.delete()


def _own_group(text: str, actor: Principal) -> str:
    """The canonical ref of a group that the actor is in."""
    try:
        ref = EntityRef.parse(text, default_kind="group")
    except InvalidRef as error:
        raise Invalid(str(error), code="INVALID_REF", path=("groupRef",)) from None
    if ref.kind != "group" or str(ref) not in subjects_of(actor):
        raise Denied(f"You are not in {str(ref)[:200]}: share views with groups that you are in.")
    return str(ref)


def _keep(view: SavedView) -> None:
    """Somebody else may have taken the name since it was looked for."""
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError:
        raise _taken(view) from None


def _taken(view: SavedView) -> Conflict:
    whose = view.group_ref or "you"
    return Conflict(
        f"There is a view “{view.name}” of {whose} already: choose another name, or change that one.",
        code="NAME_TAKEN",
        path=("name",),
    )


def _refuse_taken(view: SavedView) -> None:
    others = SavedView.objects.filter(account=view.account, group_ref=view.group_ref).exclude(pk=view.pk)
    if others.filter(name=view.name).exists():
        raise _taken(view)
    if others.count() >= MAX_VIEWS:
        raise Invalid(f"There are {MAX_VIEWS} views already: delete one first.", code="TOO_MANY_VIEWS")


def _checked_name(text: str) -> str:
    name = " ".join(text.split())
    if not 0 < len(name) <= MAX_NAME or not name.isprintable():
        raise Invalid(f"Give it a name of at most {MAX_NAME} characters.", path=("name",))
    return name


def _checked_search(text: str) -> str:
    if len(text) > MAX_SEARCH or not text.isprintable():
        raise Invalid(
            f"What the list shows is the address after its question mark, at most {MAX_SEARCH} characters.",
            path=("search",),
        )
    return text.removeprefix("?")
