"""The Content-Security-Policy of every answer: the page's own for pages, and nothing at all for data."""

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase

DATA_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""JSON that a browser is made to show as a page loads and runs nothing."""


class ContentPolicyMiddleware(CSPMiddleware):
    """django-csp's, which composes the policy of settings for each page; data has one that is ready made."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not response.headers.get("Content-Type", "").startswith("application/json"):
            return super().process_response(request, response)
        response.headers.setdefault(HEADER, DATA_POLICY)
        return response
