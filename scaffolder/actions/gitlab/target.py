"""Which project a step of GitLab means, and as whom it is changed."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from portal.integrations.errors import IntegrationError
from scaffolder.actions.action import UNKNOWN, ActionContext, ActionError, Effect
from scaffolder.actions.changes import undo_at
from scaffolder.actions.inputs import Schema
from scaffolder.actions.outside import patiently
from scaffolder.renderer.references import parse_repo_url

if TYPE_CHECKING:
    from portal.integrations.gitlab_project import GitLabProject

Project: TypeAlias = "GitLabProject"

TARGET: Schema = {
    "repoUrl": {
        "type": "string",
        "description": "`gitlab.com?owner=<group>&repo=<name>`; the host is one that is set up.",
    },
    "token": {
        "type": "string",
        "writeOnly": True,
        "description": "A token to use in place of the portal's: `${{ secrets.TOKEN }}`.",
    },
}
PROJECT_ID: Schema = {
    "type": ["number", "string"],
    "description": "Its id, which must be the id of `repoUrl`; or its whole path, in place of that one.",
}
EXAMPLE_URL = "gitlab.com?owner=acme&repo=web"


def project_in(input: Mapping[str, Any], context: ActionContext, *, path: str = "") -> Project:
    """The project of `repoUrl` and `projectId`, or the one at `path` of the same host.

    Raises ActionError for unknown hosts, odd names, and an id that is not the project's: a credential of
    one group is for no other.
    """
    parts = _parts(str(input["repoUrl"]))
    token = context.reveal(str(input.get("token") or ""))
    number = str(input.get("projectId") or "").strip()
    if not path and number and not number.isdecimal() and number != UNKNOWN:
        path = number
    named = f"{parts['owner']}/{parts.get('repo', '')}" if "owner" in parts else parts.get("project", "")
    project = _project(parts["host"], path or named or number, token=token)
    if number.isdecimal() and not path and project.path != number:
        found = patiently(project.find, context)
        if found is not None and str(found["id"]) != number:
            raise ActionError(f"projectId: {number} is not the id of {project}, which repoUrl names.")
    return project


def project_of(effect: Effect, result: Mapping[str, Any]) -> Project:
    """The one that an effect's detail names, `gitlab.com/acme/cart`; by its id where `make` has told it."""
    host, _, path = str(effect.detail["repository"]).partition("/")
    return _project(host, path, number=str(result.get("project") or ""))


take_back = undo_at(project_of)


def _parts(repo_url: str) -> dict[str, str]:
    try:
        return parse_repo_url(repo_url)
    except ValueError as error:
        raise ActionError(f"repoUrl: {error}.") from None


def _project(host: str, path: str, *, number: str = "", token: str = "") -> Project:
    from portal.integrations.gitlab_project import GitLabProject  # python-gitlab is not for every process

    try:
        return GitLabProject(host, path, number=number, token=token)
    except IntegrationError as error:
        raise ActionError(f"repoUrl: {error}") from error
