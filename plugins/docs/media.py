"""Which files a site may have beside its pages, and as what they are served: never as something that runs."""

MAX_ASSET = 5 * 1024 * 1024
FIRST_BYTES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}
RASTER = {"png", "jpg", "jpeg", "gif", "webp"}
BY_NAME = {
    "svg": "image/svg+xml",
    "pdf": "application/pdf",
    "json": "application/json",
    "csv": "text/plain; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "yaml": "text/plain; charset=utf-8",
    "yml": "text/plain; charset=utf-8",
    "drawio": "text/plain; charset=utf-8",
    "puml": "text/plain; charset=utf-8",
    "proto": "text/plain; charset=utf-8",
    "graphql": "text/plain; charset=utf-8",
}


def media_type_of(name: str, content: bytes | None = None) -> str:
    """The type to serve a file as; "" for what is not kept.

    A picture is what its first bytes say. Without `content`: whether the name is one that may be kept.
    """
    ending = name.rpartition(".")[2].lower()
    if ending not in RASTER:
        return BY_NAME.get(ending, "")
    return "image/*" if content is None else _raster(content)


def is_picture(media_type: str) -> bool:
    return media_type.startswith("image/")


def _raster(content: bytes) -> str:
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for first, kind in FIRST_BYTES.items() if content.startswith(first)), "")
