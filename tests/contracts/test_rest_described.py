"""Every address below /api is described by one OpenAPI document, and nothing else is."""

import re
from collections import Counter
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from portal.extension_points import hooks, urls
from tests.openapi import described, operations

pytestmark = pytest.mark.django_db

OF_PLUGINS = {"/api/plugins/{plugin}/{rest}", "/api/{at}/{rest}"}
"""Stand for the addresses of plugins, which are listed one by one."""

NAME = "/openapi.json"


def written(route: str) -> str:
    """A route of Django's as OpenAPI writes it."""
    return re.sub(r"<\w+:(\w+)>", r"{\1}", route)


def of_the_map(patterns: Any, before: str = "/") -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for pattern in patterns:
        path = before + written(str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            found |= of_the_map(pattern.url_patterns, path)
        elif path.startswith("/api/") and path not in OF_PLUGINS:
            assert isinstance(pattern, URLPattern)
            found |= {(path, method.lower()) for method in pattern.callback.cls.methods}
    return found


def of_plugins() -> set[tuple[str, str]]:
    found = {
        (f"/api/{item.value.at or f'plugins/{item.plugin}'}/{written(item.value.route)}", method.lower())
        for item in urls.read()
        for method in item.value.methods
    }
    return found | {(f"/api/hooks/plugins/{item.plugin}/{item.name}", "post") for item in hooks.read()}


def test_every_address_is_described_once_and_what_is_described_is_there(client: Any, member: Any) -> None:
    client.force_login(member)
    there = of_the_map(get_resolver().url_patterns) | of_plugins()
    documents = sorted(path for path, _ in there if path.endswith(NAME))

    said: Counter[tuple[str, str]] = Counter()
    for path in documents:
        document = described(client, path.removesuffix(NAME))
        base = document["servers"][0]["url"]
        said.update((base + below, method) for below, method in operations(document))

    assert [address for address, times in said.items() if times > 1] == []
    assert set(said) == {(path, method) for path, method in there if not path.endswith(NAME)}
