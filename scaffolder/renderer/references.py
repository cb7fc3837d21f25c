"""The filters that Backstage adds: repository addresses, entity references and paths as their parts."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from scaffolder.renderer.values import as_text

REPO_PARTS = ("owner", "organization", "workspace", "project", "repo")
PICK_PATH = re.compile(r"[^.\[\]]+")


def parse_repo_url(value: Any) -> dict[str, str]:
    """`host?owner=…&repo=…` as its parts. Raises ValueError for any other text."""
    text = as_text(value)
    parts = urlsplit(text if "://" in text else f"https://{text}")
    query = {key: values[0] for key, values in parse_qs(parts.query).items()}
    if not parts.netloc or ("repo" not in query and "project" not in query):
        raise ValueError(f"{text!r} is not a repository URL like `host?owner=name&repo=name`")
    return {"host": parts.netloc, **{key: query[key] for key in REPO_PARTS if key in query}}


def project_slug(value: Any) -> str:
    """`owner/repo` of a repository URL."""
    parts = parse_repo_url(value)
    if "owner" not in parts or "repo" not in parts:
        raise ValueError(f"{as_text(value)!r} names no owner and repo")
    return f"{parts['owner']}/{parts['repo']}"


def parse_entity_ref(value: Any, defaults: dict[str, str] | None = None, **words: str) -> dict[str, str]:
    """`[kind:][namespace/]name` as its parts, spelt as written."""
    chosen = {**(defaults or {}), **words}
    if isinstance(value, dict):
        kind, namespace, name = (str(value.get(key) or "") for key in ("kind", "namespace", "name"))
    else:
        kind, _, rest = as_text(value).rpartition(":")
        namespace, _, name = rest.rpartition("/")
    kind = kind or chosen.get("defaultKind", "")
    namespace = namespace or chosen.get("defaultNamespace", "default")
    if not kind or not name or "/" in namespace or ":" in kind:
        raise ValueError(f"{as_text(value)!r} is not an entity reference like `kind:namespace/name`")
    return {"kind": kind, "namespace": namespace, "name": name}


def pick(value: Any, path: str) -> Any:
    """What lies at a path like `a.b[0]`; null where nothing does."""
    for part in PICK_PATH.findall(path):
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list | tuple) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value
