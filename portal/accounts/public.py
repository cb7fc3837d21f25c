"""What can be reached without signing in: the whole list. Everything else is refused before its view runs."""

from dataclasses import dataclass

from django.conf import settings

from portal.rest.paths import is_under

READ = frozenset({"GET", "HEAD"})


@dataclass(frozen=True)
class Public:
    """A path that anybody may ask for, with these methods, and why."""

    path: str
    methods: frozenset[str]
    reason: str
    everything_below: bool = False


PUBLIC = (
    Public("/healthz", READ, "the process answers: asked by whoever restarts it"),
    Public("/readyz", READ, "the portal can serve: asked by the load balancer"),
    Public("/sign-in", READ, "the page to sign in on"),
    Public("/sign-out", READ, "where somebody goes who has just signed out"),
    Public("/static", READ, "the page's own scripts, styles and pictures", everything_below=True),
    Public("/_allauth/browser/v1/config", READ, "what the sign-in page offers"),
    Public("/_allauth/browser/v1/auth/session", READ | {"DELETE"}, "am I signed in; sign out"),
    Public("/_allauth/browser/v1/auth/login", frozenset({"POST"}), "sign in"),
    Public("/api/hooks/github", frozenset({"POST"}), "webhooks of GitHub, which are signed"),
    Public("/api/hooks/gitlab", frozenset({"POST"}), "webhooks of GitLab, which carry their secret"),
    Public("/api/hooks/gitea", frozenset({"POST"}), "webhooks of Gitea, which are signed"),
    Public("/api/hooks/plugins", frozenset({"POST"}), "deliveries to plugins, which are signed", True),
)

SIGN_UP = Public(
    "/_allauth/browser/v1/auth/signup", frozenset({"POST"}), "make an account, where PORTAL_SIGN_UP is on"
)


IDENTITY = Public("/sign-in/with", READ, "to an identity provider and back, where there is one", True)


def public_paths() -> tuple[Public, ...]:
    open_doors = ((SIGN_UP, settings.SIGN_UP), (IDENTITY, settings.IDENTITY_PROVIDERS))
    return (*PUBLIC, *(public for public, is_open in open_doors if is_open))


def is_public(method: str, path: str) -> bool:
    return any(
        method in public.methods
        and (is_under(path, public.path) if public.everything_below else path == public.path)
        for public in public_paths()
    )
