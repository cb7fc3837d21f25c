"""Cursors of the feed: sealed positions, good for every account and filter, since there is one order only."""

from portal.graphql.cursors import decode_cursor, encode_cursor

SCOPE = "catalog.changes"


def cursor_of(position: int) -> str:
    return encode_cursor([position], SCOPE)


def position_of(cursor: str) -> int:
    """Raises Invalid (INVALID_CURSOR)."""
    position: int = decode_cursor(cursor, SCOPE)[0]
    return position
