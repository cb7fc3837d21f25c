"""A source of the dummy plugin, and what it does to documents on their way into the catalog."""

from typing import Any

from portal.plugin_api import DocumentRefused, SourceUnavailable

PARROT = """
apiVersion: dummy.example/v1
kind: Parrot
metadata: {{name: {name}}}
spec: {{keeper: user:default/member}}
"""
aviary: dict[str, str] = {}


def check_aviary(target: str) -> str:
    return "" if target.isalpha() else "Name an aviary by letters."


def read_aviary(target: str) -> dict[str, str]:
    """Every parrot of the aviary; it is closed sometimes, and breaks at others."""
    if aviary.get("state") == "closed":
        raise SourceUnavailable("The aviary is closed.", wait=60)
    if aviary.get("state") == "broken":
        raise KeyError("secret detail 8731")
    return {f"{name}.yaml": PARROT.format(name=name) for name in aviary.get(target, "").split()}


def polish(document: dict[str, Any]) -> dict[str, Any]:
    """Tags what it saw; refuses rust, breaks on glass, renames ghosts."""
    name = document["metadata"]["name"]
    if name == "rust":
        raise DocumentRefused("Rust cannot be polished.", ("metadata", "name"))
    if name == "glass":
        raise KeyError("secret detail 8731")
    if name == "ghost":
        document["metadata"]["name"] = "somebody"
    document["metadata"].setdefault("tags", []).append("polished")
    return document
