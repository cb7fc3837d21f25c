"""The embedded git host: bare repositories below one folder, reached by path and never through a URL."""

import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from portal.integrations.errors import Conflict, NotFound, Refused
from portal.integrations.git_history import changed_at
from portal.integrations.git_objects import Entry, list_blobs, read_in_turn
from portal.integrations.git_process import run_git

OWNER_GRAMMAR = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
NAME_GRAMMAR = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,98}[a-z0-9])?")
REVISION_GRAMMAR = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,199}")
DEFAULT_BRANCH = "main"
MAX_FILE_BYTES = 5 * 1024 * 1024
MAX_FILES = 10_000


@dataclass(frozen=True, slots=True)
class Author:
    """Who a commit names; line ends and angle brackets are dropped from both."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Repository:
    """A bare repository of the embedded host. `created_for` is the mark its creator left, "" for none."""

    owner: str
    name: str
    path: Path
    created_for: str = ""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A regular file of a revision; `path` is relative to the repository, with `/`."""

    path: str
    executable: bool
    content: bytes


class GitHost:
    """Repositories at `<root>/<owner>/<name>.git`.

    Raises Refused for names, paths and sizes outside the grammar and the limits, NotFound for what is
    not there, Conflict for what is there already, DeadlineExceeded after 30 s.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def create_repository(
        self, owner: str, name: str, *, description: str = "", created_for: str = ""
    ) -> Repository:
        """Create an empty repository; it appears whole or not at all. Raises Conflict where one exists."""
        target = self._path(owner, name)
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".new-", dir=self.root) as folder:
            new = Path(folder) / "repository.git"
            run_git(
                ["init", "--quiet", "--bare", "--template=", f"--initial-branch={DEFAULT_BRANCH}", str(new)]
            )
            (new / "description").write_text(f"{_one_line(description)}\n", encoding="utf-8")
            if created_for:
                run_git(["config", "--file", str(new / "config"), "portal.createdFor", created_for])
            try:
                new.rename(target)  # fails where a repository is, so two creators cannot both succeed
            except OSError as error:
                raise Conflict(f"The repository {owner}/{name} exists already.") from error
        return Repository(owner, name, target, created_for)

    def get_repository(self, owner: str, name: str) -> Repository:
        """Raises NotFound."""
        path = self._existing(owner, name)
        mark = run_git(
            ["config", "--file", str(path / "config"), "--default", "", "--get", "portal.createdFor"]
        )
        return Repository(owner, name, path, mark.decode().strip())

    def remove_repository(self, owner: str, name: str) -> None:
        """Remove a repository for good; it disappears whole. Raises NotFound."""
        path = self._existing(owner, name)
        with tempfile.TemporaryDirectory(prefix=".old-", dir=self.root) as folder:
            path.rename(Path(folder) / "repository.git")

    def exists(self, owner: str, name: str) -> bool:
        return self._path(owner, name).is_dir()

    def commit_files(self, owner: str, name: str, directory: Path, *, message: str, author: Author) -> str:
        """Commit the content of `directory` to the default branch; returns the commit's hash.

        A directory equal to the last commit makes no new one and returns that one's hash. The branch
        moves only from where it was read. Raises Refused where a folder inside holds a `.git`.
        """
        path = self._existing(owner, name)
        _refuse_nested_repositories(directory)
        old = self.find_revision(owner, name, "HEAD")
        with tempfile.TemporaryDirectory(prefix=".index-", dir=self.root) as folder:
            extra = {"GIT_INDEX_FILE": str(Path(folder) / "index"), **_identity(author)}
            add = ["--work-tree", str(directory), "add", "--all", "--", "."]
            self._git(path, add, environment=extra, cwd=directory)
            tree = self._git(path, ["write-tree"], environment=extra).decode().strip()
            if old and self._git(path, ["rev-parse", f"{old}^{{tree}}"]).decode().strip() == tree:
                return old
            commit = ["commit-tree", tree, *(["-p", old] if old else []), "-F", "-"]
            sha = self._git(path, commit, environment=extra, stdin=message.encode()).decode().strip()
        self._git(path, ["update-ref", f"refs/heads/{DEFAULT_BRANCH}", sha, old or "0" * len(sha)])
        return sha

    def commit_changes(
        self,
        owner: str,
        name: str,
        branch: str,
        *,
        written: Mapping[str, tuple[bytes, bool]],
        deleted: Iterable[str] = (),
        message: str,
        author: Author,
    ) -> str:
        """Commit the default branch with some files changed to another branch; the commit's hash.

        `written` has the content of each path and whether it is a program. A branch that has just these files
        already keeps its commit; one that is there gets one more.
        """
        path, old = self._existing(owner, name), self.find_revision(owner, name, branch)
        head = self.head(owner, name)
        self._entries(owner, name, "", head)  # refuses what git could not hold in memory
        with tempfile.TemporaryDirectory(prefix=".index-", dir=self.root) as folder:
            extra = {"GIT_INDEX_FILE": str(Path(folder) / "index"), **_identity(author)}
            self._git(path, ["read-tree", head], environment=extra)
            lines = [f"0 {'0' * len(head)}\t{checked_path(gone)}" for gone in deleted]
            for place, (content, executable) in written.items():
                blob = self._git(path, ["hash-object", "-w", "--stdin"], stdin=content).decode().strip()
                lines.append(f"{'100755' if executable else '100644'} {blob}\t{checked_path(place)}")
            listing = "".join(f"{line}\0" for line in lines).encode()
            self._git(path, ["update-index", "-z", "--index-info"], environment=extra, stdin=listing)
            tree = self._git(path, ["write-tree"], environment=extra).decode().strip()
            if old and self._git(path, ["rev-parse", f"{old}^{{tree}}"]).decode().strip() == tree:
                return old
            commit = ["commit-tree", tree, "-p", old or head, "-F", "-"]
            sha = self._git(path, commit, environment=extra, stdin=message.encode()).decode().strip()
        self._git(path, ["update-ref", f"refs/heads/{branch}", sha, old or "0" * len(sha)])
        return sha

    def remove_branch(self, owner: str, name: str, branch: str, *, commit: str) -> bool:
        """Remove a branch that is still at this commit; whether it was."""
        if branch == DEFAULT_BRANCH or self.find_revision(owner, name, branch) != commit:
            return False
        self._git(self._existing(owner, name), ["update-ref", "-d", f"refs/heads/{branch}", commit])
        return True

    def contains(self, owner: str, name: str, commit: str) -> bool:
        """Whether the default branch has a commit in its past."""
        if self.find_revision(owner, name, commit) is None:
            return False
        arguments = ["rev-list", "--max-count=1", f"^{self.head(owner, name)}", commit]
        return not self._git(self._existing(owner, name), arguments).strip()

    def head(self, owner: str, name: str) -> str:
        """The hash of the default branch's last commit. Raises NotFound for an empty repository."""
        return self._revision(owner, name, "HEAD")

    def find_revision(self, owner: str, name: str, revision: str) -> str | None:
        """The commit hash of a branch, tag or hash; None where there is none."""
        if not REVISION_GRAMMAR.fullmatch(revision) or ".." in revision:
            raise Refused(f"{revision!r} is not the name of a branch, a tag or a commit.")
        path = self._existing(owner, name)
        arguments = ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"]
        return self._git(path, arguments, accept=(0, 1)).decode().strip() or None

    def read_file(self, owner: str, name: str, path: str, revision: str = "HEAD") -> bytes:
        """The content of one regular file, at most 5 MiB; links are not followed."""
        for file in self.read_files(owner, name, path, revision):
            if file.path == checked_path(path):
                return file.content
        raise NotFound(f"There is no file {path!r} in {owner}/{name}.")

    def list_files(self, owner: str, name: str, folder: str = "", revision: str = "HEAD") -> list[str]:
        """The paths of all regular files at and below `folder`, relative to the repository, sorted."""
        return [path for path, _, _, _ in self._entries(owner, name, folder, revision)]

    def changed_at(
        self, owner: str, name: str, folder: str = "", revision: str = "HEAD"
    ) -> dict[str, datetime]:
        """When each file at and below `folder` was changed last, and the commit made, as ``."""
        sha = self._revision(owner, name, revision)
        return changed_at(self._existing(owner, name), sha, checked_path(folder))

    def read_files(
        self, owner: str, name: str, folder: str = "", revision: str = "HEAD"
    ) -> Iterator[StoredFile]:
        """Every regular file at and below `folder` (or the one file of that path), a few MiB at a time."""
        entries = self._entries(owner, name, folder, revision)
        for path, _, _, size in entries:
            if size > MAX_FILE_BYTES:
                raise Refused(f"{path} in {owner}/{name} is {size} bytes; at most {MAX_FILE_BYTES} are read.")
        for (path, mode, _, _), content in read_in_turn(self._existing(owner, name), entries):
            yield StoredFile(path, mode == "100755", content)

    def _entries(self, owner: str, name: str, folder: str, revision: str) -> list[Entry]:
        """The regular files at and below a path."""
        sha = self._revision(owner, name, revision)
        entries = list_blobs(self._existing(owner, name), sha, checked_path(folder))
        if len(entries) > MAX_FILES:
            raise Refused(f"{owner}/{name} has more than {MAX_FILES} files below {folder or 'its root'}.")
        return entries

    def _revision(self, owner: str, name: str, revision: str) -> str:
        sha = self.find_revision(owner, name, revision)
        if sha is None:
            raise NotFound(f"The repository {owner}/{name} has no commit at {revision}.")
        return sha

    def _path(self, owner: str, name: str) -> Path:
        check_names(owner, name)
        return self.root / owner / f"{name}.git"

    def _existing(self, owner: str, name: str) -> Path:
        path = self._path(owner, name)
        if not path.is_dir():
            raise NotFound(f"There is no repository {owner}/{name}.")
        return path

    def _git(
        self,
        path: Path,
        arguments: list[str],
        *,
        environment: Mapping[str, str] | None = None,
        stdin: bytes = b"",
        accept: tuple[int, ...] = (0,),
        cwd: Path | None = None,
    ) -> bytes:
        return run_git(
            ["--git-dir", str(path), *arguments], environment=environment, stdin=stdin, accept=accept, cwd=cwd
        )


def check_names(owner: str, name: str) -> None:
    """Raises Refused unless both are names of the embedded host: lower-case, one spelling each."""
    if not OWNER_GRAMMAR.fullmatch(owner):
        raise Refused(f"{owner!r} is not an owner: use a-z, 0-9 and - inside, at most 63 characters.")
    if not NAME_GRAMMAR.fullmatch(name) or ".." in name or name.endswith((".git", ".lock")):
        raise Refused(
            f"{name!r} is not a repository name: use a-z, 0-9 and . _ - inside, at most 100 characters, "
            "without .git at the end."
        )


def checked_path(path: str) -> str:
    """A path inside a repository in its one spelling, "" for the root. Raises Refused for any other."""
    parts = PurePosixPath(path).parts
    if "\0" in path or "\\" in path or path.startswith("/") or ".." in parts:
        raise Refused(f"{path!r} is not a path inside the repository.")
    return str(PurePosixPath(*parts)) if parts else ""


def _identity(author: Author) -> dict[str, str]:
    name = _one_line(author.name).strip("<>. ") or "Portal"
    email = _one_line(author.email).replace("<", "").replace(">", "")
    return {
        f"GIT_{role}_{key}": value
        for role in ("AUTHOR", "COMMITTER")
        for key, value in (("NAME", name), ("EMAIL", email))
    }


def _one_line(text: str) -> str:
    return " ".join(text.replace("\0", " ").split())


def _refuse_nested_repositories(directory: Path) -> None:
    for folder, folders, files in os.walk(directory):
        if any(entry.lower() in (".git", "git~1") for entry in (*folders, *files)):
            where = Path(folder).relative_to(directory)
            raise Refused(f"{where} holds a .git, which would run with the repository: remove it first.")
