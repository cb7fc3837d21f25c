"""scorecards:require, an action of templates: goes on only where an entity has a level."""

from collections.abc import Mapping
from typing import Any

from portal.plugin_api.catalog import EntityRef, InvalidRef, get_entities_by_refs
from portal.plugin_api.scaffolder import Action, ActionContext, ActionError, Example

from .selectors import Track, tracks_by_entity


def _run(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    try:
        ref = str(EntityRef.parse(str(input["entityRef"])))
        wanted = str(EntityRef.parse(str(input["scorecard"]), "scorecard"))
    except InvalidRef as error:
        raise ActionError(str(error)) from None
    entity = get_entities_by_refs([ref], context.actor).get(ref)
    if entity is None:
        raise ActionError(f"There is no entity {ref}, or you may not see it.")
    tracks = tracks_by_entity([entity], context.actor).get(entity.pk, [])
    track = next((one for one in tracks if one.scorecard.ref == wanted), None)
    if track is None:
        raise ActionError(f"{wanted} does not judge {ref}, or has not yet.")
    levels = track.scorecard.levels
    if input["level"] not in levels:
        raise ActionError(f"{wanted} has no level {input['level']}: there are {', '.join(levels)}.")
    rank = levels.index(input["level"]) + 1
    if track.standing.rank < rank:
        raise ActionError(
            f"{ref} has {track.level}, and {input['level']} is needed. {_shortfall(track, rank)} "
            "Mend it, or ask for an exemption in the tab Scorecards of its page; then try again."
        )
    context.log(f"{ref} has {track.level} in {track.scorecard.title}")
    return {"level": track.level}


def _shortfall(track: Track, rank: int) -> str:
    """What keeps it from a level, each with how to mend it; not what only higher levels ask for."""
    lacking = [result.check for result in track.lacking if result.check.rank <= rank]
    return " ".join(
        f"It falls short in {check.title}{f': {check.fix}' if check.fix else '.'}" for check in lacking
    )


REQUIRE_LEVEL = Action(
    id="scorecards:require",
    title="Require a level",
    description="Fails where an entity has less than a level of a scorecard; changes nothing.",
    input_schema={
        "type": "object",
        "required": ["entityRef", "scorecard", "level"],
        "additionalProperties": False,
        "properties": {
            "entityRef": {"type": "string", "description": "What must have the level."},
            "scorecard": {"type": "string", "description": "The scorecard's ref; its kind may be left out."},
            "level": {"type": "string", "description": "The name of the level, or of a lower one."},
        },
    },
    output_schema={
        "type": "object",
        "properties": {"level": {"type": "string", "description": "What it has."}},
    },
    run=_run,
    supports_dry_run=True,
    examples=(
        Example(
            "Only what is ready goes to production",
            input={
                "entityRef": "component:default/cart",
                "scorecard": "production-readiness",
                "level": "Silver",
            },
        ),
    ),
)
