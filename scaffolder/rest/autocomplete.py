"""What fields of forms are completed with: repositories that the catalog knows, asked of no other host."""

from typing import Any

from django.http import HttpResponse, JsonResponse
from rest_framework.request import Request

from catalog.query.entity_query import EntityQuery
from catalog.rest.documents import View
from catalog.rest.facets import count_facets
from portal.accounts.principal import Principal
from portal.accounts.viewer import viewer_of
from portal.integrations.errors import IntegrationError
from portal.integrations.forges import read_page
from portal.rest.errors import NotFound
from portal.rest.views import bad_request, json_body

HOSTS = {"github": "github.com", "gitlab": "gitlab.com"}
RESOURCES = {
    "github": ("owners", "repositoriesWithOwner", "branches"),
    "gitlab": ("groups", "repositories"),
}
PLACES = (
    "metadata.annotations.backstage.io/source-location",
    "metadata.annotations.backstage.io/managed-by-location",
)
Branches = dict[str, set[str]]


def autocomplete(request: Request, provider: str, resource: str) -> HttpResponse:
    """`POST /v2/autocomplete/:provider/:resource`: `{results: [{id, title?}]}`, in the order of their names.

    A request reads the database only, so the caller's `token` is needed, as in Backstage, and not used.
    """
    if provider not in RESOURCES:
        raise NotFound(
            f"Nothing completes {resource[:100]} of {provider[:100]} here: type the value.",
            code="AUTOCOMPLETE_UNKNOWN",
        )
    body = json_body(request)
    context = body.get("context")
    if not isinstance(body.get("token"), str):
        raise bad_request("Required", "token")
    if not isinstance(context, dict) or not all(isinstance(value, str) for value in context.values()):
        raise bad_request("Required", "context")
    if resource not in RESOURCES[provider]:
        raise bad_request(f"Invalid resource: {resource[:100]}")
    viewer = viewer_of(request)
    known = _repositories(context.get("host") or HOSTS[provider], viewer)
    return JsonResponse({"results": _results(resource, context, known)})


def _results(resource: str, context: dict[str, str], known: Branches) -> list[dict[str, Any]]:
    if resource == "owners":
        return [{"id": owner} for owner in _owners(known)]
    if resource == "repositoriesWithOwner":
        return [{"id": name} for name in sorted(known)]
    if resource == "branches":
        wanted = f"{_needed(context, 'owner')}/{_needed(context, 'repository')}".lower()
        same = [branches for name, branches in known.items() if name.lower() == wanted]
        return [{"id": branch} for branch in sorted(set().union(*same))]
    if resource == "groups":
        return [{"id": owner, "title": owner} for owner in _owners(known)]
    owner = f"{_needed(context, 'id')}/"
    names = sorted(name.removeprefix(owner) for name in known if name.startswith(owner))
    return [{"id": name, "title": name} for name in names]


def _owners(known: Branches) -> list[str]:
    return sorted({name.rpartition("/")[0] for name in known})


def _needed(context: dict[str, str], key: str) -> str:
    if not context.get(key):
        raise bad_request(f"Missing {key} context parameter")
    return context[key]


def _repositories(host: str, viewer: Principal) -> Branches:
    """The repositories of a host that visible entities come from, each with the branches they are read at."""
    found: Branches = {}
    for values in count_facets(PLACES, EntityQuery(), View(viewer, None)).values():
        for each in values:
            _, _, address = str(each["value"]).partition(":")
            try:
                page = read_page(address) if "://" in address else None
            except IntegrationError:
                continue
            if page and page.origin.partition("://")[2] == host and "/" in page.repository:
                found.setdefault(page.repository, set()).update({page.ref} - {""})
    return found
