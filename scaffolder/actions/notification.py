"""notification:send: tell users, groups, owners or everybody something, in the portal itself."""

from collections.abc import Collection, Mapping
from typing import Any

from catalog.entities.refs import EntityRef, InvalidRef
from catalog.permissions import users_below
from catalog.selectors import get_entities_by_refs, owner_refs_by_entity
from portal.notifications.services import Message, accounts_named, everybody, tell
from portal.rest.errors import PortalError
from scaffolder.actions.action import Action, ActionContext, ActionError, Effect, Example, Plan
from scaffolder.actions.inputs import choice, flag, output_of, schema_of, text, texts

PEOPLE = ("user", "group")


def _run(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    try:
        told = context.once(_effect(input), find=lambda: None, make=lambda: {"told": _tell(input, context)})
    except (ActionError, PortalError) as error:
        reason = error.message if isinstance(error, PortalError) else str(error)
        if not input.get("optional"):
            raise ActionError(reason) from error
        context.log(f"Nobody was told: {reason}", level="warning")
        return {}
    context.log(f"Told {told['told']} people: {input['title']}")
    return {}


def _plan(input: Mapping[str, Any], context: ActionContext) -> Plan:
    return Plan((_effect(input),))


def _tell(input: Mapping[str, Any], context: ActionContext) -> int:
    message = Message(
        title=str(input["title"]),
        info=str(input.get("info") or ""),
        link=str(input.get("link") or ""),
        severity=str(input.get("severity") or "normal"),
        topic=str(input.get("topic") or ""),
        scope=str(input.get("scope") or ""),
    )
    if input["recipients"] == "broadcast":
        return tell(message, everybody(), origin=_origin(context), mark=context.mark)
    refs = _people(input.get("entityRefs") or (), context)
    accounts = accounts_named(users_below(refs))
    return tell(message, accounts, origin=_origin(context), mark=context.mark)


def _people(given: Collection[str], context: ActionContext) -> set[str]:
    """Users and groups as they are, the owner of every other entity that the actor may see."""
    try:
        refs = {str(EntityRef.parse(str(ref), default_kind="user")) for ref in given}
    except InvalidRef as error:
        raise ActionError(f"entityRefs: {error}") from None
    if not refs:
        raise ActionError("entityRefs: name at least one user, group or other entity.")
    people = {ref for ref in refs if ref.partition(":")[0] in PEOPLE}
    entities = list(get_entities_by_refs(refs - people, context.actor).values())
    return people | set(owner_refs_by_entity(entities, viewer=context.actor).values())


def _effect(input: Mapping[str, Any]) -> Effect:
    whom = "everybody" if input["recipients"] == "broadcast" else ", ".join(input.get("entityRefs") or ())
    detail = {name: input[name] for name in ("title", "info", "link") if name in input}
    return Effect("tell", whom or "nobody", detail)


def _origin(context: ActionContext) -> str:
    return f"scaffolder, {context.actor.label}"


def _undo(effect: Effect, result: Mapping[str, Any], context: ActionContext) -> None:
    raise ActionError("what people were told they may have read")


ACTION = Action(
    id="notification:send",
    title="Tell people something",
    description="Notifies users, the members of groups, the owners of other entities, or everybody.",
    input_schema=schema_of(
        {
            "recipients": choice("Everybody, or those of `entityRefs`.", "broadcast", "entity"),
            "entityRefs": texts("Users, groups with everybody in them, or entities, whose owners are told."),
            "title": text("What is said, in one line."),
            "info": text("More of it; Markdown."),
            "link": text("Where it leads: a path of the portal, or an address."),
            "severity": choice("`normal` if left out.", "low", "normal", "high", "critical"),
            "scope": text("A later notification of the same scope takes the place of this one."),
            "topic": text("What it is about."),
            "optional": flag("Go on where nobody can be told."),
        },
        "recipients",
        "title",
    ),
    output_schema=output_of(),
    run=_run,
    plan=_plan,
    undo=_undo,
    examples=(
        Example(
            "Tell a team that its service is there",
            input={
                "recipients": "entity",
                "entityRefs": ["group:default/team-a"],
                "title": "The cart is there",
                "link": "/catalog/default/component/cart",
            },
        ),
    ),
)
