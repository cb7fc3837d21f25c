"""A database of a measurement's own, on the server of DATABASE_URL."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg


@contextmanager
def own_database(purpose: str) -> Iterator[str]:
    """The address of a new database, gone at the end."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    name = f"portal_{purpose}_{os.getpid()}"
    with psycopg.connect(urlunsplit(parts), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield urlunsplit(parts._replace(path=f"/{name}"))
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
