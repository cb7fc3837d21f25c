"""The Location entity that a registered location is in the catalog."""

import hashlib

from django.db.models import Q

from catalog.entities.refs import EntityRef
from catalog.models import Location


def home_ref(location: Location) -> EntityRef:
    """The Location entity that a registered location itself is."""
    digest = hashlib.sha1(str(location).encode(), usedforsecurity=False).hexdigest()
    return EntityRef("location", location.namespace, f"generated-{digest}")


DECLARED = ~Q(kind="Location", name__startswith="generated-")
"""Entities that a source declares: all but those that registered locations themselves are."""
