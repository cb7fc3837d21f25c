"""To an identity provider, and back from it."""

from allauth.core import ratelimit
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from portal.accounts.identity.adapter import UNAVAILABLE, IdentityAdapter, failed
from portal.accounts.identity.ending import address_of_the_end
from portal.accounts.identity.providers import identity_providers
from portal.accounts.navigation import safe_next
from portal.integrations.requests_session import Unreachable
from portal.rest.errors import NotFound, TooMany
from portal.rest.responses import error_response


def begin(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead to the provider. It is asked where its pages are first: when it is away, our page says so."""
    target = safe_next(request.GET.get("next"))
    if provider_id not in identity_providers():
        return error_response(request, NotFound("There is no such identity provider.", code="NOT_FOUND"))
    if request.user.is_authenticated:
        return HttpResponseRedirect(target)
    if not ratelimit.consume(request, action="login"):
        return error_response(
            request, TooMany("Too many tries from this address: wait a minute.", retry_after=60)
        )
    provider = IdentityAdapter(request).get_provider(request, provider_id)
    try:
        answer: HttpResponse = provider.redirect(request, "login", next_url=target, headless=True)
    except (Unreachable, KeyError, ValueError):
        return failed(provider_id, UNAVAILABLE, target)
    return answer


def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Whom the provider sent back is signed in, or told why not."""
    if provider_id not in identity_providers():
        return error_response(request, NotFound("There is no such identity provider.", code="NOT_FOUND"))
    try:
        provider = IdentityAdapter(request).get_provider(request, provider_id)
        finish = OAuth2CallbackView.adapter_view(provider.get_oauth2_adapter(request))
        answer: HttpResponse = finish(request)
    except (Unreachable, KeyError, ValueError):
        return failed(provider_id, UNAVAILABLE)
    return answer


def end(request: HttpRequest) -> HttpResponse:
    """Where somebody goes who has just signed out: on to their provider's end, or to the sign-in page."""
    return HttpResponseRedirect(address_of_the_end(request.session))
