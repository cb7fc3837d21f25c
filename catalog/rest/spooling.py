"""Streams that are kept as a file while they are sent, to be sent again from it."""

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import IO

from django.http import StreamingHttpResponse

PIECE = 256 * 1024


@dataclass(frozen=True, slots=True)
class Spooled:
    """A whole stream in a file that has no name: it is gone with the last who reads it."""

    file: IO[bytes]
    size: int
    headers: dict[str, str]

    def response(self) -> StreamingHttpResponse:
        return StreamingHttpResponse(self.pieces(), headers=self.headers)

    def pieces(self) -> Iterator[bytes]:
        """Each reader at a place of its own."""
        for place in range(0, self.size, PIECE):
            yield os.pread(self.file.fileno(), PIECE, place)


def spooled(
    pieces: Iterable[bytes], headers: dict[str, str], keep: Callable[[Spooled], None], max_bytes: int
) -> Iterator[bytes]:
    """The same pieces; after the last one `keep` gets them, unless they are too many or the disk is full."""
    file = _file()
    size = 0
    for piece in pieces:
        yield piece
        size += len(piece)
        if file is not None and (size > max_bytes or not _write(file, piece)):
            file = None
    if file is not None:
        keep(Spooled(file, size, headers))


def _file() -> IO[bytes] | None:
    try:
        return tempfile.TemporaryFile(prefix="portal-", buffering=0)
    except OSError:
        return None


def _write(file: IO[bytes], piece: bytes) -> bool:
    try:
        return file.write(piece) == len(piece)
    except OSError:
        return False
