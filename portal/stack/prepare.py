"""One step of `portal up`, a process of its own: reach the servers, migrate, load the demo company."""

import importlib.util
import os
import sys
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


def reach_database() -> None:
    """Raises Refused unless the database answers and is new enough."""
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
        raise Refused(
            f"The database is PostgreSQL {version // 10000}: 15 or newer is needed; check DATABASE_URL."
        )


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
    """Bring the tables up to date."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if waiting:
        call_command("migrate", interactive=False, verbosity=0)
        _say(f"{waiting} migrations applied")


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
