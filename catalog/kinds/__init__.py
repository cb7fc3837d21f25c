"""Kinds are data: the portal's are the JSON files of this folder; plugins and the catalog itself add more."""

from catalog.kinds.definitions import DEFINITION
from catalog.kinds.model import Kind, RelationField
from catalog.kinds.registry import (
    KindSet,
    all_kinds,
    current_kinds,
    inverse_types,
    read_kinds,
    static_kinds,
    using,
)

__all__ = [
    "DEFINITION",
    "Kind",
    "KindSet",
    "RelationField",
    "all_kinds",
    "current_kinds",
    "inverse_types",
    "read_kinds",
    "static_kinds",
    "using",
]
