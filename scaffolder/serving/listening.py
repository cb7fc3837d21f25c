"""One database connection of the process listens for news and wakes whoever follows what they are about."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connections

from catalog.history.live import CATALOG_CHANNEL
from scaffolder.running.leases import CHANNEL

logger = logging.getLogger(__name__)

RECONNECT_SECONDS = 2
CHANNELS = (CHANNEL, CATALOG_CHANNEL)


class Listener:
    """Followers by topic; each has an event that is set when there may be something new.

    A topic is a channel, for whatever is told on it, or what is told: the uid of a task."""

    def __init__(self) -> None:
        self._followers: dict[str, set[asyncio.Event]] = defaultdict(set)
        self._task: asyncio.Task[None] | None = None

    @contextmanager
    def following(self, topic: str) -> Iterator[asyncio.Event]:
        """An event that is set at each notification of this topic; the connection is opened when needed."""
        event = asyncio.Event()
        self._followers[topic].add(event)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._listen())
        try:
            yield event
        finally:
            self._followers[topic].discard(event)
            if not self._followers[topic]:
                del self._followers[topic]

    async def _listen(self) -> None:
        """Listens for as long as anybody follows anything; wakes everybody after an interruption."""
        while self._followers:
            try:
                async with await psycopg.AsyncConnection.connect(
                    **_parameters(), autocommit=True
                ) as connection:
                    for channel in CHANNELS:
                        await connection.execute(f"LISTEN {channel}")
                    self._wake_all()
                    await self._pass_on(connection)
            except (psycopg.Error, OSError):
                logger.warning("Listening for news was interrupted.", exc_info=True)
                await asyncio.sleep(RECONNECT_SECONDS)

    async def _pass_on(self, connection: "psycopg.AsyncConnection[Any]") -> None:
        while self._followers:
            async for notification in connection.notifies(timeout=30):
                for topic in (notification.payload, notification.channel):
                    for event in self._followers.get(topic, ()):
                        event.set()

    def _wake_all(self) -> None:
        for events in self._followers.values():
            for event in events:
                event.set()


def _parameters() -> dict[str, Any]:
    """How Django's own connection is made, without what only Django's own needs."""
    parameters = dict(connections["default"].get_connection_params())
    for name in ("cursor_factory", "context", "prepare_threshold", "options"):
        parameters.pop(name, None)
    return parameters


_listeners: dict[asyncio.AbstractEventLoop, Listener] = {}


def listener() -> Listener:
    """The listener of the running event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _listeners:
        _listeners.clear()
        _listeners[loop] = Listener()
    return _listeners[loop]
