"""URL map: the API, sign-in, health, and the web page for everything else."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from catalog.rest.authorities import DECISIONS as CATALOG_DECISIONS
from catalog.rest.hooks import hook
from catalog.rest.searching import DOCUMENT as SEARCH_DOCUMENT
from catalog.rest.searching import search_query
from catalog.schema.remembered import question_of
from portal import page
from portal.accounts.authorizing import DOCUMENT as PERMISSION_DOCUMENT
from portal.accounts.authorizing import authorizing
from portal.accounts.identity.views import begin, callback, end
from portal.graphql.view import graphql_view
from portal.health import healthz, readyz
from portal.plugin_admin.hook_views import plugin_hook
from portal.rest.openapi import HOOKS_DOCUMENT, described_by
from portal.rest.plugin_urls import plugin_file, plugin_file_at
from portal.schema import get_schema
from scaffolder.rest.authorities import DECISIONS as SCAFFOLDER_DECISIONS

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("graphql", graphql_view(get_schema, question_of), name="graphql"),
    path("api/plugins/<str:plugin>/<path:rest>", plugin_file, name="plugin-file"),
    path("_allauth/", include("allauth.headless.urls")),
    path("sign-in/with/<str:provider_id>", begin, name="openid_connect_login"),
    path("sign-in/with/<str:provider_id>/callback", callback, name="openid_connect_callback"),
    path("sign-out", end, name="sign-out"),
    path("api/hooks/openapi.json", described_by(HOOKS_DOCUMENT)),
    path("api/hooks/<str:forge>", hook, name="hook"),
    path("api/catalog/", include("catalog.rest.urls")),
    path("api/search/query", search_query),
    path("api/search/openapi.json", described_by(SEARCH_DOCUMENT)),
    path("api/permission/authorize", authorizing({**CATALOG_DECISIONS, **SCAFFOLDER_DECISIONS})),
    path("api/permission/openapi.json", described_by(PERMISSION_DOCUMENT)),
    path("api/scaffolder/", include("scaffolder.rest.urls")),
    path("api/hooks/plugins/<str:plugin>/<str:name>", plugin_hook),
    path("api/<str:at>/<path:rest>", plugin_file_at, name="plugin-file-at"),
    # The page is last: it answers everything that nothing above has taken.
    re_path(r"", page.page, name="page"),
]

handler400 = page.bad_request
handler403 = page.permission_denied
handler404 = page.not_found
handler500 = page.server_error
