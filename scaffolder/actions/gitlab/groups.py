"""gitlab:group:ensureExists: a group on GitLab and those above it, made where they are not there."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from portal.integrations.errors import NotFound
from scaffolder.actions.action import UNKNOWN, Action, ActionContext, Example, Plan
from scaffolder.actions.changes import Change, Result, bring_about, planned
from scaffolder.actions.gitlab.target import EXAMPLE_URL, TARGET, Project, project_in, take_back
from scaffolder.actions.inputs import output_of, schema_of, text
from scaffolder.actions.outside import patiently


def _run(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    parent: int | None = None
    for place, name, description in _groups(input, context):
        there = patiently(lambda place=place: _found(place), context)  # type: ignore[misc]
        if there is None:
            change = _group(place, name, parent, description)
            [there] = bring_about([change], place, context)
            context.log(f"Created the group {place}")
        parent = int(there["id"])
    return {"groupId": parent}


def _plan(input: Mapping[str, Any], context: ActionContext) -> Plan:
    changes, last, number = [], None, UNKNOWN
    for place, name, description in _groups(input, context):
        there = patiently(lambda place=place: _found(place), context)  # type: ignore[misc]
        number = there["id"] if there else UNKNOWN
        if there is None:
            changes.append(_group(place, name, None, description))
        last = place
    return Plan(planned(changes, last) if last else (), {"groupId": number})


def _groups(input: Mapping[str, Any], context: ActionContext) -> Iterator[tuple[Project, str, str]]:
    """(place, name, description) of each group of the path, the outermost first."""
    parts: list[tuple[str, str]] = []
    for item in input["path"]:
        if isinstance(item, str):
            parts += [(part, part) for part in item.split("/")]
        else:
            parts.append((str(item["name"]), str(item["slug"])))
    path = ""
    for position, (name, slug) in enumerate(parts, 1):
        path = f"{path}/{slug}".strip("/")
        is_last = position == len(parts)
        yield (
            project_in(input, context, path=path),
            name,
            str(input.get("description") or "") if is_last else "",
        )


def _found(place: Project) -> Result | None:
    try:
        return {
            "id": place.ask_host("GET", f"/groups/{quote(place.path, safe='')}?with_projects=false")["id"]
        }
    except NotFound:
        return None


def _group(place: Project, name: str, parent: int | None, description: str) -> Change:
    def make() -> Result:
        body = {"name": name, "path": place.path.rpartition("/")[2], "parent_id": parent}
        made = place.ask_host(
            "POST", "/groups", {**body, **({"description": description} if description else {})}
        )
        return {"id": made["id"], "stays": "others may have put projects into the group"}

    detail = {"name": name, "description": description}
    return Change("create", f"group {place}", make, lambda: _found(place), detail=detail)


ACTION = Action(
    id="gitlab:group:ensureExists",
    title="Make sure that a group exists on GitLab",
    description="Creates the groups of a path that are not there. Groups that exist are never changed.",
    input_schema=schema_of(
        {
            **TARGET,
            "description": text("What the innermost group is for, if it is made."),
            "path": {
                "type": "array",
                "minItems": 1,
                "description": "Names of groups, the outermost first; or `{name, slug}`.",
                "items": {
                    "type": ["string", "object"],
                    "required": ["name", "slug"],
                    "properties": {"name": {"type": "string"}, "slug": {"type": "string"}},
                },
            },
        },
        "repoUrl",
        "path",
    ),
    output_schema=output_of(groupId={"type": "number", "description": "The id of the innermost group."}),
    run=_run,
    plan=_plan,
    undo=take_back,
    scopes=frozenset({"catalog:write"}),
    examples=(
        Example(
            "A group for a team's services",
            input={"repoUrl": EXAMPLE_URL, "path": ["acme", {"name": "The shop", "slug": "shop"}]},
            output={},
        ),
    ),
)
