"""Merging texts three ways, by git's own merge."""

import tempfile
from pathlib import Path

from portal.integrations.git_process import run_git


def merge_texts(
    ours: bytes, base: bytes, theirs: bytes, *, names: tuple[str, str, str]
) -> tuple[bytes, bool]:
    """The merged text, and whether conflicts stand in it between git's markers, called by `names`."""
    with tempfile.TemporaryDirectory(prefix="portal-merge-") as folder:
        paths = [Path(folder) / name for name in ("ours", "base", "theirs")]
        for path, content in zip(paths, (ours, base, theirs), strict=True):
            path.write_bytes(content)
        labels = [word for name in names for word in ("-L", name)]
        arguments = ["merge-file", "--stdout", *labels, *map(str, paths)]
        merged = run_git(arguments, accept=tuple(range(128)))
    return merged, f"<<<<<<< {names[0]}\n".encode() in merged
