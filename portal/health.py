"""`/healthz` says the process lives; `/readyz` says it can do its work: database, migrations, broker."""

import pkgutil
from functools import cache
from importlib.util import find_spec
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import Error
from django.http import HttpRequest, JsonResponse
from django.utils.deprecation import MiddlewareMixin
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


class ProbeMiddleware(MiddlewareMixin):
    """Whoever watches machines asks each by its address, whatever the portal is called."""

    def process_request(self, request: HttpRequest) -> None:
        if request.path_info in ("/healthz", "/readyz"):
            request.META["HTTP_HOST"] = urlsplit(settings.BASE_URL).netloc


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while the process can answer; touches nothing else."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when every check is `ok`, else 503; names what fails, never why (addresses stay inside)."""
    database = _database()
    checks = {"database": database, "broker": _broker()}
    if database == "ok":
        checks["migrations"] = _migrations()
    ready = all(state == "ok" for state in checks.values())
    return JsonResponse(
        {"status": "ok" if ready else "failing", "checks": checks}, status=200 if ready else 503
    )


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return "unreachable"
    return "ok"


def _migrations() -> str:
    return (
        "ok" if _migrations_here() <= set(MigrationRecorder(connection).applied_migrations()) else "waiting"
    )


@cache
def _migrations_here() -> set[tuple[str, str]]:
    """App and name of every migration, by the names of their files: a probe need not import them all."""
    places = {config.label: find_spec(f"{config.name}.migrations") for config in apps.get_app_configs()}
    return {
        (app, module.name)
        for app, place in places.items()
        if place and place.submodule_search_locations
        for module in pkgutil.iter_modules(place.submodule_search_locations)
        if module.name[0] not in "_~"
    }


def _broker() -> str:
    from portal.celery import app

    try:
        with app.connection_for_write(connect_timeout=2) as broker:
            broker.ensure_connection(max_retries=1, timeout=2)
    except Exception:  # noqa: BLE001 (every transport has its own family of errors)
        return "unreachable"
    return "ok"
