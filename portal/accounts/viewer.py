"""Whose REST request it is."""

from rest_framework.request import Request

from portal.accounts.principal import Principal


def viewer_of(request: Request) -> Principal:
    """The principal: the middleware lets nobody else come to a view that is not public."""
    assert isinstance(request.auth, Principal)
    return request.auth
