"""The changes that make a repository on GitHub: created, described, opened to people, filled, protected."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from scaffolder.actions.action import UNKNOWN, ActionContext, ActionError
from scaffolder.actions.changes import Change, Result
from scaffolder.actions.github.schemas import creation_settings, protection_settings
from scaffolder.actions.github.target import Repository
from scaffolder.actions.outside import author_of, digest
from scaffolder.running.workspace import checked_path

MAX_DESCRIPTION = 350
MAX_MARK = 30
TRAILER = "Portal-Step"


def creation(repository: Repository, input: Mapping[str, Any], context: ActionContext) -> Iterator[Change]:
    """Create it, first with a mark in its description, by which a second attempt knows its own."""
    mark = f"(portal {digest(context.mark)})"
    description = str(input.get("description") or "")[:MAX_DESCRIPTION]
    settings = creation_settings(input)
    gone = {"undo": [["DELETE", ""]]}

    def find() -> Result | None:
        found = repository.find()
        if found is None:
            return None
        if mark in (found.get("description") or ""):
            return gone
        raise ActionError(f"The repository {repository} exists already. Choose another name.")

    def create() -> Result:
        marked = f"{description[: MAX_DESCRIPTION - MAX_MARK]} {mark}".strip()
        repository.create({**settings, "description": marked})
        return gone

    def describe() -> None:
        repository.ask("PATCH", "", {"name": repository.name, "description": description})

    target = f"repository {repository}"
    reference = f"github:{repository.host}/{repository}".lower()
    yield Change("create", target, create, find, detail=settings, creates=reference)
    yield Change("describe", target, describe, detail={"description": description})
    yield from _people(repository, input)
    yield from _settings(repository, input, context)


def _people(repository: Repository, input: Mapping[str, Any]) -> Iterator[Change]:
    access = str(input.get("access") or "")
    if access.startswith(f"{repository.owner}/"):
        yield _grant(repository, {"team": access, "access": "admin"}, required=True)
    elif access and access != repository.owner:
        yield _grant(repository, {"user": access, "access": "admin"}, required=True)
    for collaborator in input.get("collaborators") or ():
        yield _grant(repository, collaborator, required=False)


def _grant(repository: Repository, collaborator: Mapping[str, str], *, required: bool) -> Change:
    kind = "user" if "user" in collaborator else "team"
    name = collaborator[kind].rpartition(":")[2].rpartition("/")[2]
    body = {"permission": collaborator["access"]}

    def make() -> None:
        if kind == "user":
            repository.ask("PUT", f"/collaborators/{quote(name)}", body)
        else:
            path = f"/orgs/{repository.owner}/teams/{quote(name)}/repos/{repository}"
            repository.ask_host("PUT", path, body)

    target = f"{repository} to {kind} {name}"
    return Change("open", target, make, detail=body, required=required)


def _settings(repository: Repository, input: Mapping[str, Any], context: ActionContext) -> Iterator[Change]:
    if input.get("topics"):
        names = [str(topic).lower() for topic in input["topics"]]
        yield _put(repository, "topics", "/topics", {"names": names}, required=False)
    yield from variables(repository, "/actions/variables", input.get("repoVariables") or {}, "")
    yield from secrets(repository, "/actions/secrets", input.get("secrets") or {}, "", context)
    if input.get("oidcCustomization"):
        given = input["oidcCustomization"]
        body = {"use_default": given.get("useDefault", True)}
        if given.get("includeClaimKeys"):
            body["include_claim_keys"] = given["includeClaimKeys"]
        yield _put(repository, "claims of identity tokens", "/actions/oidc/customization/sub", body)
    if input.get("subscribe"):
        yield _put(repository, "subscription", "/subscription", {"subscribed": True, "ignored": False})
    if input.get("workflowAccess"):
        body = {"access_level": input["workflowAccess"]}
        yield _put(repository, "access of workflows", "/actions/permissions/access", body)


def variables(repository: Repository, path: str, values: Mapping[str, str], where: str) -> Iterator[Change]:
    """Variables for Actions, of the repository or of an environment (`where`)."""
    for name, value in values.items():

        def find(name: str = name, value: str = value) -> Result | None:
            found = repository.find(f"{path}/{quote(name, safe='')}")
            return {} if found and found.get("value") == value else None

        def make(name: str = name, value: str = value) -> Result:
            place = f"{path}/{quote(name, safe='')}"
            if repository.find(place):
                repository.ask("PATCH", place, {"name": name, "value": value})
                return {}
            repository.ask("POST", path, {"name": name, "value": value})
            return {"undo": [["DELETE", place]]}

        yield Change("set", f"variable {name} of {repository}{where}", make, find, detail={"value": value})


def secrets(
    repository: Repository, path: str, values: Mapping[str, str], where: str, context: ActionContext
) -> Iterator[Change]:
    """Secrets for Actions; a plan names them and never shows one."""
    for name, value in values.items():

        def make(name: str = name, value: str = value) -> Result:
            repository.put_secret(path, name, context.reveal(value))
            return {"undo": [["DELETE", f"{path}/{quote(name, safe='')}"]]}

        yield Change("set", f"secret {name} of {repository}{where}", make)


def _put(
    repository: Repository, what: str, path: str, body: dict[str, Any], *, required: bool = True
) -> Change:
    def make() -> None:
        repository.ask("PUT", path, body)

    return Change("set", f"{what} of {repository}", make, detail=body, required=required)


def push(
    repository: Repository, input: Mapping[str, Any], context: ActionContext, *, is_new: bool = False
) -> Iterator[Change]:
    """The workspace as the first commit, then the protection of its branch.

    Of a repository that the same step has made (`is_new`) the commit goes when that goes.
    """
    branch = str(input.get("defaultBranch") or "main")
    source = checked_path(str(input.get("sourcePath") or ""), parameter="sourcePath")
    folder = context.workspace.folder_path(source, parameter="sourcePath")
    if not any(folder.iterdir()):
        raise ActionError("sourcePath: there is nothing in the workspace to publish.")
    trailer = f"{TRAILER}: {digest(context.mark)}"
    message = f"{input.get('gitCommitMessage') or 'initial commit'}\n\n{trailer}\n"
    stays = {} if is_new else {"stays": "the first commit of a repository stays"}

    def find() -> Result | None:
        found = repository.head_message(branch)
        if found is None:
            return None
        if trailer not in found[1]:
            raise ActionError(f"The branch {branch} of {repository} has commits already.")
        return {"commit": found[0], **stays}

    def make() -> Result:
        author = author_of(input, context)
        commit = repository.push(folder, branch=branch, message=message, author=author)
        return {"commit": commit, **stays}

    yield Change("push to", f"branch {branch} of {repository}", make, find)
    if input.get("protectDefaultBranch", True):
        enforce = bool(input.get("protectEnforceAdmins", True))
        yield from protection(repository, branch, input, enforce_admins=enforce, required=False)


def protection(
    repository: Repository, branch: str, input: Mapping[str, Any], *, enforce_admins: bool, required: bool
) -> Iterator[Change]:
    path = f"/branches/{quote(branch, safe='')}/protection"
    body = protection_settings(input, enforce_admins=enforce_admins)
    signed = bool(input.get("requiredCommitSigning"))

    def make() -> Result:
        was_there = repository.find(path)
        repository.ask("PUT", path, body)
        if signed:
            repository.ask("POST", f"{path}/required_signatures")
        return {"stays": "the branch was protected before"} if was_there else {"undo": [["DELETE", path]]}

    detail = {**body, "required_signatures": signed}
    yield Change("protect", f"branch {branch} of {repository}", make, detail=detail, required=required)


def output(repository: Repository, input: Mapping[str, Any], commit: str = UNKNOWN) -> dict[str, Any]:
    branch = str(input.get("defaultBranch") or "main")
    contents = f"{repository.html_url}/blob/{branch}"
    return {"remoteUrl": repository.remote_url, "repoContentsUrl": contents, "commitHash": commit}
