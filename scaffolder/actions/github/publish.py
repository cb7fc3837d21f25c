"""publish:github, github:repo:create, github:repo:push: a repository of the workspace's files on GitHub."""

from collections.abc import Mapping
from itertools import chain
from typing import Any

from scaffolder.actions.action import Action, ActionContext, ActionError, Example, Plan
from scaffolder.actions.changes import bring_about, planned
from scaffolder.actions.github import repository as steps
from scaffolder.actions.github.schemas import COMMIT, OUTPUT, PROTECTION, REPOSITORY
from scaffolder.actions.github.target import TARGET, Repository, repository_in, take_back
from scaffolder.actions.inputs import choice, flag, output_of, schema_of
from scaffolder.actions.outside import patiently

AT_CREATION = {
    "autoInit": flag("Begin with a commit of a README."),
    "workflowAccess": choice("Who may use its workflows.", "none", "organization", "user"),
}
EXAMPLE_URL = "github.com?owner=acme&repo=cart"


def _publish(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    repository = repository_in(input, context)
    pushing = list(
        steps.push(repository, input, context, is_new=True)
    )  # what is wrong with the files is told first
    changes = chain(steps.creation(repository, input, context), pushing)
    results = bring_about(changes, repository, context)
    context.log(f"Published {repository.html_url}")
    return steps.output(repository, input, _commit_in(results))


def _plan_publish(input: Mapping[str, Any], context: ActionContext) -> Plan:
    repository = repository_in(input, context)
    _must_be_free(repository, context)
    changes = chain(steps.creation(repository, input, context), steps.push(repository, input, context))
    return Plan(planned(changes, repository), steps.output(repository, input))


def _create(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    repository = repository_in(input, context)
    bring_about(steps.creation(repository, input, context), repository, context)
    context.log(f"Created {repository.html_url}")
    return _created(repository, input)


def _plan_create(input: Mapping[str, Any], context: ActionContext) -> Plan:
    repository = repository_in(input, context)
    _must_be_free(repository, context)
    effects = planned(steps.creation(repository, input, context), repository)
    return Plan(effects, _created(repository, input))


def _push(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    repository = repository_in(input, context)
    results = bring_about(steps.push(repository, input, context), repository, context)
    return steps.output(repository, input, _commit_in(results))


def _plan_push(input: Mapping[str, Any], context: ActionContext) -> Plan:
    repository = repository_in(input, context)
    effects = planned(steps.push(repository, input, context), repository)
    return Plan(effects, steps.output(repository, input))


def _must_be_free(repository: Repository, context: ActionContext) -> None:
    if patiently(repository.find, context) is not None:
        raise ActionError(f"The repository {repository} exists already. Choose another name.")


def _commit_in(results: list[dict[str, Any]]) -> str:
    return next(str(result["commit"]) for result in results if "commit" in result)


def _created(repository: Repository, input: Mapping[str, Any]) -> dict[str, Any]:
    made = steps.output(repository, input)
    return {name: made[name] for name in ("remoteUrl", "repoContentsUrl")}


PUBLISH = Action(
    id="publish:github",
    title="Publish to GitHub",
    description=(
        "Creates a repository on GitHub and pushes the workspace to it as its first commit. A repository "
        "that exists is never changed."
    ),
    input_schema=schema_of({**TARGET, **REPOSITORY, **PROTECTION, **COMMIT}, "repoUrl"),
    output_schema=output_of(**OUTPUT),
    run=_publish,
    plan=_plan_publish,
    undo=take_back,
    scopes=frozenset({"catalog:write"}),
    examples=(
        Example(
            "Publish the workspace with topics and a protected branch",
            input={"repoUrl": EXAMPLE_URL, "description": "The shopping cart", "topics": ["shop"]},
            workspace={"README.md": "# Cart\n"},
            output={"repoContentsUrl": "https://github.com/acme/cart/blob/main"},
        ),
    ),
)
CREATE = Action(
    id="github:repo:create",
    title="Create a repository on GitHub",
    description="Creates an empty repository on GitHub. One that exists is never changed.",
    input_schema=schema_of({**TARGET, **REPOSITORY, **AT_CREATION}, "repoUrl"),
    output_schema=output_of(**{name: OUTPUT[name] for name in ("remoteUrl", "repoContentsUrl")}),
    run=_create,
    plan=_plan_create,
    undo=take_back,
    scopes=frozenset({"catalog:write"}),
    examples=(
        Example(
            "A public repository for a team",
            input={
                "repoUrl": EXAMPLE_URL,
                "repoVisibility": "public",
                "collaborators": [{"team": "shop", "access": "push"}],
            },
            output={"remoteUrl": "https://github.com/acme/cart.git"},
        ),
    ),
)
PUSH = Action(
    id="github:repo:push",
    title="Push to an empty repository on GitHub",
    description="Pushes the workspace as the first commit of a branch that is not there yet.",
    input_schema=schema_of({**TARGET, **PROTECTION, **COMMIT}, "repoUrl"),
    output_schema=output_of(**OUTPUT),
    run=_push,
    plan=_plan_push,
    undo=take_back,
    scopes=frozenset({"catalog:write"}),
    examples=(
        Example(
            "Push to a repository that has no commit",
            input={"repoUrl": "github.com?owner=acme&repo=empty", "protectDefaultBranch": False},
            workspace={"README.md": "# Cart\n"},
            output={"remoteUrl": "https://github.com/acme/empty.git"},
        ),
    ),
)
