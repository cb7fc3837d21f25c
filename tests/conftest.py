"""The cast that tests share: nobody, outsider, member, owner, admin; and clients that speak for them."""

import json
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.db import connection
from django.test import Client, override_settings
from hypothesis import HealthCheck, settings

from portal.accounts.models import Account
from portal.accounts.principal import Principal
from portal.accounts.services import create_api_token
from portal.extension import decided, guard, places, uses
from tests import emptying  # noqa: F401 - takes effect
from tests.distribution import pytest_xdist_make_scheduler  # noqa: F401 - hook
from tests.dummy_plugin import misbehaving
from tests.front import FrontClient
from tests.kubernetes_api import REAL_CLUSTER, FakeKubernetes
from tests.skips import pytest_make_collect_report, pytest_runtest_makereport  # noqa: F401 - hooks

# How fast a machine is says nothing about the property that is tested.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


@pytest.fixture(scope="session", autouse=True)
def _uses_are_written_when_a_test_asks() -> None:
    uses.set_interval(None)


@pytest.fixture(scope="session", autouse=True)
def _cheap_passwords() -> Iterator[None]:
    """Hashing is slow on purpose; tests make many accounts."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="session", autouse=True)
def _a_busy_machine_is_no_fault() -> Iterator[None]:
    """Deadlines are for what hangs; tests of a deadline set one that nothing else comes near to."""
    patient = {"PLUGIN_DEADLINE": 60, "GRAPHQL_DEADLINE_SECONDS": 60, "OUTBOUND_SECONDS": 60}
    patient |= {"CATALOG_JOB_SECONDS": 60, "DRY_RUN_SECONDS": 60, "LOCK_TIMEOUT_MS": 60_000}
    options: dict[str, Any] = connection.settings_dict["OPTIONS"]
    statements = options["options"].replace("statement_timeout=5000", "statement_timeout=60000")
    with (
        override_settings(**patient),
        mock.patch.object(places, "PATIENCE_SECONDS", 60),
        mock.patch.dict(options, options=statements),
    ):
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """The test database goes when the plugins' threads have let go of it."""
    yield
    guard.shut_down()


@pytest.fixture(autouse=True)
def _nothing_known_of_decisions() -> Iterator[None]:
    """What a process remembers for a while must not outlive a test."""
    decided.forget()
    yield
    decided.forget()


@pytest.fixture
def make_account(db: None) -> Callable[..., Account]:
    def make(username: str, *, user_ref: str | None = None, **fields: Any) -> Account:
        ref = f"user:default/{username}" if user_ref is None else user_ref
        return Account.objects.create_user(username, password=f"{username}-password", user_ref=ref, **fields)

    return make


@pytest.fixture
def short(settings: Any) -> None:
    """The deadline where something hangs: long enough for what runs beside it on a busy machine."""
    settings.PLUGIN_DEADLINE = 3


@pytest.fixture
def until_released() -> Iterator[None]:
    """What hangs does so until its deadline, or the end of the test."""
    misbehaving.released.clear()
    guard.shut_down()
    yield
    misbehaving.released.set()
    guard.shut_down()


@pytest.fixture
def member(make_account: Callable[..., Account]) -> Account:
    """A member of team-a in catalogs that name `user:default/member`."""
    return make_account("member")


@pytest.fixture
def outsider(make_account: Callable[..., Account]) -> Account:
    """Signed in, in no group."""
    return make_account("outsider")


@pytest.fixture
def admin(make_account: Callable[..., Account]) -> Account:
    return make_account("admin", is_superuser=True, is_staff=True)


@pytest.fixture
def as_principal() -> Callable[[Account], Principal]:
    return lambda account: Principal(account=account)


@pytest.fixture
def token_of() -> Callable[..., str]:
    """The text of a new API token: `token_of(member, "read", "scaffolder:run")`."""

    def make(account: Account, *scopes: str) -> str:
        actor = Principal(account=account)
        _, text = create_api_token("test", scopes=scopes or ("read",), expires_in_days=1, actor=actor)
        return text

    return make


@pytest.fixture
def bearer(token_of: Callable[..., str]) -> Callable[..., Client]:
    """A client that speaks through an API token instead of a session."""

    def make(account: Account, *scopes: str) -> Client:
        text = token_of(account, *scopes)
        return FrontClient(headers={"Authorization": f"Bearer {text}"})

    return make


class GraphQLClient:
    """Posts operations as one account and returns the JSON answer."""

    def __init__(self, account: Account | None = None) -> None:
        self.http = Client()
        if account is not None:
            self.http.force_login(account)

    def post(self, query: str, **variables: Any) -> Any:
        """The HTTP response."""
        body = {"query": query, "variables": variables}
        return self.http.post("/graphql", body, content_type="application/json")

    def __call__(self, query: str, **variables: Any) -> dict[str, Any]:
        """The `data` of an answer without errors."""
        answer = self.post(query, **variables).json()
        assert "errors" not in answer, answer["errors"]
        data: dict[str, Any] = answer["data"]
        return data


@pytest.fixture
def graphql() -> Callable[[Account | None], GraphQLClient]:
    return GraphQLClient


@pytest.fixture
def urls_with(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Puts views of a test in front of the portal's own: `urls_with(path("api/x", view))`."""

    def install(*patterns: Any) -> None:
        from portal import urls

        module = types.ModuleType("urls_of_a_test")
        module.__dict__.update(vars(urls) | {"urlpatterns": [*patterns, *urls.urlpatterns]})
        monkeypatch.setitem(sys.modules, module.__name__, module)
        settings.ROOT_URLCONF = module.__name__

    return install


@pytest.fixture
def fake_kubernetes(settings: Any, tmp_path: Path) -> Iterator[FakeKubernetes]:
    """A small Kubernetes API as the cluster `test`; templates may write everywhere in it."""
    with FakeKubernetes(folder=tmp_path) as fake:
        settings.CLUSTERS = json.dumps([fake.entry(writeNamespaces=["*"])])
        yield fake


@pytest.fixture(params=["fake", "real"] if REAL_CLUSTER else ["fake"])
def kubernetes(request: pytest.FixtureRequest, settings: Any) -> str:
    """The cluster `test`: the fake, and the real one too where PORTAL_TEST_KUBECONFIG names it."""
    if request.param == "fake":
        request.getfixturevalue("fake_kubernetes")
    else:
        entry = {"name": "test", "kubeconfig": REAL_CLUSTER, "writeNamespaces": ["*"]}
        settings.CLUSTERS = json.dumps([entry])
    return str(request.param)
