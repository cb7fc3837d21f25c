"""The workspace's files as one commit on a branch of a project, made through GitLab's API."""

import base64
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from portal.integrations.errors import NotFound
from scaffolder.actions.action import ActionContext, ActionError
from scaffolder.actions.changes import Change, Result
from scaffolder.actions.gitlab.target import Project
from scaffolder.actions.inputs import Schema, choice, text
from scaffolder.actions.outside import digest
from scaffolder.running.workspace import checked_path

TRAILER = "Portal-Step"
LOOKED_AT = 20
EXECUTABLE = "100755"
FILES: Schema = {
    "sourcePath": text("Folder of the workspace; its root if left out."),
    "targetPath": text("Folder of the project; its root if left out."),
}
COMMIT_ACTION = choice(
    "What is done with each file; `auto` creates, updates or skips it, by what is there.",
    "create", "update", "delete", "skip", "auto",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Commit:
    """What a step wants to commit: `action` of each file below `source`, to `branch`, made of `base`."""

    project: Project
    context: ActionContext
    branch: str
    base: str
    message: str
    source: str
    target: str
    action: str

    @property
    def trailer(self) -> str:
        return f"{TRAILER}: {digest(self.context.mark)}"

    def find(self) -> str:
        """The hash of the commit that this very step has made; "" where it has not."""
        reference = quote(self.branch, safe="")
        try:
            newest = self.project.ask("GET", f"/repository/commits?ref_name={reference}&per_page={LOOKED_AT}")
        except NotFound:
            return ""
        own = (str(each["id"]) for each in newest if self.trailer in str(each.get("message") or ""))
        return next(own, "")

    def files(self) -> list[dict[str, Any]]:
        """GitLab's `actions` for every file that changes."""
        return [] if self.action == "skip" else list(self._files())

    def _files(self) -> Iterator[dict[str, Any]]:
        source = checked_path(self.source, parameter="sourcePath")
        target = checked_path(self.target, parameter="targetPath")
        there = self._there(target) if self.action == "auto" else {}
        prefix = f"{source}/" if source else ""
        for path, executable in self.context.workspace.list_files():
            if not path.startswith(prefix):
                continue
            self.context.check()
            inside = path.removeprefix(prefix)
            inside = f"{target}/{inside}" if target else inside
            content = self.context.workspace.read(path, parameter="sourcePath")
            action = _needed(content, executable, there.get(inside)) if self.action == "auto" else self.action
            if action == "delete":
                yield {"action": "delete", "file_path": inside}
            elif action:
                yield {
                    "action": action,
                    "file_path": inside,
                    "encoding": "base64",
                    "content": base64.b64encode(content).decode(),
                    "execute_filemode": executable,
                }

    def _there(self, target: str) -> dict[str, tuple[str, str]]:
        """(hash, mode) of each file below a folder of the base; the tree tells them, so no file is read."""
        query = f"recursive=true&ref={quote(self.base, safe='')}&path={quote(target, safe='')}"
        try:
            listed = list(self.project.list(f"/repository/tree?{query}"))
        except NotFound:
            return {}
        return {each["path"]: (each["id"], each["mode"]) for each in listed if each["type"] == "blob"}

    def make(self, files: list[dict[str, Any]], *, is_new: bool) -> str:
        """Commit, on a branch that comes into being with it where it `is_new`; the commit's hash."""
        body = {
            "branch": self.branch,
            "commit_message": f"{self.message}\n\n{self.trailer}\n",
            "actions": files,
            **({"start_branch": self.base} if is_new else {}),
        }
        return str(self.project.ask("POST", "/repository/commits", body)["id"])


def _needed(content: bytes, executable: bool, there: tuple[str, str] | None) -> str:
    """`create`, `update`, or "" where the file is there as it is."""
    if there is None:
        return "create"
    known, mode = there
    name = hashlib.new("sha256" if len(known) == 64 else "sha1", usedforsecurity=False)
    name.update(b"blob %d\0" % len(content) + content)
    return "" if name.hexdigest() == known and (mode == EXECUTABLE) == executable else "update"


def default_branch(project: Project, found: Mapping[str, Any] | None) -> str:
    """Raises ActionError where the project is not there, or has no commit."""
    if found is None:
        raise ActionError(f"There is no project {project}, or our credential may not see it.")
    if not found.get("default_branch"):
        raise ActionError(f"{project} has no branch yet: name one.")
    return str(found["default_branch"])


def branch_place(branch: str) -> str:
    return f"/repository/branches/{quote(branch, safe='')}"


def new_branch(commit: Commit) -> Change:
    """The commit on a branch of its own. Where no file changes, a branch that is there is used as it is."""
    project, branch = commit.project, commit.branch
    gone = {"undo": [["DELETE", branch_place(branch)]]}

    def find() -> Result | None:
        if project.head_message(branch) is None:
            return None
        if own := commit.find():
            return {"commit": own, **gone}
        if not commit.files():
            return {"stays": "the branch was there before"}
        raise ActionError(f"{project} has a branch {branch} already. Choose another name.")

    def make() -> Result:
        files = commit.files()
        if files:
            return {"commit": commit.make(files, is_new=True), **gone}
        place = f"/repository/branches?branch={quote(branch, safe='')}&ref={quote(commit.base, safe='')}"
        project.ask("POST", place)
        return gone

    return Change("push to", f"branch {branch} of {project}", make, find, before=commit.base)
