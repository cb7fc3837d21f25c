"""The demo company Skerry Lines: a catalog in which every page has something to show, and its people."""

from pathlib import Path

COMPANY = Path(__file__).resolve().parent / "company"
PORTAL = COMPANY.parents[2].parent / "catalog-info.yaml"
PASSWORD = "slow-ferry-42"  # noqa: S105  (of invented people, printed by `portal up`)

# Username, password, and who that is.
SIGN_INS = (
    ("admin", PASSWORD, "Karin Sjö, administrator"),
    ("amina", PASSWORD, "Amina Diallo, Reservations"),
    ("ingrid", PASSWORD, "Ingrid Moe, Sailings"),
    ("anna", PASSWORD, "Anna Virtanen, Platform"),
)


def load() -> None:
    """Register and ingest the company, make its accounts, set its plugins up; what is there already stays.

    Needs Django set up and the tables migrated. Raises PortalError.
    """
    from portal.stack.demo import loading

    loading.load_company(COMPANY / "all.yaml")
    loading.load_company(PORTAL)
    loading.create_accounts()
    loading.set_up_plugins()
