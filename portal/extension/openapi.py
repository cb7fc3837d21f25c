"""OpenAPI documents: YAML beside the code that answers, with the parts that all of them share."""

from functools import cache
from pathlib import Path
from typing import Any

import orjson
import yaml

from portal.extension.urls import PluginFile, PluginUrl

SHARED = Path(__file__).with_name("openapi_shared.yaml")
NAME = "openapi.json"


@cache
def openapi_document(file: Path) -> bytes:
    """The OpenAPI 3.1 document that a file is the body of, as JSON.

    The file has `info`, `servers`, `paths` and components of its own; version, security and the form of
    errors are the same for all and added here.
    """
    shared, own = _read(SHARED), _read(file)
    components = {
        section: shared["components"].get(section, {}) | own.get("components", {}).get(section, {})
        for section in sorted(shared["components"] | own.get("components", {}))
    }
    return orjson.dumps(shared | own | {"components": components})


def _read(file: Path) -> Any:
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def described_in(file: Path, at: str = "") -> PluginUrl:
    """The address `openapi.json` among those of a plugin: the document that describes them."""

    def answer(**_: Any) -> PluginFile:
        return PluginFile(openapi_document(file), "application/json; charset=utf-8")

    return PluginUrl("openapi" + f"-{at}" * bool(at), NAME, answer, at=at)
