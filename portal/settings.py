"""Django settings: one module; the environment decides. Every name is in docs/settings.md."""

import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONCE, NONE, SELF

from portal.env import env_bool, env_choice, env_int, env_list, env_list_or_changes, env_secret, env_str
from portal.extension.discovery import enabled_plugin_configs

BASE_DIR = Path(__file__).resolve().parent.parent
HOME = Path(env_str("PORTAL_HOME", str(BASE_DIR / ".portal")))

DEBUG = env_bool("PORTAL_DEBUG")
SECRET_KEY = env_secret("PORTAL_SECRET_KEY", "insecure-development-key")
# The first encrypts, all of them decrypt; none: the one above does both.
ENCRYPTION_KEYS = [key.strip() for key in env_secret("PORTAL_ENCRYPTION_KEYS").split(",") if key.strip()]
ALLOWED_HOSTS = env_list("PORTAL_ALLOWED_HOSTS", ("127.0.0.1", "localhost", "[::1]"))
TITLE = env_str("PORTAL_TITLE", "Portal")
BASE_URL = env_str("PORTAL_BASE_URL", "http://127.0.0.1:8000").rstrip("/")
STREAMS_URL = env_str("PORTAL_STREAMS_URL").rstrip("/")
TRUSTED_PROXIES = env_list("PORTAL_TRUSTED_PROXIES")
CSRF_TRUSTED_ORIGINS = env_list("PORTAL_CSRF_TRUSTED_ORIGINS")
SIGN_UP = env_bool("PORTAL_SIGN_UP")

PORTAL_PLUGINS = env_list_or_changes(
    "PORTAL_PLUGINS", ("ci", "docs", "kubernetes", "monitoring", "costs", "scorecards")
)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "graphene_django",
    "allauth",
    "allauth.account",
    "allauth.headless",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.github",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "portal.apps.PortalConfig",
    "portal.graphql",
    "portal.accounts",
    "portal.audit",
    "portal.notifications",
    "portal.snapshots",
    "portal.plugin_admin",
    "catalog",
    "scaffolder",
    *enabled_plugin_configs(PORTAL_PLUGINS),
]

MIDDLEWARE = [
    # The id and the headers come first, so that files, redirects and errors have them too.
    "portal.rest.request_ids.RequestIdMiddleware",
    "portal.rest.proxies.TrustedProxyMiddleware",
    "portal.health.ProbeMiddleware",
    # What was answered before goes out as it was, with the headers of those below.
    "catalog.rest.memory.MemoryMiddleware",
    "portal.rest.content_policy.ContentPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.accounts.middleware.PrincipalMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
ASGI_APPLICATION = "portal.asgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
            ],
        },
    },
]

DATABASES = {
    "default": dj_database_url.parse(
        env_secret("DATABASE_URL", "postgresql://127.0.0.1/portal"),
        conn_max_age=env_int("PORTAL_DATABASE_CONN_MAX_AGE", 600),
        conn_health_checks=True,
        engine="portal.database",
    ),
}
# Statements are prepared at their first use, unless a pooler that does not know of them is in between.
DATABASES["default"].setdefault("OPTIONS", {}).setdefault(
    "prepare_threshold", 0 if env_bool("PORTAL_DATABASE_PREPARED", True) else None
)
DATABASES["default"]["OPTIONS"].setdefault(
    "options",
    f"-c statement_timeout={env_int('PORTAL_STATEMENT_TIMEOUT_MS', 5000)} "
    # How alike two names must be at least for search to take one for a misspelling of the other.
    "-c pg_trgm.word_similarity_threshold=0.3",
)
LOCK_TIMEOUT_MS = env_int("PORTAL_LOCK_TIMEOUT_MS", 2000)
# How long `migrate` waits for a table that is in use before it gives way, and how long it tries in all.
MIGRATION_LOCK_MS = env_int("PORTAL_MIGRATION_LOCK_MS", 1000)
MIGRATION_SECONDS = env_int("PORTAL_MIGRATION_SECONDS", 600)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# What all processes must agree on (counters of failed sign-ins); the table comes with the migrations.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "portal_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
}

AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
HEADLESS_ONLY = True
HEADLESS_FRONTEND_URLS = {"account_signup": "/sign-in", "account_reset_password": "/sign-in"}
HEADLESS_CLIENTS = ("browser",)
ACCOUNT_ADAPTER = "portal.accounts.adapter.AccountAdapter"
HEADLESS_ADAPTER = "portal.accounts.adapter.HeadlessAdapter"
ACCOUNT_RATE_LIMITS = {
    "login": env_str("PORTAL_SIGN_IN_LIMIT", "30/m/ip"),
    "login_failed": env_str("PORTAL_SIGN_IN_FAILURES_LIMIT", "10/m/ip,5/5m/key"),
    "token_failed": env_str("PORTAL_TOKEN_FAILURES_LIMIT", "60/m/ip"),
}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
IDENTITY_PROVIDERS = env_secret("PORTAL_IDENTITY_PROVIDERS")
SOCIALACCOUNT_ADAPTER = "portal.accounts.identity.adapter.IdentityAdapter"
_PROVIDER = {kind: f"portal.accounts.identity.{kind}.Provider" for kind in ("github", "openid_connect")}
SOCIALACCOUNT_PROVIDERS = {kind: {"provider_class": name} for kind, name in _PROVIDER.items()}
LOGIN_URL = "/sign-in"
LOGIN_REDIRECT_URL = "/"

IS_HTTPS = BASE_URL.startswith("https://")
TOKEN_MAX_DAYS = env_int("PORTAL_TOKEN_MAX_DAYS", 365)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_AGE = int(timedelta(days=env_int("PORTAL_SESSION_DAYS", 14)).total_seconds())
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = IS_HTTPS
CSRF_FAILURE_VIEW = "portal.page.csrf_failure"
SECURE_HSTS_SECONDS = env_int("PORTAL_HSTS_SECONDS", 31536000 if IS_HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
APPEND_SLASH = False
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF, *([STREAMS_URL] if STREAMS_URL else [])],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    },
}

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False

FRONTEND_DIST = BASE_DIR / "frontend" / "dist"
STATIC_URL = "/static/"
STATICFILES_DIRS = [FRONTEND_DIST] if FRONTEND_DIST.is_dir() else []
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/assets/.+-[\w-]{8}\.\w+$"

CELERY_BROKER_URL = env_secret("PORTAL_BROKER_URL", "redis://127.0.0.1:6379/0")
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A worker's connection to the database outlives a task: portal/celery.py looks at it before each one.
CELERY_DB_REUSE_MAX = sys.maxsize
CELERY_BEAT_SCHEDULER = "portal.clock:Clock"
# A request that wakes a worker does not wait for a broker that is away.
# Redis says at once when there is a message; every so often it is asked anew.
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 2, "max_retries": 1, "polling_interval": 10}
TASK_TIME_LIMIT = env_int("PORTAL_TASK_TIME_LIMIT", 3600)
# The last resort: a message works on several tasks for a while, each of which minds its own limit.
CELERY_TASK_TIME_LIMIT = TASK_TIME_LIMIT + 900

DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# Limits of GraphQL (docs/settings.md): checked before the work they bound.
GRAPHQL_MAX_BODY_BYTES = env_int("PORTAL_GRAPHQL_MAX_BODY_BYTES", 64 * 1024)
GRAPHQL_MAX_TOKENS = env_int("PORTAL_GRAPHQL_MAX_TOKENS", 2000)
GRAPHQL_MAX_DEPTH = env_int("PORTAL_GRAPHQL_MAX_DEPTH", 15)
GRAPHQL_MAX_ALIASES = env_int("PORTAL_GRAPHQL_MAX_ALIASES", 30)
GRAPHQL_MAX_COST = env_int("PORTAL_GRAPHQL_MAX_COST", 5000)
GRAPHQL_MAX_PAGE_SIZE = 100
GRAPHQL_MAX_MUTATION_FIELDS = 10
GRAPHQL_DEADLINE_SECONDS = env_int("PORTAL_GRAPHQL_DEADLINE_SECONDS", 5)
GRAPHENE = {"SCHEMA": "portal.schema.schema", "SCHEMA_OUTPUT": "tests/contracts/schema.graphql"}

# Whose claims hold without an administrator's word: `tree` is every plugin of plugins/, `all` is every one.
CLAIMS_ACCEPTED = env_list("PORTAL_CLAIMS_ACCEPTED", ("tree",))
# What plugin code may take while it serves a request (docs/plugins.md, isolation).
PLUGIN_DEADLINE = env_int("PORTAL_PLUGIN_DEADLINE_MS", 2000) / 1000
PLUGIN_THREADS = env_int("PORTAL_PLUGIN_THREADS", 3)
PLUGIN_REST = env_int("PORTAL_PLUGIN_REST_SECONDS", 10)

# Where files may be read from as catalog sources; the operator's own command may name any folder.
CATALOG_ROOTS = [Path(root) for root in env_list("PORTAL_CATALOG_ROOTS")]
# Which kinds a location may define that is not trusted; users and groups never.
CATALOG_KINDS = env_list(
    "PORTAL_CATALOG_KINDS", ("Component", "API", "Resource", "System", "Domain", "Location")
)
# Or rules as JSON, as Backstage's `catalog.rules`; they replace the list of kinds.
CATALOG_RULES = env_str("PORTAL_CATALOG_RULES")
CATALOG_JOB_SECONDS = env_int("PORTAL_CATALOG_JOB_SECONDS", 10)
CATALOG_JOBS_WAITING = env_int("PORTAL_CATALOG_JOBS_WAITING", 20)
CATALOG_POLL_SECONDS = env_int("PORTAL_CATALOG_POLL_SECONDS", 60)
CATALOG_REMOTE_POLL_SECONDS = env_int("PORTAL_CATALOG_REMOTE_POLL_SECONDS", 300)
CATALOG_REFRESH_SECONDS = env_int("PORTAL_CATALOG_REFRESH_SECONDS", 3)
CATALOG_DISCOVERY_SECONDS = env_int("PORTAL_CATALOG_DISCOVERY_SECONDS", 1800)
CATALOG_WEBHOOK_POLL_SECONDS = env_int("PORTAL_CATALOG_WEBHOOK_POLL_SECONDS", 3600)
CATALOG_STALE_SECONDS = env_int("PORTAL_CATALOG_STALE_SECONDS", 86400)
CATALOG_MOVE_SECONDS = env_int("PORTAL_CATALOG_MOVE_SECONDS", 600)
CATALOG_ORPHAN_DAYS = env_int("PORTAL_CATALOG_ORPHAN_DAYS", 0)
CATALOG_REMOVAL_PERCENT = env_int("PORTAL_CATALOG_REMOVAL_PERCENT", 50)
CATALOG_STATEMENT_TIMEOUT_MS = env_int("PORTAL_CATALOG_STATEMENT_TIMEOUT_MS", 60_000)
# How long the history of the catalog is kept; 0: for ever.
HISTORY_DAYS = env_int("PORTAL_HISTORY_DAYS", 365)
WEBHOOK_ATTEMPTS = env_int("PORTAL_WEBHOOK_ATTEMPTS", 10)
WEBHOOK_SECONDS = env_int("PORTAL_WEBHOOK_SECONDS", 5)
GIT_ROOT = env_str("PORTAL_GIT_ROOT")
# Where clients clone from: the address of the process that serves streams and git.
GIT_URL = env_str("PORTAL_GIT_URL", f"{STREAMS_URL or BASE_URL}/git").rstrip("/")

# What leaves the portal (portal/integrations/outbound.py): where to, how long, how much, how often.
OUTBOUND_HOSTS = [host.lower() for host in env_list("PORTAL_OUTBOUND_HOSTS")]
OUTBOUND_PRIVATE = [host.lower() for host in env_list("PORTAL_OUTBOUND_PRIVATE")]
OUTBOUND_SECONDS = env_int("PORTAL_OUTBOUND_SECONDS", 10)
OUTBOUND_MAX_BYTES = env_int("PORTAL_OUTBOUND_MAX_BYTES", 5 * 1024 * 1024)
OUTBOUND_PER_MINUTE = env_int("PORTAL_OUTBOUND_PER_MINUTE", 600)
CREDENTIALS = env_secret("PORTAL_CREDENTIALS")
CLUSTERS = env_secret("PORTAL_CLUSTERS")
GIT_CACHE = Path(env_str("PORTAL_GIT_CACHE", str(HOME / "git-cache")))
GIT_CACHE_MIB = env_int("PORTAL_GIT_CACHE_MIB", 2048)
GIT_FETCH_MIB = env_int("PORTAL_GIT_FETCH_MIB", 200)
GIT_FETCH_SECONDS = env_int("PORTAL_GIT_FETCH_SECONDS", 60)

# Scaffolder: leases in seconds of the database's time; limits per account, per task and per render.
WORKSPACES = HOME / "workspaces"
TASK_LEASE_SECONDS = env_int("PORTAL_TASK_LEASE_SECONDS", 30)
TASK_HEARTBEAT_SECONDS = env_int("PORTAL_TASK_HEARTBEAT_SECONDS", 10)
TASK_RECONCILE_SECONDS = env_int("PORTAL_TASK_RECONCILE_SECONDS", 10)
TASK_ATTEMPTS = env_int("PORTAL_TASK_ATTEMPTS", 3)
DRY_RUN_SECONDS = env_int("PORTAL_DRY_RUN_SECONDS", 10)
TASK_APPROVAL_TIME = timedelta(days=env_int("PORTAL_TASK_APPROVAL_DAYS", 30))
TASK_LOG_BYTES = env_int("PORTAL_TASK_LOG_BYTES", 10 * 1024 * 1024)
TASKS_RUNNING_PER_ACCOUNT = env_int("PORTAL_TASKS_RUNNING_PER_ACCOUNT", 5)
TASKS_QUEUED_PER_ACCOUNT = env_int("PORTAL_TASKS_QUEUED_PER_ACCOUNT", 50)
STREAMS_PER_ACCOUNT = env_int("PORTAL_STREAMS_PER_ACCOUNT", 10)
LINEAGE_BASE_MIB = env_int("PORTAL_LINEAGE_BASE_MIB", 10)
RENDER_CPU_SECONDS = env_int("PORTAL_RENDER_CPU_SECONDS", 2)
RENDER_MEMORY_MIB = env_int("PORTAL_RENDER_MEMORY_MIB", 256)
WORKSPACE_MAX_FILES = env_int("PORTAL_WORKSPACE_MAX_FILES", 5000)
WORKSPACE_MAX_MIB = env_int("PORTAL_WORKSPACE_MAX_MIB", 500)

LOG_FORMAT = env_choice("PORTAL_LOG_FORMAT", ("line", "json"))
LOG_LEVEL = env_choice("PORTAL_LOG_LEVEL", ("INFO", "DEBUG", "WARNING", "ERROR"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "portal.logs.LineFormatter"}, "json": {"()": "portal.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
}
