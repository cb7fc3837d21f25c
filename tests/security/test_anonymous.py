"""Nobody gets anything: every route, every method, every GraphQL field, but for a written list."""

import re

import pytest
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver
from graphql import get_named_type, is_required_argument

from portal.accounts.public import IDENTITY, PUBLIC, SIGN_UP, public_paths
from portal.audit.models import Record
from portal.schema import schema

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]

# The written list. Whoever adds to it adds here too, and the review sees it.
ALLOWED = {
    ("/healthz", "GET HEAD"),
    ("/readyz", "GET HEAD"),
    ("/sign-in", "GET HEAD"),
    ("/sign-out", "GET HEAD"),
    ("/static", "GET HEAD"),
    ("/_allauth/browser/v1/config", "GET HEAD"),
    ("/_allauth/browser/v1/auth/session", "DELETE GET HEAD"),
    ("/_allauth/browser/v1/auth/login", "POST"),
    ("/api/hooks/github", "POST"),
    ("/api/hooks/gitlab", "POST"),
    ("/api/hooks/gitea", "POST"),
    ("/api/hooks/plugins", "POST"),
}

NOT_IN_THE_MAP = [
    "/api",
    "/api/",
    "/api/x",
    "/api/catalog/entities",
    "/api/scaffolder/v2/tasks",
    "/graphql",
    "/graphql/",
    "/events",
    "/events/tasks/1",
    "/git",
    "/git/a/b.git/info/refs",
    "/healthz/",
    "/readyz/x",
    "/sign-in/",
    "/sign-in/x",
    "/static/../graphql",
    "/static/..%2fgraphql",
    "/%73tatic/../api/x",
    "/_allauth/browser/v1/auth/login/",
    "/_allauth/app/v1/auth/login",
    "/_allauth/openapi.html",
    "/",
    "/catalog",
    "/catalog/default/component/a",
    "/settings/tokens",
    "/plugins",
    "/graphiql",
    "/no/such/page",
    "/admin/",
    "//graphql",
    "/API/x",
    "/Graphql",
]

SAMPLES = {"int": "1", "slug": "a", "str": "a", "path": "a/b", "uuid": "00000000-0000-4000-8000-000000000000"}

pytestmark = pytest.mark.django_db


def routes(patterns, prefix="/"):
    for pattern in patterns:
        text = prefix + re.sub(r"<(?:(\w+):)?\w+>", lambda m: SAMPLES.get(m[1], "a"), str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, text)
        else:
            assert isinstance(pattern, URLPattern)
            yield re.sub(r"\(\?P?<?\w*>?[^)]*\)|[\^$\\?]", "a", text)


def every_path():
    return sorted({*routes(get_resolver().url_patterns), *NOT_IN_THE_MAP})


def is_allowed(method, path):
    """As the list above says, read independently of the code under test."""
    for allowed, methods in ALLOWED:
        below = allowed == "/static" and path.startswith("/static/")
        if (path == allowed or below) and method in methods.split():
            return True
    return False


def test_the_list_of_what_is_public_is_the_one_written_here(settings):
    assert {(public.path, " ".join(sorted(public.methods))) for public in PUBLIC} == ALLOWED
    assert public_paths() == PUBLIC
    settings.SIGN_UP = True
    assert public_paths() == (*PUBLIC, SIGN_UP)
    settings.IDENTITY_PROVIDERS = "[]"
    assert public_paths() == (*PUBLIC, SIGN_UP, IDENTITY)


def test_the_map_is_walked():
    assert {"/graphql", "/healthz", "/_allauth/browser/v1/account/password/change"} <= set(every_path())


@pytest.mark.parametrize("method", METHODS)
def test_every_route_refuses_who_has_not_signed_in(method):
    client = Client(raise_request_exception=False)
    open_doors = []
    for path in every_path():
        if is_allowed(method, path):
            continue
        answer = client.generic(method, "/", PATH_INFO=path)
        to_sign_in = answer.status_code == 302 and answer["Location"].startswith("/sign-in")
        if answer.status_code not in (401, 403) and not to_sign_in:
            open_doors.append((method, path, answer.status_code))

    assert open_doors == []
    assert not Record.objects.exists()


@pytest.mark.parametrize("kind", ["query", "mutation"])
def test_every_root_field_of_graphql_refuses_who_has_not_signed_in(kind):
    engine = schema.graphql_schema
    root = engine.query_type if kind == "query" else engine.mutation_type
    assert root.fields
    for name, field in root.fields.items():
        required = [arg for arg, spec in field.args.items() if is_required_argument(spec)]
        arguments = f"({', '.join(f'{arg}: null' for arg in required)})" if required else ""
        selection = " { __typename }" if hasattr(get_named_type(field.type), "fields") else ""
        body = {"query": f"{kind} {{ {name}{arguments}{selection} }}"}

        answer = Client().post("/graphql", body, content_type="application/json")

        assert answer.status_code == 401, name
        assert set(answer.json()) == {"errors"}, name
        assert answer.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED", name


@pytest.mark.parametrize(
    "query", ["{ __schema { types { name } } }", '{ __type(name: "Query") { name } }', "{ entitiez }"]
)
def test_nobody_learns_the_schema_before_signing_in(query):
    for answer in (
        Client().post("/graphql", {"query": query}, content_type="application/json"),
        Client().get("/graphql", {"query": query}),
    ):
        assert answer.status_code == 401
        assert b"Did you mean" not in answer.content


def test_an_error_while_finding_out_who_asks_opens_nothing(monkeypatch, bearer, member):
    client = bearer(member)
    client.raise_request_exception = False

    def broken(_text):
        raise RuntimeError("no database")

    monkeypatch.setattr("portal.accounts.middleware.principal_of_token", broken)
    answer = client.get("/api/x")

    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "INTERNAL"
