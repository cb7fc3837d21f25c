"""Plugin code that is given little time, and what lets go of code that hangs."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from portal.extension import guard
from tests.dummy_plugin import misbehaving


@pytest.fixture
def quick(settings: Any) -> Iterator[None]:
    settings.PLUGIN_DEADLINE = 0.3
    settings.PLUGIN_THREADS = 2
    guard.shut_down()
    yield
    guard.shut_down()


@pytest.fixture
def misbehaving_for_a_second(settings: Any) -> Iterator[None]:
    """What hangs does so until its deadline, or the end of the test."""
    settings.PLUGIN_DEADLINE = 1
    misbehaving.released.clear()
    guard.shut_down()
    yield
    misbehaving.released.set()
    guard.shut_down()


@pytest.fixture
def release() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()
