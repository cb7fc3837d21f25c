"""Rows into a table by COPY, the fastest way in."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any, TypeVar

from django.db import connection
from psycopg.adapt import Dumper

T = TypeVar("T")

ROWS_A_STATEMENT = 5_000
"""A statement lasts for as long as its rows are made: however many there are, each ends in good time."""


class TextArray(Dumper):
    """A list of texts as PostgreSQL reads an array, each in quotes; psycopg looks which need them."""

    def dump(self, obj: list[str]) -> bytes:
        text = '","'.join(obj)
        if "\\" in text or text.count('"') != 2 * len(obj) - 2:
            text = '","'.join(item.replace("\\", "\\\\").replace('"', '\\"') for item in obj)
        return f'{{"{text}"}}'.encode() if obj else b"{}"


def pieces(rows: Iterable[T]) -> Iterator[Iterator[T]]:
    """What one statement may take in, each to be used up before the next is asked for."""
    iterator = iter(rows)
    for first in iterator:
        yield chain([first], islice(iterator, ROWS_A_STATEMENT - 1))


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Append rows to a table by COPY; no statement where there are none."""
    statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
    with connection.cursor() as cursor:
        cursor.adapters.register_dumper(list, TextArray)
        for piece in pieces(rows):
            with cursor.copy(statement) as copy:
                for row in piece:
                    copy.write_row(row)
