"""Writing only what one has seen: the etag that a writer expects against the one there is."""

from catalog.models import Entity
from portal.rest.errors import Conflict


def require_etag(entity: Entity, expected: str | None) -> None:
    """Raises Conflict, naming both, where an expected etag is given and is not the entity's.

    Inside of the transaction that holds the catalog (`lock_catalog`) the answer holds until its end.
    """
    if expected is not None and expected != entity.hash:
        raise Conflict(
            f"{entity.ref} has the etag {entity.hash}, you expected {expected[:80]}: it was changed since "
            "you read it. Read it again and decide anew.",
            code="ENTITY_CHANGED",
            path=("expectedEtag",),
        )
