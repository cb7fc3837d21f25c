"""What else changes when entities are renamed: relations of others, account links, grants, saved views."""

from collections.abc import Mapping

from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat, Left

from catalog.ingestion.plan import Plan
from catalog.ingestion.rebuild import follow_names
from catalog.saved.models import MAX_NAME, SavedView
from portal.accounts.models import Account, NamespaceGrant

NUMBERED = Concat(Left("name", MAX_NAME - 20), Value(" "), Cast("pk", CharField()))


def follow(plan: Plan) -> None:
    """After a plan is written: let everything else lead to the refs that entities have now."""
    if plan.renamed:
        carry_rights(plan.renamed)
    follow_names([*plan.renamed.values(), *plan.reclaimed])


def carry_rights(renamed: Mapping[str, str]) -> None:
    """An account stays linked to its user, grants stay with their user or group, views with their group.

    `renamed`: new → before. A view whose name the new group has already gets a number.

    Only trusted locations define users and groups, so only they can rename them.
    """
    for new, old in renamed.items():
        if old.startswith(("user:", "group:")):
            Account.objects.filter(user_ref=old).update(user_ref=new)
            held = NamespaceGrant.objects.filter(subject=new).values_list("namespace", flat=True)
            NamespaceGrant.objects.filter(subject=old).exclude(namespace__in=list(held)).update(subject=new)
            taken = SavedView.objects.filter(group_ref=new).values_list("name", flat=True)
            views = SavedView.objects.filter(group_ref=old)
            views.filter(name__in=list(taken)).update(name=NUMBERED)
            views.update(group_ref=new)
