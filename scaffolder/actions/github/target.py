"""Which repository a step of GitHub means, and as whom it is changed."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from portal.integrations.errors import IntegrationError
from scaffolder.actions.action import ActionContext, ActionError
from scaffolder.actions.changes import undo_at
from scaffolder.renderer.references import parse_repo_url

if TYPE_CHECKING:
    from portal.integrations.github_repository import GitHubRepository

Repository: TypeAlias = "GitHubRepository"

REPO_URL = {
    "type": "string",
    "description": "`github.com?owner=<owner>&repo=<name>`; the host is one that the operator has set up.",
}
TOKEN = {
    "type": "string",
    "writeOnly": True,
    "description": "A token to use in place of the portal's: `${{ secrets.TOKEN }}`.",
}
HOSTS = {
    "type": "array",
    "description": "Not used: it belongs to the form's field, but old templates have it here too.",
}
TARGET = {"repoUrl": REPO_URL, "token": TOKEN, "allowedHosts": HOSTS}


def repository_in(input: Mapping[str, Any], context: ActionContext) -> Repository:
    """The repository of `repoUrl`. Raises ActionError for unknown hosts and odd names."""
    try:
        parts = parse_repo_url(str(input["repoUrl"]))
    except ValueError as error:
        raise ActionError(f"repoUrl: {error}.") from None
    token = context.reveal(str(input.get("token") or ""))
    return _repository(parts["host"], parts.get("owner", ""), parts.get("repo", ""), token)


def repository_of(place: str) -> Repository:
    """The one that an effect's detail names: `github.com/acme/cart`."""
    host, owner, name = place.split("/")
    return _repository(host, owner, name, "")


def _repository(host: str, owner: str, name: str, token: str) -> Repository:
    from portal.integrations.github_repository import GitHubRepository  # PyGithub is not for every process

    try:
        return GitHubRepository(host, owner, name, token=token)
    except IntegrationError as error:
        raise ActionError(f"repoUrl: {error}") from error


take_back = undo_at(lambda effect, result: repository_of(str(effect.detail["repository"])))
