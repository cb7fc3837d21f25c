"""The pictures of a documentation: read with limits, kept only if they really are raster images."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from portal.plugin_api.catalog import Source, SourceError

from .reading import Folder

MAX_IMAGE = 2 * 1024 * 1024
MAX_IMAGES = 200
MAX_ALL_IMAGES = 32 * 1024 * 1024
FIRST_BYTES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}


@dataclass(frozen=True, slots=True)
class ImageFile:
    """A picture and what its first bytes say it is."""

    path: str
    media_type: str
    content: bytes

    @property
    def hash(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def read_images(source: Source, folder: Folder, paths: Iterable[str]) -> list[ImageFile]:
    """The pictures among these files of the folder; what is too large or none is left out."""
    found: list[ImageFile] = []
    room = MAX_ALL_IMAGES
    for path in list(paths)[:MAX_IMAGES]:
        try:
            content = source.read(f"{folder.path}/{path}" if folder.path else path, min(MAX_IMAGE, room))
        except SourceError:
            continue
        media_type = media_type_of(content)
        if media_type:
            found.append(ImageFile(path, media_type, content))
            room -= len(content)
    return found


def media_type_of(content: bytes) -> str:
    """The type of a PNG, JPEG, GIF or WebP; "" for everything else, SVG among it."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    for first, media_type in FIRST_BYTES.items():
        if content.startswith(first):
            return media_type
    return ""
