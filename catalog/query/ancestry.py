"""From an entity to the location that it came through: which Location entity named its file, and so on."""

from catalog.ingestion.homes import home_ref
from catalog.models import Location
from portal.database import ask

MAX_STEPS = 32

ABOVE = """
    WITH RECURSIVE above(ref, location_id, parent_ref, step) AS (
        SELECT e.ref, e.location_id, COALESCE(d.parent_ref, ''), 0
          FROM catalog_entity e
          LEFT JOIN catalog_descriptor d ON d.location_id = e.location_id AND d.ref = e.ref
         WHERE e.ref = %s
      UNION ALL
        SELECT d.ref, d.location_id, d.parent_ref, above.step + 1
          FROM above
          JOIN catalog_descriptor d ON d.location_id = above.location_id AND d.ref = above.parent_ref
         WHERE above.step < %s
    )
    SELECT above.ref, l.namespace, l.type, l.target
      FROM above LEFT JOIN catalog_location l ON l.id = above.location_id ORDER BY step
"""


def ancestry(ref: str) -> list[str]:
    """The refs from an entity to its registered location, one statement; empty where there is no such entity.

    Whether a viewer may know of them is not asked here.
    """
    rows = ask(ABOVE, [ref, MAX_STEPS])
    refs = [row[0] for row in rows]
    if rows and rows[0][1] is not None:
        namespace, kind, target = rows[0][1:]
        refs.append(str(home_ref(Location(namespace=namespace, type=kind, target=target))))
    return list(dict.fromkeys(refs))
