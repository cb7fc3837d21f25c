"""The first commit of a repository on another git host: made here, pushed once, never over anything."""

import re
import tempfile
from pathlib import Path

from portal.integrations.errors import Conflict, IntegrationError, Refused
from portal.integrations.git import Author, GitHost
from portal.integrations.git_process import run_git
from portal.integrations.git_remote import guarded_config

PUSH_SECONDS = 120
BRANCH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._/-]{0,200}")
REJECTED = ("rejected", "non-fast-forward", "already exists", "stale info")


def checked_branch(branch: str) -> str:
    """Raises Refused for what is no name of a branch or tag."""
    if not BRANCH.fullmatch(branch) or ".." in branch or branch.endswith((".lock", "/", ".")):
        raise Refused(f"{branch[:100]!r} is not the name of a branch.")
    return branch


def push_files(
    url: str, directory: Path, *, branch: str, message: str, author: Author, authorization: str = ""
) -> str:
    """Push the content of `directory` as the only commit of a new branch; its hash.

    `authorization` is the value of that header, in place of what PORTAL_CREDENTIALS has for the address.
    Raises Conflict where the branch is there already, Refused, DeadlineExceeded and IntegrationError.
    """
    with tempfile.TemporaryDirectory(prefix="portal-push-") as folder:
        host = GitHost(Path(folder))
        repository = host.create_repository("push", "files")
        commit = host.commit_files("push", "files", directory, message=message, author=author)
        reference = f"{commit}:refs/heads/{branch}"
        arguments = ["--git-dir", str(repository.path), "push", "--quiet", "--no-verify",
                     f"--force-with-lease=refs/heads/{branch}:", "--", url, reference]  # fmt: skip
        try:
            run_git(arguments, config=guarded_config(url, authorization=authorization), seconds=PUSH_SECONDS)
        except IntegrationError as error:
            words = " ".join(getattr(error, "__notes__", []))
            if any(word in words for word in REJECTED):
                raise Conflict(f"The branch {branch} of {url} is there already.") from None
            raise IntegrationError(f"{url} did not take the push.") from error
    return commit
