"""Orphans that a setting says to delete after a while."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from catalog.ingestion.redefine import is_definition, redefine_kinds
from catalog.ingestion.write import bump_generation, lock_catalog, remove_entities
from catalog.kinds import read_kinds
from catalog.models import Entity
from portal.accounts.principal import SYSTEM
from portal.audit.services import operation


def delete_old_orphans() -> int:
    """Delete what no source has declared for `PORTAL_CATALOG_ORPHAN_DAYS`; how many those are."""
    if settings.CATALOG_ORPHAN_DAYS <= 0:
        return 0
    limit = timezone.now() - timedelta(days=settings.CATALOG_ORPHAN_DAYS)
    old = Entity.objects.filter(orphan=True, orphan_since__lt=limit)
    if not old.exists():
        return 0
    with operation("orphans.remove", actor=SYSTEM, target="catalog") as now:
        lock_catalog("removal", actor=SYSTEM)
        kinds = read_kinds()
        ids, refs = [], []
        for pk, ref in old.values_list("pk", "ref"):
            ids.append(pk)
            refs.append(ref)
        remove_entities(ids)
        if any(is_definition(ref) for ref in refs):
            redefine_kinds(kinds)
        now.detail["refs"] = refs[:100]
        bump_generation()
    return len(ids)
