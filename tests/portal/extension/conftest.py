"""Plugin code that is given little time, and what lets go of code that hangs."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from portal.extension import guard


@pytest.fixture
def two_threads(settings: Any) -> Iterator[None]:
    """For each plugin, from the start."""
    settings.PLUGIN_THREADS = 2
    guard.shut_down()
    yield
    guard.shut_down()


@pytest.fixture
def release() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()
