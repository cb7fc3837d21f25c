"""The address of the database that the present test uses, for processes that a test starts."""

from urllib.parse import quote

from django.db import connection


def database_url() -> str:
    """For DATABASE_URL; the host may be the folder of a UNIX socket."""
    database = connection.settings_dict
    host = quote(database["HOST"], safe="") + (f":{database['PORT']}" if database["PORT"] else "")
    return f"postgresql://{database['USER']}:{database['PASSWORD']}@{host}/{database['NAME']}"
