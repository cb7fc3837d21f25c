"""Who is asking: the one value that every selector (`viewer=`) and service (`actor=`) takes."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portal.accounts.models import Account

SCOPES: dict[str, str] = {
    "read": "Read everything its account may read",
    "catalog:write": "Register, refresh and remove catalog locations",
    "scaffolder:run": "Run templates and manage its account's tasks",
}
"""What an API token may be allowed to do. Nothing else can be done with a token, whoever owns it."""


@dataclass(frozen=True, slots=True)
class Principal:
    """An account, seen through the credential it came with.

    `scopes` is None for a session (everything the account may do) and a set for an API token.
    `account` is None only for the portal itself (SYSTEM): the operator's command, scheduled work.
    """

    account: "Account | None"
    scopes: frozenset[str] | None = None
    token_id: int | None = None
    session_key: str | None = field(default=None, repr=False)

    @property
    def user_ref(self) -> str | None:
        """The catalog's User entity of this account, `user:default/jane`; None where there is no link."""
        return (self.account.user_ref or None) if self.account else None

    @property
    def is_system(self) -> bool:
        return self.account is None

    @property
    def is_admin(self) -> bool:
        """May manage everything: the portal itself, or a superuser's session (never a token)."""
        return self.account is None or (self.account.is_superuser and self.scopes is None)

    @property
    def sees_everything(self) -> bool:
        """Reading needs no grant: the portal itself and superusers, through tokens too."""
        return self.account is None or self.account.is_superuser

    @property
    def label(self) -> str:
        """A short name for records and logs."""
        if self.account is None:
            return "system"
        return self.user_ref or f"account:{self.account.get_username()}"

    def has_scope(self, scope: str) -> bool:
        return self.scopes is None or scope in self.scopes


SYSTEM = Principal(account=None)
