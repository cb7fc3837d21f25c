"""What a bare repository holds at a commit: its regular files and their content."""

from pathlib import Path

from portal.integrations.git_process import run_git

REGULAR_FILES = ("100644", "100755")


def list_blobs(git_dir: Path, commit: str, path: str = "") -> list[tuple[str, str, str, int]]:
    """(path, mode, blob hash, size in bytes) of the regular files at and below a path, in git's order.

    Links and submodules are left out. `commit` is a full hash, `path` relative to the root.
    """
    arguments = ["--git-dir", str(git_dir), "ls-tree", "-r", "-z", "--long", "--full-tree", commit]
    listing = run_git([*arguments, *(["--", path] if path else [])]).decode("utf-8", "surrogateescape")
    entries = []
    for line in filter(None, listing.split("\0")):
        about, name = line.split("\t", 1)
        mode, _, blob, size = about.split()
        if mode in REGULAR_FILES:
            entries.append((name, mode, blob, int(size)))
    return entries


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
