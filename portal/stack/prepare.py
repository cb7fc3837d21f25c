"""One step of `portal up`, a process of its own: reach the servers, migrate, load the demo company."""

import importlib.util
import os
import sys
from collections import Counter
from urllib.parse import urlsplit

OLDEST_POSTGRESQL = 150000


def main(arguments: list[str]) -> int:
    """Print one line per thing done; the last line of a failure is the sentence for the user."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django
    from django.db.utils import Error

    from portal.checks import refuse_unsafe_settings
    from portal.env import SettingError
    from portal.rest.errors import PortalError

    try:
        django.setup()
        refuse_unsafe_settings()
        if "--check" in arguments:
            return check()
        reach_database()
        reach_broker()
        migrate()
        if "--demo" in arguments:
            load_demo()
    except (SettingError, Refused, PortalError) as error:
        return _fail(str(error))
    except Error as error:
        return _fail(f"The database refused: {str(error).strip().splitlines()[0]}")
    return 0


class Refused(Exception):
    """A server that cannot be used, in one sentence."""


def reach_database() -> int:
    """The version of the database. Raises Refused unless it answers and is new enough."""
    from django.db import connection
    from django.db.utils import OperationalError

    connection.settings_dict["OPTIONS"]["connect_timeout"] = 10
    try:
        with connection.cursor():
            version = connection.connection.info.server_version
    except OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        raise Refused(
            f"The database cannot be reached ({reason}): check DATABASE_URL, "
            "or leave it unset to use the embedded one."
        ) from error
    if version < OLDEST_POSTGRESQL:
        found = f"The database is PostgreSQL {version // 10000}"
        raise Refused(f"{found}: set DATABASE_URL to one that is 15 or newer.")
    return int(version)


def reach_broker() -> None:
    """Raises Refused unless the broker answers."""
    from portal.celery import app

    url = app.conf.broker_url
    try:
        with app.connection_for_write(connect_timeout=10) as connection:
            connection.ensure_connection(max_retries=1, timeout=10)
    except Exception as error:
        where = urlsplit(url).hostname or url
        raise Refused(
            f"The broker at {where} cannot be reached ({error}): check PORTAL_BROKER_URL, "
            "or leave it unset to use the embedded one."
        ) from error


def migrate() -> None:
    """Bring the tables up to date; what fails in a plugin leaves that plugin alone behind."""
    from django.core.management import call_command

    from portal.extension.inventory import enabled_plugins

    waiting = waiting_apps()
    plugins = [config.label for config in enabled_plugins() if config.label in waiting]
    for app in waiting:
        if app not in plugins:
            call_command("migrate", app, interactive=False, verbosity=0)
    for app in plugins:
        try:
            call_command("migrate", app, interactive=False, verbosity=0)
        except Exception as error:  # noqa: BLE001 - whatever a migration of a plugin raises
            reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
            _say(f"The plugin {app} is not ready: a migration failed ({reason})")
    if waiting:
        _say(f"{sum(waiting.values())} migrations applied")


def waiting_apps() -> Counter[str]:
    """How many migrations of each app the database does not have yet, in the order they are applied."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return Counter(migration.app_label for migration, _ in plan)


def check() -> int:
    """For `portal doctor`: a line `what: found; remedy` each for the database, its tables and the broker."""
    try:
        _say(f"database: PostgreSQL {reach_database() // 10000} answers")
        waiting = sum(waiting_apps().values())
        _say(f"tables: {f'{waiting} migrations are waiting; start the portal' if waiting else 'up to date'}")
    except Refused as error:
        _say(f"database: {'; '.join(str(error).rsplit(': ', 1))}")
    try:
        reach_broker()
        _say("broker: answers")
    except Refused as error:
        _say(f"broker: {'; '.join(str(error).rsplit(': ', 1))}")
    return 0


def load_demo() -> None:
    """Load the demo company, where this copy of the portal has one."""
    spec = importlib.util.find_spec("portal.stack.demo")
    if spec and spec.origin:
        importlib.import_module("portal.stack.demo").load()


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _fail(sentence: str) -> int:
    _say(sentence)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
