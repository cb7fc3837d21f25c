"""What a bare repository says of the past: when commits were made, and when files changed."""

import time
from datetime import UTC, datetime
from pathlib import Path

from portal.integrations.git_process import run_git

MOST_COMMITS = 2000
MAX_LOG = 16 * 1024 * 1024
"""How far back is looked for the last change of files, in commits and in bytes of what git says of them."""


def committed_at(git_dir: Path, commit: str) -> datetime:
    """When a commit was made, as it says itself."""
    arguments = ["--git-dir", str(git_dir), "show", "--no-patch", "--format=%ct", "--end-of-options", commit]
    return _moment(run_git(arguments).strip())


def changed_at(git_dir: Path, commit: str, folder: str = "") -> dict[str, datetime]:
    """When each file at and below a folder was changed last, by path, and the commit made, as ``; files that
    did not change in the last MOST_COMMITS are left out. Raises Refused where there is too much to look at.
    """
    log = ["--git-dir", str(git_dir), "log", f"--max-count={MOST_COMMITS}", "--format=%x00%ct", "-z"]
    names = ["--name-only", "--no-renames", "--diff-merges=first-parent", "--end-of-options", commit]
    said = run_git([*log, *names, *(["--", folder] if folder else [])], max_output=MAX_LOG)
    found = {"": committed_at(git_dir, commit)}
    at = b""
    for token in said.split(b"\0"):  # nothing, the time of a commit, the names of its files, nothing, …
        if at and token:
            name = token.removeprefix(b"\n").decode("utf-8", "surrogateescape")
            found.setdefault(name, _moment(at))
        else:
            at = token
    return found


def _moment(seconds: bytes) -> datetime:
    """Not later than now: a commit says what its author's clock said."""
    return datetime.fromtimestamp(min(int(seconds), int(time.time())), UTC)
