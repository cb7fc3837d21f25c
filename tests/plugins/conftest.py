"""Every test of a plugin of the tree runs with what the plugin claims, and is refused nothing."""

from collections.abc import Iterator
from typing import Any

import pytest

from portal.extension import decided, uses


@pytest.fixture(autouse=True)
def refusals(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, str, str]]]:
    """What plugins asked for beyond their claims; a test that means to empties the list."""
    refused: list[tuple[str, str, str]] = []
    count = uses.note

    def note(plugin: str, claim: str, value: str, *, allowed: bool) -> Any:
        if not allowed:
            refused.append((plugin, claim, value))
        return count(plugin, claim, value, allowed=allowed)

    monkeypatch.setattr(uses, "note", note)
    # What is decided about plugins is looked up when a test decides, not by the clock.
    monkeypatch.setattr(decided, "FRESH_SECONDS", 3600.0)
    yield refused
    assert refused == []
