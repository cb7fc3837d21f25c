"""The changes that make a project on GitLab: created, described, opened to people, filled, protected."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from portal.integrations.errors import NotFound
from scaffolder.actions.action import ActionContext, ActionError
from scaffolder.actions.changes import Change, Result
from scaffolder.actions.gitlab.commits import TRAILER, branch_place
from scaffolder.actions.gitlab.target import Project, project_in
from scaffolder.actions.outside import author_of, digest
from scaffolder.running.workspace import checked_path

OWNER = 50
MAX_DESCRIPTION = 2000
MAX_MARK = 30


def creation(project: Project, input: Mapping[str, Any], context: ActionContext) -> Change:
    """Create it, first with a mark in its description, by which a second attempt knows its own."""
    mark = f"(portal {digest(context.mark)})"
    settings = _settings(project, input)
    said = _description(input)[: MAX_DESCRIPTION - MAX_MARK]

    def made(found: Mapping[str, Any]) -> Result:
        return {"project": found["id"], "undo": [["DELETE", ""]]}

    def find() -> Result | None:
        found = project.find()
        if found is None:
            return None
        if mark in (found.get("description") or ""):
            return made(found)
        raise ActionError(f"The project {project} exists already. Choose another name.")

    def create() -> Result:
        try:
            group = project.ask_host("GET", f"/namespaces/{quote(project.owner, safe='')}")
        except NotFound:
            raise ActionError(
                f"There is no group or user {project.owner} on {project.host} that our credential may see."
            ) from None
        body = {**settings, "namespace_id": group["id"], "description": f"{said} {mark}".strip()}
        return made(project.ask_host("POST", "/projects", body))

    reference = f"gitlab:{project.host}/{project}".lower()
    return Change("create", f"project {project}", create, find, detail=settings, creates=reference)


def _settings(project: Project, input: Mapping[str, Any]) -> dict[str, Any]:
    given = {name: value for name, value in (input.get("settings") or {}).items() if name != "description"}
    name = project.path.rpartition("/")[2]
    visibility = input.get("repoVisibility", "private")
    topics = {"topics": list(input["topics"])} if input.get("topics") else {}
    return {"name": name, "path": name, "visibility": visibility, **topics, **given}


def _description(input: Mapping[str, Any]) -> str:
    said = (input.get("settings") or {}).get("description") or input.get("description")
    return str(said or "")[:MAX_DESCRIPTION]


def description(project: Project, input: Mapping[str, Any]) -> Change:
    said = {"description": _description(input)}

    def make() -> None:
        project.ask("PUT", "", said)

    return Change("describe", f"project {project}", make, detail=said)


def people(project: Project, input: Mapping[str, Any], context: ActionContext) -> Iterator[Change]:
    """Owners are made by the portal's own credential: who only may push cannot make themselves one."""
    portals = project_in({**input, "token": ""}, context) if input.get("token") else project
    if input.get("setUserAsOwner") and input.get("token"):
        yield _owner(portals, "whoever owns the token", lambda: project.ask_host("GET", "/user"))
    if input.get("ownerUsername"):
        name = str(input["ownerUsername"])

        def user() -> Any:
            found = portals.ask_host("GET", f"/users?username={quote(name, safe='')}")
            if not found:
                raise NotFound(f"There is no user {name} on {project.host}.")
            return found[0]

        yield _owner(portals, f"user {name}", user, required=False)


def _owner(project: Project, who: str, user: Any, *, required: bool = True) -> Change:
    def make() -> None:
        number = user()["id"]
        if not project.find(f"/members/all/{number}"):
            project.ask("POST", "/members", {"user_id": number, "access_level": OWNER})

    return Change("open", f"{project} to {who}", make, detail={"access": "owner"}, required=required)


def push(project: Project, branch: str, input: Mapping[str, Any], context: ActionContext) -> Change:
    """The workspace as the first commit; when the project goes, so does it."""
    given = input.get("sourcePath")
    source = checked_path("" if isinstance(given, bool) else str(given or ""), parameter="sourcePath")
    folder = context.workspace.folder_path(source, parameter="sourcePath")
    if not any(folder.iterdir()):
        raise ActionError("sourcePath: there is nothing in the workspace to publish.")
    trailer = f"{TRAILER}: {digest(context.mark)}"
    message = f"{input.get('gitCommitMessage') or 'initial commit'}\n\n{trailer}\n"

    def find() -> Result | None:
        found = project.head_message(branch)
        if found is None:
            return None
        if trailer not in found[1]:
            raise ActionError(f"The branch {branch} of {project} has commits already.")
        return {"commit": found[0]}

    def make() -> Result:
        author = author_of(input, context)
        return {"commit": project.push(folder, branch=branch, message=message, author=author)}

    return Change("push to", f"branch {branch} of {project}", make, find)


def branches(project: Project, pushed: str, input: Mapping[str, Any]) -> Iterator[Change]:
    for branch in input.get("branches") or ():
        name = str(branch["name"])
        if branch.get("create"):
            yield _branch(project, name, str(branch.get("ref") or pushed))
        if branch.get("protect"):
            yield _protected(project, name)


def _branch(project: Project, name: str, base: str) -> Change:
    def find() -> Result | None:
        return {} if project.find(branch_place(name)) else None

    def make() -> None:
        reference = f"branch={quote(name, safe='')}&ref={quote(base, safe='')}"
        project.ask("POST", f"/repository/branches?{reference}")

    return Change("create", f"branch {name} of {project}", make, find, detail={"ref": base})


def _protected(project: Project, name: str) -> Change:
    """GitLab protects the default branch by itself."""

    def find() -> Result | None:
        return {} if project.find(f"/protected_branches/{quote(name, safe='')}") else None

    def make() -> None:
        project.ask("POST", f"/protected_branches?name={quote(name, safe='')}")

    return Change("protect", f"branch {name} of {project}", make, find)
