"""What a file of a skeleton is, wherever it comes from."""

from dataclasses import dataclass

MAX_FILE_BYTES = 5 * 1024 * 1024


class SkeletonError(Exception):
    """What a template refers to cannot be read; the message names it."""


@dataclass(frozen=True, slots=True)
class SkeletonFile:
    """A regular file, its path relative to the folder that was asked for."""

    path: str
    executable: bool
    content: bytes
