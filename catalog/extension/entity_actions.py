"""Runs what plugins let people do to an entity."""

import logging
import uuid
from typing import Any

from django.conf import settings
from django.db import connection
from jsonschema import Draft7Validator

from catalog.extension_points import entity_actions
from catalog.models import Entity
from catalog.permissions import WRITE_SCOPE, may_edit, require
from catalog.selectors import get_entity
from portal.accounts.permissions import require_scope
from portal.accounts.principal import Principal
from portal.audit.services import operation
from portal.extension.acceptance import acting
from portal.extension.actions import ActionRefused, EntityAction
from portal.extension.claims import ClaimRefused, refusal
from portal.extension.narrowing import entities_for
from portal.extension.permissions import may as has_permission
from portal.rest.errors import Denied, Invalid, NotFound, PortalError, Unexpected

__all__ = ["run_entity_action"]

logger = logging.getLogger(__name__)


def run_entity_action(ref: str, *, plugin: str, action: str, values: Any, actor: Principal) -> str:
    """Run a plugin's action on an entity; answers its sentence.

    Raises NotFound, Denied, Invalid where the values do not fit its schema or the plugin refuses them, and
    Unexpected (PLUGIN_FAILED) where the plugin broke: then nothing is changed.
    """
    with operation("plugin.act", actor=actor, target=ref) as now:
        require_scope(actor, WRITE_SCOPE)
        entity = get_entity(ref, viewer=actor)
        found = _find(plugin, action)
        now.target, now.namespace = entity.ref, entity.namespace
        now.detail.update(plugin=plugin, action=action)
        theirs = _as_the_plugin_sees(entity, plugin)
        with acting(plugin):
            may = found.may is None or found.may(theirs, actor)
        allowed = may_edit(actor, entity) and may and has_permission(actor, found.permission)
        require(allowed, f"Only those who may edit {entity.ref} may do that: ask its owner.", actor=actor)
        _require_fit(found, values)
        return _run(found, theirs, values, plugin=plugin, actor=actor)


def _find(plugin: str, action: str) -> EntityAction:
    for item in entity_actions.read():
        if (item.plugin, item.name) == (plugin, action):
            return item.value
    raise NotFound(
        f"The plugin {plugin} offers no action {action}: is it enabled? The plugins page lists what it adds.",
        code="ACTION_NOT_FOUND",
        path=("action",),
    )


def _as_the_plugin_sees(entity: Entity, plugin: str) -> Entity:
    """Raises Denied where the plugin was not accepted for entities of this kind."""
    shown: list[Entity] = entities_for(plugin, [entity])
    if not shown:
        raise Denied(refusal(plugin, "kinds", entity.kind), code=ClaimRefused.code)
    return shown[0]


def _require_fit(action: EntityAction, values: Any) -> None:
    causes = [
        Invalid(error.message, path=("values", *map(str, error.absolute_path)))
        for error in Draft7Validator(action.input_schema).iter_errors(values)
    ]
    if causes:
        error = Invalid("The values do not fit what the action takes.", path=("values",))
        error.causes = tuple(causes)  # type: ignore[attr-defined]
        raise error


def _run(action: EntityAction, entity: Entity, values: Any, *, plugin: str, actor: Principal) -> str:
    limit = int(1000 * settings.PLUGIN_DEADLINE)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(limit)])
        with acting(plugin):
            return str(action.run(entity, values, actor=actor))[:1000]
    except ClaimRefused as refused:
        raise Denied(str(refused), code=refused.code) from None
    except ActionRefused as refusal:
        path = ("values", refusal.field) if refusal.field else ()
        raise Invalid(refusal.message, path=path) from None
    except PortalError:
        raise
    except Exception as error:
        reference = uuid.uuid4().hex[:12]
        logger.exception("plugin=%s reference=%s the action %s failed", plugin, reference, action.name)
        raise Unexpected(
            f"The plugin {plugin} failed and nothing was changed. The log says more at {reference}.",
            code="PLUGIN_FAILED",
        ) from error
