"""Asks for fresh snapshots of what a panel shows, on the page of an entity or a plugin or the home page."""

from collections.abc import Mapping
from typing import Any

from catalog.extension_points import entity_panels
from catalog.permissions import WRITE_SCOPE
from catalog.selectors import get_entity
from portal.accounts.permissions import require_scope
from portal.accounts.principal import Principal
from portal.audit.services import operation
from portal.extension.collecting import panel_id, snapshots_of_home_panel, snapshots_of_panel
from portal.extension.page_collecting import page_id, pages_for, snapshots_of_page_panel
from portal.extension_points import home_panels, pages
from portal.rest.errors import Invalid, NotFound
from portal.snapshots.services import request_refresh

__all__ = ["refresh_panel"]

Snapshots = list[tuple[str, str]] | None


def refresh_panel(
    panel: str,
    *,
    actor: Principal,
    ref: str | None = None,
    page: str | None = None,
    given: Mapping[str, Any] | None = None,
) -> int:
    """Have fetched again what a panel is made from; answers how many snapshots that are.

    It is a panel of the entity `ref`, of the plugin's page `page` as it is asked for with `given`, or,
    without either, of the home page. Raises Denied where a token may not write, Invalid where both are
    named, NotFound where there is no such panel.
    """
    with operation("panel.refresh", actor=actor, target=ref or page or "home") as now:
        require_scope(actor, WRITE_SCOPE)
        if ref is not None and page is not None:
            raise Invalid(
                "A panel is on the page of an entity or of a plugin: leave one out.", path=("page",)
            )
        now.detail = {"panel": panel}
        if ref is not None:
            entity = get_entity(ref, viewer=actor)
            now.target, now.namespace = entity.ref, entity.namespace
            found = _of_entity(panel, entity, actor)
        elif page is not None:
            found = _of_page(panel, page, given or {}, actor)
        else:
            found = _of_home(panel, actor)
        if found is not None:
            return sum(request_refresh(source, [target]) for source, target in found)
    where = ref or page or "the home page"
    raise NotFound(f"No plugin shows a panel {panel} for {where}.", code="PANEL_NOT_FOUND", path=("panel",))


def _of_entity(panel: str, entity: Any, actor: Principal) -> Snapshots:
    for item in entity_panels.read():
        if panel_id(item.plugin, item.name) == panel:
            return snapshots_of_panel(item, entity, viewer=actor)
    return None


def _of_page(panel: str, page: str, given: Mapping[str, Any], actor: Principal) -> Snapshots:
    for item in pages_for(pages.read(), viewer=actor):
        if page_id(item) == page:
            return snapshots_of_page_panel(item, panel, viewer=actor, given=given)
    return None


def _of_home(panel: str, actor: Principal) -> Snapshots:
    for item in home_panels.read():
        if panel_id(item.plugin, item.name) == panel:
            return snapshots_of_home_panel(item, viewer=actor)
    return None
