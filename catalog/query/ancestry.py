"""From an entity to the location that it came through: which Location entity named its file, and so on."""

from dataclasses import dataclass

from django.db import connection

from catalog.ingestion.homes import home_ref
from catalog.models import Entity
from catalog.selectors import find_visible
from portal.accounts.principal import Principal
from portal.rest.errors import NotFound

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
    SELECT ref FROM above ORDER BY step
"""


@dataclass(frozen=True, slots=True)
class Step:
    """An entity of the chain, and the ref of the one it came through, None for the last."""

    ref: str
    parent_ref: str | None


def ancestry(ref: str, *, viewer: Principal) -> list[Step]:
    """The chain from an entity to its registered location, as far as the viewer may see it.

    Raises NotFound where the entity is missing or hidden.
    """
    visible = find_visible(viewer=viewer)
    entity = visible.filter(ref=ref).select_related("location").first()
    if entity is None:
        raise NotFound(f"No such entity {ref}", code="ENTITY_NOT_FOUND")
    chain = _chain(entity)
    seen = set(visible.filter(ref__in=chain).values_list("ref", flat=True))
    shown = [each for each in chain if each in seen]
    return [Step(each, above) for each, above in zip(shown, [*shown[1:], None], strict=True)]


def _chain(entity: Entity) -> list[str]:
    if entity.location is None:
        return [entity.ref]
    with connection.cursor() as cursor:
        cursor.execute(ABOVE, [entity.ref, MAX_STEPS])
        refs = [row[0] for row in cursor.fetchall()]
    return list(dict.fromkeys([*refs, str(home_ref(entity.location))]))
