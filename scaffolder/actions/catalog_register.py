"""catalog:register: a descriptor becomes a location of the catalog, wherever it has been published."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings

from catalog.ingestion.targets import find_registered
from catalog.models import Entity, Location
from catalog.selectors import get_location
from catalog.services import refresh_location, register_location, unregister_location
from portal.integrations.errors import IntegrationError
from portal.integrations.forges import read_page
from portal.rest.errors import PortalError
from scaffolder.actions.action import UNKNOWN, Action, ActionContext, ActionError, Effect, Example, Plan
from scaffolder.actions.inputs import flag, text
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
            return {"catalogInfoUrl": target.removeprefix("url:")}
        raise ActionError(f"{target}: {error.message}") from error
    context.log(f"Registered {entity.ref} from {target}")
    return {"catalogInfoUrl": target.removeprefix("url:"), "entityRef": entity.ref}


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
    try:
        is_there = _find_location(target, context) is not None
    except PortalError as error:
        raise ActionError(f"{target}: {error.message}") from error
    effects = () if is_there else (Effect("register", f"location {target}"),)
    return Plan(effects, {"catalogInfoUrl": target.removeprefix("url:"), "entityRef": UNKNOWN})


def _undo(effect: Effect, result: Mapping[str, Any], context: ActionContext) -> None:
    location = _find_location(effect.target.removeprefix("location "), context)
    if location is not None:
        unregister_location(location.uid, actor=context.actor)


def _find_location(target: str, context: ActionContext) -> Location | None:
    return find_registered(target, viewer=context.actor)


def _first_entity(location: Location) -> Entity | None:
    """The entity that a page leads to: the first component, else the first of any kind but Location."""
    entities = list(Entity.objects.filter(location=location).exclude(kind="Location").order_by("pk"))
    return next((entity for entity in entities if entity.kind == "Component"), None) or next(
        iter(entities), None
    )


def _checked_target(input: Mapping[str, Any]) -> str:
    """`url:<page>`, or on the embedded git host `git:<owner>/<name>/<path>`. Raises ActionError."""
    parameter = "catalogInfoUrl" if "catalogInfoUrl" in input else "repoContentsUrl"
    written = str(input[parameter])
    url = written.removeprefix(f"{settings.GIT_URL}/")
    if url.startswith(("https://", "http://")):
        return f"url:{_page(url, input, parameter)}"
    found = TARGET.fullmatch(url if url.startswith("git:") else f"git:{url}")
    if found is None or "://" in url:
        raise ActionError(
            f"{parameter}: {written!r} is no address. Write the output of the step that publishes."
        )
    path = found["path"] or ""
    if parameter == "repoContentsUrl":
        path = f"{path}/{str(input.get('catalogInfoPath') or DEFAULT_PATH).lstrip('/')}"
    try:
        inside = checked_path(path.strip("/") or DEFAULT_PATH.strip("/"), parameter="catalogInfoPath")
    except WorkspaceError as error:
        raise ActionError(str(error)) from None
    return f"git:{found['owner']}/{found['name']}/{inside}"


def _page(url: str, input: Mapping[str, Any], parameter: str) -> str:
    """The descriptor's page: a path with `/` begins at the repository's root, as in Backstage."""
    try:
        page = read_page(url)
        path = str(input.get("catalogInfoPath") or DEFAULT_PATH)
        inside = checked_path(path.strip("/"), parameter="catalogInfoPath")
    except (IntegrationError, WorkspaceError) as error:
        raise ActionError(str(error)) from None
    if parameter == "catalogInfoUrl":
        return url
    root = url.rstrip("/")
    if page is not None and page.path and path.startswith("/"):
        root = root.removesuffix(page.path)
    return f"{root.rstrip('/')}/{inside}"


ACTION = Action(
    id="catalog:register",
    title="Register in the catalog",
    description="Registers a descriptor that a step has published, or any other, and reads it.",
    input_schema={
        "type": "object",
        "oneOf": [{"required": ["catalogInfoUrl"]}, {"required": ["repoContentsUrl"]}],
        "additionalProperties": False,
        "properties": {
            "catalogInfoUrl": {
                "type": "string",
                "description": "The descriptor's page, or `git:owner/name/path`.",
            },
            "repoContentsUrl": {
                "type": "string",
                "description": "The repository, as steps that publish give it.",
            },
            "catalogInfoPath": text(f"In the repository; `{DEFAULT_PATH}`."),
            "optional": flag("Go on if it cannot be registered."),
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
