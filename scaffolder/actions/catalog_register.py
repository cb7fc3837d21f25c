"""catalog:register: a repository of the embedded git host becomes a location of the catalog."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings

from catalog.models import Entity, Location
from catalog.selectors import find_locations, get_location
from catalog.services import refresh_location, register_location, unregister_location
from portal.rest.errors import PortalError
from scaffolder.actions.action import UNKNOWN, Action, ActionContext, ActionError, Effect, Example, Plan
from scaffolder.running.workspace import WorkspaceError, checked_path

DEFAULT_PATH = "/catalog-info.yaml"
OUTPUT = ("entityRef", "catalogInfoUrl")
TARGET = re.compile(r"git:(?P<owner>[^/\s]+)/(?P<name>[^/\s]+?)(?:\.git)?(?:/(?P<path>.+))?")


def _run(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    """Register the location unless it is registered, read it, and name the entity it defines."""
    target = _checked_target(input)
    try:
        entity = _registered_entity(target, context)
    except PortalError as error:
        if input.get("optional"):
            context.log(f"Not registered: {error.message}", level="warning")
            return {"catalogInfoUrl": target}
        raise ActionError(f"{target}: {error.message}") from error
    context.log(f"Registered {entity.ref} from {target}")
    return {"catalogInfoUrl": target, "entityRef": entity.ref}


def _registered_entity(target: str, context: ActionContext) -> Entity:
    def find() -> dict[str, Any] | None:
        found = _find_location(target, context)
        return {"uid": str(found.uid)} if found else None

    def make() -> dict[str, Any]:
        return {"uid": str(register_location(target, actor=context.actor).uid)}

    registered = context.once(Effect("register", f"location {target}"), find=find, make=make)
    location = get_location(UUID(registered["uid"]), viewer=context.actor)
    entity = _first_entity(location)
    if entity is None:
        refresh_location(location.uid, actor=context.actor)
        entity = _first_entity(location)
    if entity is None:
        problem = location.problems.first()
        why = problem.message if problem else "it defines no entity"
        raise ActionError(f"{target}: it was registered, but {why}")
    return entity


def _plan(input: Mapping[str, Any], context: ActionContext) -> Plan:
    if UNKNOWN in str(input.get("catalogInfoUrl", input.get("repoContentsUrl"))):
        return Plan((Effect("register", f"location {UNKNOWN}"),), dict.fromkeys(OUTPUT, UNKNOWN))
    target = _checked_target(input)
    is_there = _find_location(target, context) is not None
    effects = () if is_there else (Effect("register", f"location {target}"),)
    return Plan(effects, {"catalogInfoUrl": target, "entityRef": UNKNOWN})


def _undo(effect: Effect, result: Mapping[str, Any], context: ActionContext) -> None:
    location = _find_location(effect.target.removeprefix("location "), context)
    if location is not None:
        unregister_location(location.uid, actor=context.actor)


def _find_location(target: str, context: ActionContext) -> Location | None:
    kind, _, path = target.partition(":")
    return find_locations(viewer=context.actor).filter(type=kind, target=path).first()


def _first_entity(location: Location) -> Entity | None:
    """The entity that a page leads to: the first component, else the first of any kind but Location."""
    entities = list(Entity.objects.filter(location=location).exclude(kind="Location").order_by("pk"))
    return next((entity for entity in entities if entity.kind == "Component"), None) or next(
        iter(entities), None
    )


def _checked_target(input: Mapping[str, Any]) -> str:
    """`git:<owner>/<name>/<path>` of what the input names. Raises ActionError for any other host."""
    parameter = "catalogInfoUrl" if "catalogInfoUrl" in input else "repoContentsUrl"
    written = str(input[parameter])
    url = written.removeprefix(f"{settings.GIT_URL}/")
    found = TARGET.fullmatch(url if url.startswith("git:") else f"git:{url}")
    if found is None or "://" in url:
        raise ActionError(
            f"{parameter}: {written!r} is not in the embedded git host. Write the output of publish:git."
        )
    path = found["path"] or ""
    if parameter == "repoContentsUrl":
        path = f"{path}/{str(input.get('catalogInfoPath') or DEFAULT_PATH).lstrip('/')}"
    try:
        inside = checked_path(path.strip("/") or DEFAULT_PATH.strip("/"), parameter="catalogInfoPath")
    except WorkspaceError as error:
        raise ActionError(str(error)) from None
    return f"git:{found['owner']}/{found['name']}/{inside}"


ACTION = Action(
    id="catalog:register",
    title="Register in the catalog",
    description="Registers a descriptor of a repository of the embedded git host, and reads it.",
    input_schema={
        "type": "object",
        "oneOf": [{"required": ["catalogInfoUrl"]}, {"required": ["repoContentsUrl"]}],
        "additionalProperties": False,
        "properties": {
            "catalogInfoUrl": {"type": "string", "description": "The descriptor: `git:owner/name/path`."},
            "repoContentsUrl": {"type": "string", "description": "The repository, as publish:git gives it."},
            "catalogInfoPath": {"type": "string", "description": f"In the repository; `{DEFAULT_PATH}`."},
            "optional": {"type": "boolean", "description": "Go on if it cannot be registered."},
        },
    },
    output_schema={
        "type": "object",
        "properties": {
            "entityRef": {"type": "string", "description": "The component that the descriptor defines."},
            "catalogInfoUrl": {"type": "string"},
        },
    },
    run=_run,
    plan=_plan,
    undo=_undo,
    scopes=frozenset({"catalog:write"}),
    examples=(
        Example(
            "Register what publish:git made",
            input={"repoContentsUrl": "git:default/cart"},
            repository={
                "catalog-info.yaml": (
                    "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: cart\n"
                    "spec:\n  type: service\n  lifecycle: experimental\n  owner: team-a\n"
                )
            },
            output={
                "entityRef": "component:default/cart",
                "catalogInfoUrl": "git:default/cart/catalog-info.yaml",
            },
        ),
    ),
)
