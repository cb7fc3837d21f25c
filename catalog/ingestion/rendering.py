"""The relations of an entity as clients get them, kept beside it: rendered with it when it is new, and again
when either end of one of them changes."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from django.db import connection

from catalog.entities.derive import Edge
from catalog.ingestion.copying import pieces

INWARD = """
    SELECT r.target_ref, r.inverse, source.ref
      FROM catalog_relation r JOIN catalog_entity source ON source.id = r.source_id
     WHERE r.target_ref = ANY (%s) AND source.id <> ALL (%s)
"""
STITCH = """
    UPDATE catalog_entity e SET relations_text = COALESCE(s.text, '[]')
    FROM (SELECT unnest(%(ids)s::bigint[]) AS id) wanted LEFT JOIN (
        SELECT ends.id, '[' || string_agg(
            '{"type":"' || ends.type || '","targetRef":"' || ends.target || '"}', ','
            ORDER BY ends.type COLLATE "C", ends.target COLLATE "C"
        ) || ']' AS text
        FROM (
            SELECT r.source_id AS id, r.type, r.target_ref AS target
              FROM catalog_relation r WHERE r.source_id = ANY(%(ids)s)
          UNION
            SELECT t.id, r.inverse, source.ref
              FROM catalog_entity t
              JOIN catalog_relation r ON r.target_ref = t.ref
              JOIN catalog_entity source ON source.id = r.source_id
             WHERE t.id = ANY(%(ids)s)
        ) ends GROUP BY ends.id
    ) s USING (id)
    WHERE e.id = wanted.id AND e.relations_text IS DISTINCT FROM COALESCE(s.text, '[]')
"""


class Ends:
    """The relations of entities that are about to be added, from both ends: a new row is written once, as
    one that is written twice leaves a dead one behind, in the table and in every index.

    `changed` are entities (`rewritten` are their ids) whose relations will be those given; one statement.
    """

    def __init__(
        self,
        added: Mapping[str, Sequence[Edge]],
        changed: Mapping[str, Sequence[Edge]],
        *,
        rewritten: Sequence[int],
    ) -> None:
        self._added = added
        self._inward: dict[str, list[str]] = {}
        """Of each added one, relation and ref one after the other: a list takes less than pairs."""
        if not added:
            return
        for ref, edges in chain(added.items(), changed.items()):
            for edge in edges:
                if edge.target_ref in added:
                    self._inward.setdefault(edge.target_ref, []).extend((edge.inverse, ref))
        with connection.cursor() as cursor:
            for piece in pieces(added):
                cursor.execute(INWARD, [list(piece), list(rewritten)])
                for ref, inverse, source in cursor:
                    self._inward.setdefault(ref, []).extend((inverse, source))

    def text(self, ref: str) -> str:
        """As `STITCH` writes it: types and refs are of letters that JSON takes as they are."""
        ends = {(edge.type, edge.target_ref) for edge in self._added[ref]}
        inward = self._inward.get(ref, [])
        ends.update(zip(inward[::2], inward[1::2], strict=True))
        parts = (f'{{"type":"{kind}","targetRef":"{end}"}}' for kind, end in sorted(ends))
        return f"[{','.join(parts)}]"


def stitch(ids: Iterable[int]) -> int:
    """Render the relations of these entities anew; returns how many were different."""
    rewritten = 0
    with connection.cursor() as cursor:
        for piece in pieces(ids):
            cursor.execute(STITCH, {"ids": list(piece)})
            rewritten += cursor.rowcount
    return rewritten
