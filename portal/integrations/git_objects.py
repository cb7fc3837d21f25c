"""What a bare repository holds at a commit: its regular files and their content."""

from collections.abc import Iterator
from pathlib import Path

from portal.integrations.errors import Refused
from portal.integrations.git_process import run_git

REGULAR_FILES = ("100644", "100755")
MAX_LISTING = 32 * 1024 * 1024
"""Of the list of a commit's files: some 300,000 of them. A few folders inside each other, each holding the
next ten times, are a repository of a kilobyte and a list without end."""
READ_TOGETHER = 16 * 1024 * 1024

Entry = tuple[str, str, str, int]
"""Path, mode, blob hash and size in bytes of a file."""


def list_blobs(git_dir: Path, commit: str, path: str = "") -> list[Entry]:
    """The regular files at and below a path, in git's order.

    Links and submodules are left out. `commit` is a full hash, `path` relative to the root. Raises Refused
    where there are more than can be listed.
    """
    arguments = ["--git-dir", str(git_dir), "ls-tree", "-r", "-z", "--full-tree", commit]
    try:
        listing = run_git([*arguments, *(["--", path] if path else [])], max_output=MAX_LISTING)
    except Refused:
        raise Refused(f"The repository has more files below {path or 'its root'} than are listed.") from None
    entries = []
    for line in filter(None, listing.split(b"\0")):
        about, name = line.decode("utf-8", "surrogateescape").split("\t", 1)
        mode, _, blob = about.split()
        if mode in REGULAR_FILES:
            entries.append((name, mode, blob))
    sizes = _sizes(git_dir, {blob for _, _, blob in entries})
    return [(name, mode, blob, sizes[blob]) for name, mode, blob in entries]


def _sizes(git_dir: Path, blobs: set[str]) -> dict[str, int]:
    """Each is looked up once, however many names it has."""
    asked = "".join(f"{blob}\n" for blob in blobs).encode()
    answer = run_git(["--git-dir", str(git_dir), "cat-file", "--batch-check"], stdin=asked)
    return {blob: int(size) for blob, _, size in map(str.split, answer.decode().splitlines())}


def read_blobs(git_dir: Path, blobs: list[str]) -> list[bytes]:
    """The content of blobs by their hashes, in one go; their sizes are the caller's to bound."""
    asked = "".join(f"{blob}\n" for blob in blobs).encode()
    answer = run_git(["--git-dir", str(git_dir), "cat-file", "--batch"], stdin=asked)
    found, position = [], 0
    for _ in blobs:
        end = answer.index(b"\n", position)
        size = int(answer[position:end].split()[2])
        found.append(answer[end + 1 : end + 1 + size])
        position = end + size + 2
    return found


def read_in_turn(git_dir: Path, entries: list[Entry]) -> Iterator[tuple[Entry, bytes]]:
    """Each file with its content, in order; no more of them are in memory than READ_TOGETHER says.

    The same content under a thousand names is a thousand contents: whoever takes them counts their sizes.
    """
    together: list[Entry] = []
    size = 0
    for entry in entries:
        if together and size + entry[3] > READ_TOGETHER:
            yield from _read(git_dir, together)
            together, size = [], 0
        together.append(entry)
        size += entry[3]
    yield from _read(git_dir, together)


def _read(git_dir: Path, entries: list[Entry]) -> Iterator[tuple[Entry, bytes]]:
    contents = read_blobs(git_dir, [blob for _, _, blob, _ in entries])
    yield from zip(entries, contents, strict=True)
