"""From a credential to a principal: the session of a browser, or an API token; and whether it still holds."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from importlib import import_module
from typing import Any

import orjson
from django.conf import settings
from django.contrib.auth import get_user
from django.db import connection
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from portal.accounts.models import Account, ApiToken
from portal.accounts.principal import Principal
from portal.accounts.tokens import TokenText
from portal.database import ask

LAST_USED_EVERY = timedelta(minutes=1)

# What deciding about a request takes, in the order of the models; the rest is loaded where it is asked for.
TOKEN_FIELDS = (
    "id", "prefix", "account_id", "secret_hash", "account_stamp", "scopes", "expires_at", "last_used_at",
    "revoked_at",
)  # fmt: skip
ACCOUNT_FIELDS = (
    "id", "password", "is_superuser", "username", "is_staff", "is_active", "uid", "user_ref",
    "credential_epoch",
)  # fmt: skip
PREFIX = TOKEN_FIELDS.index("prefix")
SCOPES = TOKEN_FIELDS.index("scopes")
EXPIRES_AT = TOKEN_FIELDS.index("expires_at")
LAST_USED_AT = TOKEN_FIELDS.index("last_used_at")
ACCOUNT_END = len(TOKEN_FIELDS) + len(ACCOUNT_FIELDS)
NOTHING = "SELECT WHERE FALSE"

Row = tuple[Any, ...]


def principal_of_token(text: str) -> Principal | None:
    """The principal of an API token; None if it is unknown, expired, revoked or its account changed."""
    return principal_and_row(text, beside=NOTHING)[0]


def principal_and_row(text: str, *, beside: str) -> tuple[Principal | None, Row]:
    """The same, and the row of the token (see `token_rows`); () where there is no such token."""
    given = TokenText.parse(text)
    row = token_rows([given.prefix], beside=beside).get(given.prefix, ()) if given else ()
    if given is None or not row:
        return None, ()
    token = _token(list(row[:ACCOUNT_END]))
    if not secrets.compare_digest(token.secret_hash, given.secret_hash) or not _is_good(token):
        return None, row
    _note_use(token)
    return _principal(token), row


def token_rows(prefixes: Iterable[str], *, beside: str) -> dict[str, Row]:
    """What the database has of these tokens, by prefix, and from ACCOUNT_END on what the statement `beside`
    finds: None in every column where that is nothing. Asked by almost every request."""
    rows = ask(_token_statement(beside), [list(prefixes)])
    return {row[PREFIX]: row for row in rows}


def holds_until(row: Row) -> datetime:
    """The moment from which a good token's row must be looked at again: it is over then, or its use is to be
    noted."""
    expires_at, last_used_at = row[EXPIRES_AT], row[LAST_USED_AT]
    return min(expires_at, last_used_at + LAST_USED_EVERY) if last_used_at else timezone.now()


def _token(values: list[Any]) -> ApiToken:
    """The token and its account."""
    values[SCOPES] = orjson.loads(values[SCOPES])
    token = ApiToken.from_db(connection.alias, TOKEN_FIELDS, values[: len(TOKEN_FIELDS)])
    token.account = Account.from_db(connection.alias, ACCOUNT_FIELDS, values[len(TOKEN_FIELDS) :])
    return token


@cache
def _token_statement(beside: str) -> str:
    columns = [f't."{name}"' for name in TOKEN_FIELDS] + [f'a."{name}"' for name in ACCOUNT_FIELDS]
    return (
        f"SELECT {', '.join(columns)}, beside.* FROM {ApiToken._meta.db_table} t "  # noqa: S608 - our own names
        f"JOIN {Account._meta.db_table} a ON a.id = t.account_id LEFT JOIN ({beside}) beside ON TRUE "
        "WHERE t.prefix = ANY(%s)"
    )


def principal_of_session(request: HttpRequest) -> Principal | None:
    user = request.user
    if not isinstance(user, Account):
        return None
    return Principal(account=user, session_key=request.session.session_key)


def renew(principal: Principal) -> Principal | None:
    """The same principal as the database has it now; None when the credential is over.

    For work that outlives a request's first moment (streams): ask again every few seconds.
    """
    if principal.is_system:
        return principal
    if principal.token_id is not None:
        token = ApiToken.objects.select_related("account").filter(pk=principal.token_id).first()
        return _principal(token) if token and _is_good(token) else None
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(principal.session_key)
    user = get_user(request)
    return Principal(account=user, session_key=principal.session_key) if isinstance(user, Account) else None


def resume(account: Account, *, token_id: int | None, stamp: str) -> Principal | None:
    """Whoever left work behind, as the database has them now; None when what they came with is over.

    `stamp` is the account's `credential_stamp()` of that time, `token_id` the token if it was one.
    """
    if not account.is_active:
        return None
    if token_id is not None:
        token = ApiToken.objects.select_related("account").filter(pk=token_id, account=account).first()
        return _principal(token) if token and _is_good(token) else None
    return Principal(account=account) if secrets.compare_digest(stamp, account.credential_stamp()) else None


def _is_good(token: ApiToken) -> bool:
    return (
        token.revoked_at is None
        and token.expires_at > timezone.now()
        and token.account.is_active
        and secrets.compare_digest(token.account_stamp, token.account.credential_stamp())
    )


def _principal(token: ApiToken) -> Principal:
    return Principal(account=token.account, scopes=frozenset(token.scopes), token_id=token.pk)


def _note_use(token: ApiToken) -> None:
    """At most one write a minute, however often the token is used."""
    before = timezone.now() - LAST_USED_EVERY
    if token.last_used_at is None or token.last_used_at < before:
        stale = Q(last_used_at__isnull=True) | Q(last_used_at__lt=before)
        ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=timezone.now())
