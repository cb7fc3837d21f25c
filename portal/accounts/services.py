"""Making, changing and ending accounts, API tokens and grants; each writes its audit record."""

import re
import uuid
from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone

from portal.accounts.models import Account, ApiToken, NamespaceGrant
from portal.accounts.permissions import require_admin, require_session
from portal.accounts.principal import SCOPES, Principal
from portal.accounts.selectors import get_account, get_api_token
from portal.accounts.tokens import TokenText
from portal.audit.services import operation
from portal.rest.errors import Conflict, Denied, Invalid, NotFound

MAX_TOKENS = 100
"""Good ones, per account."""

SUBJECT = re.compile(r"(user|group):[a-z0-9][a-z0-9._-]{0,62}/[a-z0-9][a-z0-9._-]{0,62}")
NAMESPACE = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


def create_api_token(
    name: str,
    *,
    scopes: Sequence[str],
    expires_in_days: int,
    actor: Principal,
    account: Account | None = None,
) -> tuple[ApiToken, str]:
    """Make a token for the actor's own account and return it with its text, which is shown only now.

    `account` is for the operator's command: nobody makes tokens for somebody else.
    Raises Denied for tokens as actors, Invalid with the fields to blame.
    """
    with operation("token.create", actor=actor, target=f"{actor.label}: {name}") as now:
        require_session(actor, "make API tokens")
        owner = account if actor.is_system else actor.account
        if owner is None or (account is not None and account != owner):
            raise Denied("An API token is made by the account it speaks for: sign in with that account.")
        name = _checked_token_name(name)
        granted = _checked_scopes(scopes)
        _check_expiry(expires_in_days)
        _check_token_count(owner)
        text = TokenText.generate()
        token = ApiToken.objects.create(
            account=owner,
            name=name,
            prefix=text.prefix,
            secret_hash=text.secret_hash,
            account_stamp=owner.credential_stamp(),
            scopes=granted,
            expires_at=timezone.now() + timedelta(days=expires_in_days),
        )
        now.target = f"token:{token.prefix}"
        now.detail = {"account": owner.username, "name": name, "scopes": granted, "days": expires_in_days}
    return token, text.reveal()


def revoke_api_token(uid: uuid.UUID | None, *, actor: Principal) -> ApiToken:
    """End a token at once; ending it again changes nothing. Raises NotFound for others' tokens."""
    with operation("token.revoke", actor=actor, target=f"token:{uid}") as now:
        require_session(actor, "revoke API tokens")
        token = get_api_token(uid, viewer=actor)
        now.target = f"token:{token.prefix}"
        if token.revoked_at is None:
            token.revoked_at = timezone.now()
            token.save(update_fields=["revoked_at"])
    return token


def create_account(
    username: str,
    *,
    password: str,
    actor: Principal,
    user_ref: str = "",
    name: str = "",
    email: str = "",
    is_admin: bool = False,
) -> Account:
    """Make an account that can sign in at once. Raises Denied, Invalid, Conflict (the name is taken)."""
    with operation("account.create", actor=actor, target=username) as now:
        require_admin(actor, "make accounts")
        account = Account(
            username=username,
            first_name=name,
            email=email,
            user_ref=_checked_user_ref(user_ref),
            is_superuser=is_admin,
            is_staff=is_admin,
        )
        _check_password(password, account)
        if Account.objects.filter(username=username).exists():
            raise Conflict(
                f"There is an account {username!r} already: choose another name.",
                code="ACCOUNT_EXISTS",
                path=("username",),
            )
        account.set_password(password)
        _check_fields(account)
        account.save()
        now.detail = {"userRef": account.user_ref, "isAdmin": is_admin}
    return account


def set_account_active(username: str, active: bool, *, actor: Principal) -> Account:
    """Disable or enable an account. Disabling ends its sessions and tokens; enabling revives none."""
    with operation("account.enable" if active else "account.disable", actor=actor, target=username):
        require_admin(actor, "disable and enable accounts")
        account = get_account(username, viewer=actor)
        if not active and account.is_active:
            account.credential_epoch = F("credential_epoch") + 1
            account.api_tokens.filter(revoked_at=None).update(revoked_at=timezone.now())
        account.is_active = active
        account.save(update_fields=["is_active", "credential_epoch"])
        account.refresh_from_db()
    return account


def set_account_admin(username: str, is_admin: bool, *, actor: Principal) -> Account:
    """Make an account an administrator, or no longer; both end its sessions and tokens."""
    with operation("account.change-role", actor=actor, target=username) as now:
        require_admin(actor, "make administrators")
        account = get_account(username, viewer=actor)
        account.is_superuser = account.is_staff = is_admin
        account.save(update_fields=["is_superuser", "is_staff"])
        now.detail = {"isAdmin": is_admin}
    return account


def set_account_password(username: str, password: str, *, actor: Principal) -> Account:
    """Replace a password, which ends the account's sessions and tokens."""
    with operation("account.change-password", actor=actor, target=username):
        require_admin(actor, "set the passwords of others")
        account = get_account(username, viewer=actor)
        _check_password(password, account)
        account.set_password(password)
        account.save(update_fields=["password"])
    return account


def link_account(username: str, user_ref: str, *, actor: Principal) -> Account:
    """Say which catalog User an account is (`user:default/jane`); "" unlinks it."""
    with operation("account.link", actor=actor, target=username) as now:
        require_admin(actor, "link accounts")
        account = get_account(username, viewer=actor)
        account.user_ref = _checked_user_ref(user_ref)
        account.save(update_fields=["user_ref"])
        now.detail = {"userRef": account.user_ref}
    return account


def grant_namespace(namespace: str, *, subject: str, role: str, actor: Principal) -> NamespaceGrant:
    """Give a user, a group or `everyone` a role in a namespace; the first grant closes it to all others."""
    with operation("namespace.grant", actor=actor, target=namespace, namespace=namespace[:63]) as now:
        require_admin(actor, "grant namespaces")
        _check_grant(namespace, subject, role)
        grant, _ = NamespaceGrant.objects.update_or_create(
            namespace=namespace, subject=subject, defaults={"role": role}
        )
        now.detail = {"subject": subject, "role": role}
    return grant


def revoke_namespace(namespace: str, *, subject: str, actor: Principal) -> None:
    """Take a grant back. Raises NotFound when there is none."""
    with operation("namespace.revoke", actor=actor, target=namespace, namespace=namespace[:63]) as now:
        require_admin(actor, "revoke grants")
        deleted, _ = NamespaceGrant.objects.filter(namespace=namespace, subject=subject).delete()
        if not deleted:
            message = f"{subject} has no grant in {namespace}: `portal account grants` lists them."
            raise NotFound(message, code="GRANT_NOT_FOUND")
        now.detail = {"subject": subject}


def _checked_token_name(name: str) -> str:
    name = name.strip()
    if not 1 <= len(name) <= 100 or not name.isprintable():
        raise Invalid(
            "A token needs a name of 1 to 100 printable characters that says what it is for.", path=("name",)
        )
    return name


def _checked_scopes(scopes: Sequence[str]) -> list[str]:
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown or not scopes:
        what = f"There is no scope {', '.join(unknown)}" if unknown else "A token needs a scope"
        raise Invalid(f"{what}: choose among {', '.join(SCOPES)}.", code="SCOPE_UNKNOWN", path=("scopes",))
    return [scope for scope in SCOPES if scope in scopes]


def _check_expiry(days: int) -> None:
    longest = settings.TOKEN_MAX_DAYS
    if not 1 <= days <= longest:
        raise Invalid(f"A token lives for 1 to {longest} days, not {days}.", path=("expiresInDays",))


def _check_token_count(owner: Account) -> None:
    Account.objects.select_for_update().get(pk=owner.pk)
    good = owner.api_tokens.filter(revoked_at=None, expires_at__gt=timezone.now()).count()
    if good >= MAX_TOKENS:
        raise Conflict(
            f"This account has {good} good API tokens, the most there may be: revoke some first.",
            code="TOKEN_LIMIT",
        )


def _checked_user_ref(user_ref: str) -> str:
    ref = user_ref.strip().lower()
    if ref and not (SUBJECT.fullmatch(ref) and ref.startswith("user:")):
        raise Invalid(f"{user_ref!r} is not a user: write user:<namespace>/<name>.", path=("userRef",))
    return ref


def _check_password(password: str, account: Account) -> None:
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise Invalid(" ".join(error.messages), code="PASSWORD_WEAK", path=("password",)) from None


def _check_fields(account: Account) -> None:
    try:
        account.full_clean(exclude=["password"], validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise Invalid(f"{field}: {' '.join(messages)}", path=(field,)) from None


def _check_grant(namespace: str, subject: str, role: str) -> None:
    if not NAMESPACE.fullmatch(namespace):
        raise Invalid(f"{namespace!r} is not a namespace name.", path=("namespace",))
    if subject != NamespaceGrant.EVERYONE and not SUBJECT.fullmatch(subject):
        message = f"{subject!r} is nobody: write user:<namespace>/<name>, group:… or everyone."
        raise Invalid(message, path=("subject",))
    if role not in NamespaceGrant.Role.values:
        raise Invalid(f"There is no role {role!r}: {', '.join(NamespaceGrant.Role.values)}.", path=("role",))
