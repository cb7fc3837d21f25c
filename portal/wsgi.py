"""The WSGI application: all requests except streams."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

django = get_wsgi_application()

from catalog.rest.front import Front  # noqa: E402 - needs the settings
from portal.checks import refuse_unsafe_settings  # noqa: E402 - needs the settings

refuse_unsafe_settings()

application = Front(django)
