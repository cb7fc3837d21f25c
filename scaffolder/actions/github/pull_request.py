"""publish:github:pull-request: the workspace's files as a branch and a pull request on GitHub."""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from scaffolder.actions.action import UNKNOWN, Action, ActionContext, ActionError, Example, Plan
from scaffolder.actions.changes import Change, Result, bring_about, planned
from scaffolder.actions.github.repository import TRAILER
from scaffolder.actions.github.target import TARGET, Repository, repository_in, take_back
from scaffolder.actions.inputs import flag, output_of, schema_of, text, texts
from scaffolder.actions.outside import digest, patiently
from scaffolder.running.workspace import checked_path

MAX_ASSIGNEES = 10
MODES = {True: "100755", False: "100644"}


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the step asks for, read once: `base` is the branch to merge into, `head` its last commit."""

    repository: Repository
    input: Mapping[str, Any]
    context: ActionContext
    branch: str
    base: str
    head: str
    trailer: str


def _run(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    asked = _proposal(input, context)
    [pushed] = bring_about([_push(asked)], asked.repository, context)
    if pushed.get("empty"):
        context.log("No changes to commit, pull request was not created")
        return {"targetBranchName": asked.base}
    [opened] = bring_about([_open(asked)], asked.repository, context)
    bring_about(_people(asked, int(opened["number"])), asked.repository, context)
    context.log(f"Pull request {opened['url']}")
    return _output(asked, opened["url"], opened["number"])


def _plan(input: Mapping[str, Any], context: ActionContext) -> Plan:
    """The repository may be one that an earlier step of the same plan would make."""
    repository = repository_in(input, context)
    if patiently(repository.find, context) is None:
        base = str(input.get("targetBranchName") or "main")
        asked = Proposal(repository, input, context, str(input["branchName"]), base, "", "")
    else:
        asked = _proposal(input, context)
    changes = [_push(asked), _open(asked), *_people(asked, 0)]
    return Plan(planned(changes, asked.repository), _output(asked, UNKNOWN, UNKNOWN))


def _output(asked: Proposal, url: str, number: Any) -> dict[str, Any]:
    return {"targetBranchName": asked.base, "remoteUrl": url, "pullRequestNumber": number}


def _proposal(input: Mapping[str, Any], context: ActionContext) -> Proposal:
    if input.get("forceFork"):
        raise ActionError("forceFork: pull requests are made from a branch of the repository itself.")
    repository = repository_in(input, context)
    found = patiently(repository.find, context)
    if found is None:
        raise ActionError(f"There is no repository {repository}, or our credential may not see it.")
    base = str(input.get("targetBranchName") or found["default_branch"])
    head = patiently(lambda: repository.head_message(base), context)
    if head is None:
        raise ActionError(f"{repository} has no branch {base}.")
    trailer = f"{TRAILER}: {digest(context.mark)}"
    return Proposal(repository, input, context, str(input["branchName"]), base, head[0], trailer)


def _push(asked: Proposal) -> Change:
    """A commit on top of the target branch, as a branch of its own."""
    repository, branch = asked.repository, asked.branch

    def find() -> Result | None:
        there = repository.head_message(branch)
        if there is None:
            return None
        if asked.trailer in there[1]:
            return {"commit": there[0], **_gone(branch)}
        if not asked.input.get("update"):
            raise ActionError(
                f"{repository} has a branch {branch} already. Choose another name, or set update."
            )
        return None

    def make() -> Result:
        there = repository.head_message(branch) if asked.input.get("update") else None
        parent = there[0] if there else asked.head
        old_tree = str(repository.ask("GET", f"/git/commits/{parent}")["tree"]["sha"])
        tree = repository.ask("POST", "/git/trees", {"base_tree": old_tree, "tree": list(_entries(asked))})
        if tree["sha"] == old_tree and asked.input.get("createWhenEmpty") is False:
            return {"empty": True}
        words = asked.input.get("commitMessage") or asked.input["title"]
        commit = {"message": f"{words}\n\n{asked.trailer}\n", "tree": tree["sha"], "parents": [parent]}
        sha = repository.ask("POST", "/git/commits", {**commit, **_author(asked.input)})["sha"]
        if there:
            repository.ask("PATCH", f"/git/refs/heads/{quote(branch)}", {"sha": sha, "force": False})
            return {"commit": sha, "stays": "the branch was there before"}
        repository.ask("POST", "/git/refs", {"ref": f"refs/heads/{branch}", "sha": sha})
        return {"commit": sha, **_gone(branch)}

    return Change("push to", f"branch {branch} of {repository}", make, find, before=asked.head)


def _gone(branch: str) -> Result:
    return {"undo": [["DELETE", f"/git/refs/heads/{quote(branch)}"]]}


def _entries(asked: Proposal) -> Iterator[dict[str, Any]]:
    """The workspace's files as entries of a tree; texts as they are, everything else as blobs."""
    source = checked_path(str(asked.input.get("sourcePath") or ""), parameter="sourcePath")
    target = checked_path(str(asked.input.get("targetPath") or ""), parameter="targetPath")
    prefix = f"{source}/" if source else ""
    for path, executable in asked.context.workspace.list_files():
        if not path.startswith(prefix):
            continue
        asked.context.check()
        content = asked.context.workspace.read(path, parameter="sourcePath")
        entry = {"path": _below(target, path.removeprefix(prefix)), "mode": MODES[executable], "type": "blob"}
        try:
            yield {**entry, "content": content.decode()}
        except UnicodeDecodeError:
            body = {"content": base64.b64encode(content).decode(), "encoding": "base64"}
            yield {**entry, "sha": asked.repository.ask("POST", "/git/blobs", body)["sha"]}
    for path in asked.input.get("filesToDelete") or ():
        gone = _below(target, checked_path(str(path), parameter="filesToDelete"))
        yield {"path": gone, "mode": "100644", "type": "blob", "sha": None}


def _below(folder: str, path: str) -> str:
    return f"{folder}/{path}" if folder else path


def _author(input: Mapping[str, Any]) -> dict[str, Any]:
    if input.get("forceEmptyGitAuthor") or not (input.get("gitAuthorName") or input.get("gitAuthorEmail")):
        return {}
    name = str(input.get("gitAuthorName") or "Portal")
    return {"author": {"name": name, "email": str(input.get("gitAuthorEmail") or "portal@localhost")}}


def _open(asked: Proposal) -> Change:
    repository, branch = asked.repository, asked.branch

    def find() -> Result | None:
        head = quote(f"{repository.owner}:{branch}", safe="")
        for found in repository.ask("GET", f"/pulls?state=open&head={head}"):
            if found["head"]["ref"] == branch and found["base"]["ref"] == asked.base:
                return _opened(found)
        return None

    def make() -> Result:
        wanted = {"title": asked.input["title"], "body": asked.input["description"]}
        place = {"head": branch, "base": asked.base, "draft": bool(asked.input.get("draft"))}
        return _opened(repository.ask("POST", "/pulls", {**wanted, **place}))

    target = f"pull request from {branch} to {asked.base} of {repository}"
    detail = {"title": asked.input["title"], "description": asked.input["description"]}
    return Change("open", target, make, find, detail=detail)


def _opened(found: Mapping[str, Any]) -> Result:
    """Deleting its branch, which undo does next, closes it."""
    return {"number": found["number"], "url": found["html_url"]}


def _people(asked: Proposal, number: int) -> Iterator[Change]:
    input, repository = asked.input, asked.repository
    wanted = {"reviewers": input.get("reviewers"), "team_reviewers": input.get("teamReviewers")}
    reviewers = {key: sorted(set(names)) for key, names in wanted.items() if names}
    if reviewers:
        yield Change(
            "ask for review of",
            f"pull request from {asked.branch} of {repository}",
            lambda: repository.ask("POST", f"/pulls/{number}/requested_reviewers", reviewers) and None,
            detail=reviewers,
            required=False,
        )
    if input.get("assignees"):
        assignees = {"assignees": list(input["assignees"])[:MAX_ASSIGNEES]}
        yield Change(
            "assign",
            f"pull request from {asked.branch} of {repository}",
            lambda: repository.ask("POST", f"/issues/{number}/assignees", assignees) and None,
            detail=assignees,
            required=False,
        )


ACTION = Action(
    id="publish:github:pull-request",
    title="Open a pull request on GitHub",
    description=(
        "Puts the workspace's files on a new branch of a repository and opens a pull request. Files of the "
        "repository that are not in the workspace stay."
    ),
    input_schema=schema_of(
        {
            **TARGET,
            "branchName": text("The new branch."),
            "title": text("What it is called."),
            "description": text("What it says; Markdown."),
            "targetBranchName": text("The branch to merge into; the repository's default if left out."),
            "draft": flag("Not ready for review."),
            "sourcePath": text("Folder of the workspace; its root if left out."),
            "targetPath": text("Folder of the repository; its root if left out."),
            "filesToDelete": texts("Files of the repository to remove, below `targetPath`."),
            "reviewers": texts("Users that are asked to review."),
            "teamReviewers": texts("Teams that are asked to review, by their slug."),
            "assignees": texts("Users that it is assigned to; at most ten."),
            "commitMessage": text("The title if left out."),
            "update": flag("Add a commit where the branch is there already."),
            "forceFork": flag("Not offered: the branch is the repository's own."),
            "gitAuthorName": text("The owner of the token if left out."),
            "gitAuthorEmail": text("The owner of the token if left out."),
            "forceEmptyGitAuthor": flag("Always the owner of the token."),
            "createWhenEmpty": flag("False: no pull request where no file changes."),
        },
        "repoUrl",
        "branchName",
        "title",
        "description",
    ),
    output_schema=output_of(
        targetBranchName=text("The branch to merge into."),
        remoteUrl=text("The pull request's page."),
        pullRequestNumber={"type": "number", "description": "Its number."},
    ),
    run=_run,
    plan=_plan,
    undo=take_back,
    scopes=frozenset({"catalog:write"}),
    examples=(
        Example(
            "Add the files to a repository that is there",
            input={
                "repoUrl": "github.com?owner=acme&repo=web",
                "branchName": "add-docs",
                "title": "Add documentation",
                "description": "Written by a template.",
                "reviewers": ["jane"],
            },
            workspace={"docs/index.md": "# Web\n"},
            output={"targetBranchName": "main"},
        ),
    ),
)
