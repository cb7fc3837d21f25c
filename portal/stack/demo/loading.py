"""Puts the demo company into the catalog and makes the accounts of its people."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from catalog.models import Entity, Location
from catalog.selectors import find_locations
from catalog.services import refresh_location, register_location, unregister_location
from portal.accounts.principal import SYSTEM
from portal.accounts.selectors import find_accounts
from portal.accounts.services import create_account
from portal.plugin_admin.models import PluginDecision
from portal.plugin_admin.selectors import get_plugin
from portal.plugin_admin.services import change_settings
from portal.stack.demo import PASSWORD


@dataclass(frozen=True)
class DemoAccount:
    """Who somebody is: the account's name and the User of the catalog it belongs to."""

    username: str
    user: str
    name: str
    is_admin: bool = False


ACCOUNTS = (
    DemoAccount("admin", "karin.sjo", "Karin Sjö", is_admin=True),
    DemoAccount("amina", "amina.diallo", "Amina Diallo"),
    DemoAccount("ingrid", "ingrid.moe", "Ingrid Moe"),
    DemoAccount("anna", "anna.virtanen", "Anna Virtanen"),
)


OWN = "catalog-info.yaml"
"""The portal's own file in its checkout."""

# Settings of plugins by name: invented figures, which say so where they are shown.
PLUGINS: dict[str, dict[str, Any]] = {
    "ci": {"githubs": [{"host": "github.com", "api": "demo:"}]},
    "monitoring": {
        "servers": [{"name": "demo", "prometheus": "demo:"}],
        "tier_label": "skerry-lines.example/tier",
        "objectives": ["1=99.9", "2=99.5", "3=99"],
        "dashboard": "https://grafana.skerry-lines.example/d/$name",
    },
    # Of the ships' cluster nothing is invented: it is the one that cannot be reached.
    "kubernetes": {"demo": ["prod-north", "prod-south", "staging", "quay-edge"]},
    "costs": {"sources": [{"name": "demo", "kind": "focus", "address": "demo:", "currency": "EUR"}]},
}


def load_company(front_door: Path) -> Location:
    """Register a first file (the company's, the portal's own) as a trusted location, or read it again.

    A registration of a copy that is gone (the checkout was moved) is taken back first: two locations
    cannot define the same entities.
    """
    target = f"file:{front_door}"
    found = None
    for location in find_locations(viewer=SYSTEM):
        if f"{location.type}:{location.target}" == target:
            found = location
        elif _is_former_copy(location, front_door):
            unregister_location(location.uid, actor=SYSTEM)
    if found is None:
        return register_location(target, actor=SYSTEM, trusted=True)
    refresh_location(found.uid, actor=SYSTEM)
    return found


def create_accounts() -> None:
    """Make the accounts that are missing; one that is there keeps its password and its rights."""
    present = set(find_accounts(viewer=SYSTEM).values_list("username", flat=True))
    for account in ACCOUNTS:
        if account.username not in present:
            create_account(
                account.username,
                password=PASSWORD,
                user_ref=f"user:default/{account.user}",
                name=account.name,
                email=f"{account.user}@skerry-lines.example",
                is_admin=account.is_admin,
                actor=SYSTEM,
            )


def set_up_plugins() -> None:
    """Give enabled plugins something to show; one that anybody has settings for keeps them."""
    for name in PLUGINS.keys() & set(settings.PORTAL_PLUGINS):
        config = get_plugin(name, viewer=SYSTEM)
        if not config.environment and not PluginDecision.objects.filter(plugin=name).exists():
            change_settings(name, PLUGINS[name], actor=SYSTEM)


def _is_former_copy(location: Location, front_door: Path) -> bool:
    path, tail = Path(location.target), 1 if front_door.name == OWN else 5
    same_place = path.parts[-tail:] == front_door.parts[-tail:]
    if location.type != "file" or not same_place or path == front_door or path.exists():
        return False
    # A file of so common a name must have been the portal's own.
    return tail > 1 or Entity.objects.filter(location=location, ref="component:default/portal").exists()
