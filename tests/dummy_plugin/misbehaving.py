"""What the dummy plugin adds when it misbehaves; `released` lets go of everything that hangs."""

import sys
import threading
from collections.abc import Iterator
from typing import Any, NoReturn

from django.db import connection

from portal.plugin_api import Block, EntityField, HomePanel, Panel, Stat, Text
from portal.plugin_api.graphql import ObjectType, String

released = threading.Event()


class Hostile:
    """Does something nasty to whoever prints or compares it."""

    def __str__(self) -> NoReturn:
        raise SystemExit("printed")

    __repr__ = __str__

    def __eq__(self, other: object) -> NoReturn:
        raise SystemExit("compared")

    __hash__ = object.__hash__


class HostileError(Exception):
    def __str__(self) -> NoReturn:
        raise SystemExit("printed")


class RaisingPanel(Panel):
    title = "Raising"

    def blocks(self, entity: Any, *, viewer: Any) -> Iterator[Block]:
        yield Stat("before", "1")
        raise RuntimeError("secret detail 8731")


class HangingPanel(Panel):
    title = "Hanging"

    def blocks(self, entity: Any, *, viewer: Any) -> Iterator[Block]:
        released.wait(60)
        yield Stat("late", "1")


class SpinningPanel(Panel):
    title = "Spinning"

    def blocks(self, entity: Any, *, viewer: Any) -> Iterator[Block]:
        while not released.is_set():
            pass
        yield Stat("late", "1")


class SleepingQueryPanel(Panel):
    title = "Sleeping query"

    def blocks(self, entity: Any, *, viewer: Any) -> Iterator[Block]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(60)")
        yield Stat("late", "1")


class FailedStatementPanel(Panel):
    title = "Failed statement"

    def blocks(self, entity: Any, *, viewer: Any) -> Iterator[Block]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT no_such_column")
        yield Stat("never", "1")


class WritingPanel(Panel):
    title = "Writing"

    def blocks(self, entity: Any, *, viewer: Any) -> Iterator[Block]:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM accounts_account")
        yield Stat("never", "1")


class TransactionPanel(Panel):
    title = "Open transaction"

    def blocks(self, entity: Any, *, viewer: Any) -> Iterator[Block]:
        connection.set_autocommit(False)
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        yield Stat("left", "open")


class AutocommitPanel(Panel):
    title = "Autocommit"

    def blocks(self, entity: Any, *, viewer: Any) -> Iterator[Block]:
        yield Stat("autocommit", str(connection.get_autocommit()))


class ExitingPanel(Panel):
    title = "Exiting"

    def blocks(self, entity: Any, *, viewer: Any) -> NoReturn:
        sys.exit(3)


class BytesPanel(Panel):
    title = "Bytes"

    def blocks(self, entity: Any, *, viewer: Any) -> Any:
        return b"not blocks"


class NumberPanel(Panel):
    title = "Number"

    def blocks(self, entity: Any, *, viewer: Any) -> Any:
        yield Stat("Lines", 1200)  # type: ignore[arg-type]


class HostilePanel(Panel):
    title = "Hostile"

    def blocks(self, entity: Any, *, viewer: Any) -> Any:
        yield Stat("Lines", Hostile())  # type: ignore[arg-type]


class HostileErrorPanel(Panel):
    title = "Hostile error"

    def blocks(self, entity: Any, *, viewer: Any) -> NoReturn:
        raise HostileError


class EndlessPanel(Panel):
    title = "Endless"

    def blocks(self, entity: Any, *, viewer: Any) -> Iterator[Block]:
        while True:
            yield Stat("again", "1")


class HugePanel(Panel):
    title = "Huge"

    def blocks(self, entity: Any, *, viewer: Any) -> Iterator[Block]:
        yield Text("x" * 100_000_000)


class RaisingHomePanel(HomePanel):
    title = "Raising"

    def blocks(self, *, viewer: Any) -> NoReturn:
        raise RuntimeError("secret detail 8731")


class Broken(ObjectType):
    word = String()


def raising_loader(entities: Any, viewer: Any) -> NoReturn:
    raise RuntimeError("secret detail 8731")


raising_field = EntityField(Broken, load=raising_loader)
bytes_field = EntityField(Broken, load=lambda entities, viewer: {e.pk: b"bytes" for e in entities})
list_field = EntityField(Broken, load=lambda entities, viewer: [1, 2])  # type: ignore[arg-type,return-value]


def raising_find(query: str, *, viewer: Any, limit: int) -> NoReturn:
    raise RuntimeError("secret detail 8731")


def raising_run() -> NoReturn:
    raise RuntimeError("secret detail 8731")


def exiting_run() -> NoReturn:
    sys.exit(3)
