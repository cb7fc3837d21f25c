"""What else changes when entities are renamed: relations of others, links of accounts, grants."""

from collections.abc import Mapping

from catalog.ingestion.plan import Plan
from catalog.ingestion.rebuild import follow_names
from portal.accounts.models import Account, NamespaceGrant


def follow(plan: Plan) -> None:
    """After a plan is written: let everything else lead to the refs that entities have now."""
    if plan.renamed:
        carry_rights(plan.renamed)
    follow_names([*plan.renamed.values(), *plan.reclaimed])


def carry_rights(renamed: Mapping[str, str]) -> None:
    """An account stays linked to its user, a grant stays with its user or group. `renamed`: new → before.

    Only trusted locations define users and groups, so only they can rename them.
    """
    for new, old in renamed.items():
        if old.startswith(("user:", "group:")):
            Account.objects.filter(user_ref=old).update(user_ref=new)
            held = NamespaceGrant.objects.filter(subject=new).values_list("namespace", flat=True)
            NamespaceGrant.objects.filter(subject=old).exclude(namespace__in=list(held)).update(subject=new)
