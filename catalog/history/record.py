"""What a writer says of its change, and the shorter form in which a change is kept.

Triggers write the events (migration `0004_history`), so that no writer can forget one. They hold whole
documents on both sides of a change; `condense` makes patches of them, in the same transaction.
"""

from collections.abc import Iterator

import orjson
from django.db import connection

from catalog.history.patches import diff
from portal.accounts.principal import Principal
from portal.audit.services import current_operation

BATCH = 1000

DESCRIBE = """
    SELECT set_config('portal.actor', %s, true), set_config('portal.cause', %s, true),
           set_config('portal.source', %s, true), set_config('portal.record', %s, true)
"""
WHOLE = """
    SELECT e.id, e.before, e.after FROM catalog_event e
      JOIN catalog_change c ON c.id = e.change_id AND e.id > c.events_after
     WHERE c.id = NULLIF(current_setting('portal.change', true), '')::bigint
       AND e.id > %s AND left(e.before, 1) = '{' AND left(e.after, 1) = '{'
     ORDER BY e.id LIMIT %s
"""
SHORTEN = """
    UPDATE catalog_event e SET before = s.before, after = s.after
      FROM (SELECT unnest(%s::bigint[]) AS id, unnest(%s::text[]) AS before, unnest(%s::text[]) AS after) s
     WHERE e.id = s.id
"""


def describe_change(cause: str, *, actor: Principal | None = None, source: str = "") -> None:
    """Who and what the events of this transaction will name; without `actor`, who the operation is by."""
    now = current_operation()
    label = actor.label if actor else now.actor if now else "system"
    with connection.cursor() as cursor:
        cursor.execute(DESCRIBE, [label, cause, source, str(now.uid) if now else ""])


def condense() -> None:
    """Turn whole documents on both sides of an event into patches; statements by the thousand events."""
    for batch in _whole():
        patches = [(pk, *_both_ways(before, after)) for pk, before, after in batch]
        with connection.cursor() as cursor:
            cursor.execute(SHORTEN, [list(column) for column in zip(*patches, strict=True)])


def _whole() -> Iterator[list[tuple[int, str, str]]]:
    position = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(WHOLE, [position, BATCH])
            rows = cursor.fetchall()
        if rows:
            yield rows
        if len(rows) < BATCH:
            return
        position = rows[-1][0]


def _both_ways(before: str, after: str) -> tuple[str, str]:
    old, new = orjson.loads(before), orjson.loads(after)
    return orjson.dumps(diff(new, old)).decode(), orjson.dumps(diff(old, new)).decode()
