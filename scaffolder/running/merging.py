"""What a template renders now, merged into what became of the files that it rendered then."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from portal.integrations.git_merge import merge_texts
from scaffolder.actions.action import UNKNOWN, ActionError
from scaffolder.running.workspace import Workspace

MAX_BYTES = 64 * 1024 * 1024
"""Of files side by side in memory, however little they take where they come from."""
NAMES = ("here", "rendered then", "the template now")


@dataclass(frozen=True, slots=True)
class File:
    """The content of a file, and whether it is a program."""

    content: bytes
    executable: bool = False


Files = Mapping[str, File]


def gathered(files: Iterable[tuple[str, bytes, bool]]) -> dict[str, File]:
    """Files, given as path, content and whether they are programs, side by side. Raises ActionError."""
    found: dict[str, File] = {}
    size = 0
    for path, content, executable in files:
        size += len(content)
        if size > MAX_BYTES:
            raise ActionError(f"There are more than {MAX_BYTES} bytes of files, too many to be merged.")
        found[path] = File(content, executable)
    return found


@dataclass(frozen=True, slots=True)
class Conflict:
    """A file that somebody has to look at; `reason` is a sentence."""

    path: str
    reason: str


@dataclass
class Merge:
    """What has to be written and deleted; files with conflicts are written with git's markers in them."""

    written: dict[str, File] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    """Files that hold what only a whole run could tell; they stay as they are."""

    @property
    def is_empty(self) -> bool:
        return not (self.written or self.deleted or self.conflicts)


def files_of(workspace: Workspace) -> dict[str, File]:
    """Everything in a workspace. Raises ActionError."""
    return gathered(
        (path, workspace.read(path, parameter="the file"), executable)
        for path, executable in workspace.list_files()
    )


def merged(base: Files, ours: Files, theirs: Files) -> Merge:
    """Three states of some files, by path: as rendered then, as they are, as rendered now."""
    merge = Merge()
    for path in sorted({*base, *theirs}):
        _merge_file(path, base.get(path), ours.get(path), theirs.get(path), merge)
    return merge


def _merge_file(path: str, base: File | None, ours: File | None, theirs: File | None, merge: Merge) -> None:
    if theirs and UNKNOWN.encode() in theirs.content:
        merge.unknown.append(path)
    elif _same(base, theirs) or _same(ours, theirs):
        return
    elif _same(ours, base):
        _take(path, theirs, merge)
    elif ours is None:
        merge.conflicts.append(Conflict(path, "It was deleted here, and the template has changed it."))
    elif theirs is None:
        merge.conflicts.append(Conflict(path, "The template has it no more, and it was changed here."))
    elif not (_is_text(ours) and _is_text(theirs) and _is_text(base)):
        merge.conflicts.append(Conflict(path, "It was changed here and in the template, and is no text."))
    else:
        _merge_texts(path, base or File(b""), ours, theirs, merge)


def _merge_texts(path: str, base: File, ours: File, theirs: File, merge: Merge) -> None:
    content, clash = merge_texts(ours.content, base.content, theirs.content, names=NAMES)
    if clash:
        reason = "The same lines were changed here and in the template: both stand in it, between markers."
        merge.conflicts.append(Conflict(path, reason))
    if content != ours.content:
        merge.written[path] = File(content, ours.executable)


def _take(path: str, theirs: File | None, merge: Merge) -> None:
    if theirs is None:
        merge.deleted.append(path)
    else:
        merge.written[path] = theirs


def _same(one: File | None, other: File | None) -> bool:
    if one is None or other is None:
        return one is other
    return one.content == other.content


def _is_text(file: File | None) -> bool:
    return file is None or b"\0" not in file.content


def below(files: Mapping[str, File], folder: str) -> dict[str, File]:
    """The files of a folder, by their paths in it; all of them for ""."""
    prefix = f"{folder}/" if folder else ""
    return {path.removeprefix(prefix): file for path, file in files.items() if path.startswith(prefix)}


def summary(merge: Merge) -> Iterable[str]:
    """A line for each file."""
    yield from (f"Changed: {path}" for path in merge.written)
    yield from (f"Deleted: {path}" for path in merge.deleted)
    yield from (f"Conflict: {conflict.path}: {conflict.reason}" for conflict in merge.conflicts)
    yield from (f"Left alone: {path}: it holds what only a whole run can tell." for path in merge.unknown)
